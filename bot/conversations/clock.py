"""The time the dialogue and the engine go by; BOT_NOW fixes it. Leases and the log use the real one."""
from __future__ import annotations

from datetime import datetime, timezone

from bot.config import config


def now() -> datetime:
    """The present moment, with a zone."""
    fixed = config().now
    if fixed:
        moment = datetime.fromisoformat(fixed)
        return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return datetime.now(timezone.utc)
