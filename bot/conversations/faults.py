"""Named points of a turn at which a test may kill this process, as a power cut would. Does nothing in a real start."""
from __future__ import annotations

import os
import signal

POINTS = ("after_inbound", "after_lease", "before_engine", "before_action", "after_action", "after_engine", "after_commit")
"""Those of every hand-off; checks, timers, documents, the outbox and Telegram have points of their own."""


def reach(point: str) -> None:
    """Kills the process at `point` when BOT_FAULT names it and BOT_TESTING=1."""
    if os.environ.get("BOT_FAULT") == point and os.environ.get("BOT_TESTING") == "1":
        os.kill(os.getpid(), signal.SIGKILL)
