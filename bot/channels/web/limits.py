"""How often a visitor or an address may knock: moving windows in memory, per process. Not a defence against floods; that is nginx's."""
from __future__ import annotations

import ipaddress
import math
import time
from functools import lru_cache

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.channels.web.refusal import Refused
from bot.config import config

# A queue that was typed offline goes out at once, so a visitor's burst is generous; an address may be a whole office.
VISITOR = {
    "messages": "15/10 seconds; 40/minute; 600/hour",
    "files": "6/minute; 30/hour",
    "downloads": "120/minute",
    "stream": "40/minute",
    "history": "120/minute",
}
ADDRESS = {
    "session": "60/minute; 600/hour",
    "messages": "300/minute",
    "files": "30/minute",
    "downloads": "600/minute",
    "stream": "300/minute",
    "history": "600/minute",
}


class Limits:
    """Counts what each visitor and each address does."""

    streams_per_address = 300

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._visitor = {what: parse_many(text) for what, text in VISITOR.items()}
        self._address = {what: parse_many(text) for what, text in ADDRESS.items()}

    def count(self, what: str, address: str, visitor: str | None = None) -> None:
        """Counts one request of kind `what`. Raises Refused(429) with the seconds to wait."""
        checks = [(item, network(address)) for item in self._address[what]]
        if visitor is not None:
            checks += [(item, visitor) for item in self._visitor[what]]
        for item, who in checks:
            if not self._limiter.hit(item, what, who):
                raise Refused(429, "too_many", self._wait(item, what, who))

    def _wait(self, item: RateLimitItem, *who: str) -> int:
        reset, _ = self._limiter.get_window_stats(item, *who)
        return max(1, math.ceil(reset - time.time()))


class NoLimits(Limits):
    """For a bot of a command's own, whose visitors type faster than people and all come from one address."""

    streams_per_address = 100_000

    def count(self, what: str, address: str, visitor: str | None = None) -> None:
        return


@lru_cache(maxsize=1)
def limits() -> Limits:
    """This process's counters."""
    return Limits() if config().rate_limits == "on" else NoLimits()


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or an IPv6 /64, which one household or phone has to itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4 or parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped if parsed.version == 6 else parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
