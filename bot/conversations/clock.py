"""The time that the dialogue, the engine and the desk's clocks go by; BOT_NOW fixes it. Leases and the log use the real one."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone

from bot.config import config

Clock = Callable[[], datetime]


def real() -> datetime:
    """The present moment in UTC, or BOT_NOW."""
    fixed = config().now
    if fixed:
        moment = datetime.fromisoformat(fixed)
        return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return datetime.now(timezone.utc)


_clock: list[Clock] = [real]


def now() -> datetime:
    """The present moment, with a zone."""
    return _clock[-1]()


@contextmanager
def using(clock: Clock) -> Iterator[None]:
    """Lets another clock tell the time, in the whole process: for tests and for replaying a day."""
    _clock.append(clock)
    try:
        yield
    finally:
        _clock.remove(clock)
