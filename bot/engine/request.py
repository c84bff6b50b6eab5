"""What came with the request being served: kept in a context variable, so that turns running at once cannot mix. Not for settings."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo


@dataclass
class Request:
    """One turn or parse."""

    now: datetime
    """When the message was written, with the user's time zone."""
    language: str | None = None
    """`zh-Hans`, `zh-Hant` or `en`, if the app knows."""
    expect: Mapping[str, Any] | None = None
    """What the current question takes: the result of `bot.dialogue.expect`."""
    state: Mapping[str, Any] = field(default_factory=dict)
    """`{slots, loop, requested_slot}` before the turn; empty for a parse."""
    tracker: Any = None
    """Rasa's tracker after the turn."""


_current: ContextVar[Request | None] = ContextVar("engine_request", default=None)


def current() -> Request | None:
    """The request being served; None in training and in plain `rasa shell`."""
    return _current.get()


def now() -> datetime:
    """The request's time, or the machine's where there is none."""
    request = _current.get()
    return request.now if request else datetime.now(timezone.utc)


@contextmanager
def serving(request: Request) -> Iterator[Request]:
    """Makes `request` the current one for everything called inside."""
    token = _current.set(request)
    try:
        yield request
    finally:
        _current.reset(token)


def moment(now: str | None, zone: str | None) -> datetime:
    """A request's `now` (ISO 8601) and `timezone` (IANA name) as an aware time; what is missing or odd falls back to UTC and the clock."""
    where: tzinfo = timezone.utc
    try:
        where = ZoneInfo(zone) if zone else where
    except Exception:  # ZoneInfo raises several kinds for odd names, a broken one must not cost the turn
        where = timezone.utc
    try:
        time = datetime.fromisoformat(str(now).replace("Z", "+00:00")) if now else datetime.now(where)
    except ValueError:
        time = datetime.now(where)
    return time.astimezone(where) if time.tzinfo else time.replace(tzinfo=where)
