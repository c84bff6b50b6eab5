"""The worker's second at the desk: clocks, offers of waiting tickets, the index of words. Synchronous; each chore in transactions of its own."""
from __future__ import annotations

from bot.conversations import clock
from bot.desk import routing, search, timers


def second() -> list[int]:
    """Does what is due. Returns the conversations in which something was said or changed."""
    while search.index() == search.BATCH:
        pass
    return list(dict.fromkeys([*timers.tick(), *routing.offer(clock.now())]))
