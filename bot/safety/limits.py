"""How often a visitor or an address may knock: moving windows, shared through Redis where several processes serve. Not a defence against floods; that is the proxy's."""
from __future__ import annotations

import asyncio
import ipaddress
import logging
import math
import time
from functools import lru_cache

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError

from bot.config import config

logger = logging.getLogger(__name__)

# A queue that was typed offline goes out at once, so a visitor's burst is generous; an address may be a whole office.
VISITOR = {
    "messages": "15/10 seconds; 40/minute; 600/hour",
    "files": "6/minute; 30/hour",
    "downloads": "120/minute",
    "stream": "40/minute",
    "history": "120/minute",
    "case": "60/minute",
    "typing": "60/minute",
    "telegram": "20/minute",
}
ADDRESS = {
    "session": "60/minute; 600/hour",
    "messages": "300/minute",
    "files": "30/minute",
    "downloads": "600/minute",
    "stream": "300/minute",
    "history": "600/minute",
    "case": "600/minute",
    "typing": "600/minute",
    "telegram": "120/minute",
}
REDIS_SECONDS = 0.3
"""Longer than this no visitor waits for a counter."""
PAUSE_SECONDS = 10.0
"""How long a process counts by itself after Redis failed."""


class Limits:
    """Counts what each visitor and each address does.

    Args:
        redis_url: where all processes count together; None: each counts by itself, and N processes let N times as much through.
    """

    streams_per_address = 300

    def __init__(self, redis_url: str | None = None) -> None:
        self._alone = MovingWindowRateLimiter(MemoryStorage())
        self._shared = None
        self._shared_from = 0.0
        if redis_url:
            self._shared = MovingWindowRateLimiter(RedisStorage(
                redis_url, wrap_exceptions=True, implementation="redispy", key_prefix="bot:limits",
                socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS))
        self._visitor = {what: parse_many(text) for what, text in VISITOR.items()}
        self._address = {what: parse_many(text) for what, text in ADDRESS.items()}

    async def wait(self, what: str, address: str | None, visitor: str | None = None) -> int:
        """Counts one request of kind `what`. Returns the seconds to wait before the next try; 0 = go on.

        Args:
            what: a key of VISITOR or ADDRESS.
            address: the client's IP address; None where a channel has none (Telegram's own servers call).
            visitor: who it is, once that is known.
        """
        checks = [(item, network(address)) for item in self._address.get(what, ())] if address is not None else []
        if visitor is not None:
            checks += [(item, visitor) for item in self._visitor.get(what, ())]
        for item, who in checks:
            seconds = await self._count(item, what, who)
            if seconds:
                return seconds
        return 0

    async def _count(self, item: RateLimitItem, *who: str) -> int:
        if self._shared and time.monotonic() >= self._shared_from:
            try:
                return await _hit(self._shared, item, who)
            except (StorageError, OSError, asyncio.TimeoutError) as problem:
                self._shared_from = time.monotonic() + PAUSE_SECONDS
                logger.warning("rate limits: redis does not answer; counting in this process", extra={"error": type(problem).__name__})
        return await _hit(self._alone, item, who)


class NoLimits(Limits):
    """For a bot of a command's own, whose visitors type faster than people and all come from one address."""

    streams_per_address = 100_000

    async def wait(self, what: str, address: str | None, visitor: str | None = None) -> int:
        return 0


@lru_cache(maxsize=1)
def limits() -> Limits:
    """This process's counters."""
    settings = config()
    if settings.rate_limits == "off":
        return NoLimits()
    return Limits(settings.redis_url.get_secret_value() if settings.redis_url else None)


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or an IPv6 /64, which one household or phone has to itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4 or parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped if parsed.version == 6 else parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


async def _hit(limiter: MovingWindowRateLimiter, item: RateLimitItem, who: tuple[str, ...]) -> int:
    if await limiter.hit(item, *who):
        return 0
    reset, _ = await limiter.get_window_stats(item, *who)
    return max(1, math.ceil(reset - time.time()))
