"""When which chat may be sent to: Telegram's limits, and people's words before the bot's. Pure: the time is handed in, in seconds.

Limits: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""
from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

PER_SECOND = 28
"""In all chats together; Telegram's limit is 30, and what we count may arrive a little closer together."""
CHAT_SECONDS = 1.02
"""Between two messages in one chat; the limit is one a second."""
GROUP_PER_MINUTE = 19
STORM_SECONDS = 2.0
"""Two chats told to wait within this time: it is the bot as a whole that is too fast."""


@dataclass(frozen=True)
class Call:
    """One call of the queue. `free`: not a message, so it keeps no order (delete, used)."""

    id: int
    chat_id: int
    priority: int
    free: bool = False


@dataclass
class _Lane:
    calls: deque[Call] = field(default_factory=deque)
    next_at: float = 0.0
    busy: bool = False
    minute: deque[float] = field(default_factory=deque)


class Pacing:
    """Everything that waits to be sent, and what may be sent now."""

    def __init__(self) -> None:
        self._lanes: dict[tuple[int, bool], _Lane] = {}
        self._known: set[int] = set()
        self._second: deque[float] = deque()
        self._all_at = 0.0
        self._told: tuple[float, int] = (-STORM_SECONDS, 0)

    @property
    def known(self) -> set[int]:
        """Ids of the calls that are held here or being made."""
        return self._known

    def add(self, call: Call) -> None:
        """Takes a call in. One that another process put in just before those that are here already goes before them."""
        if call.id in self._known:
            return
        self._known.add(call.id)
        lane = self._lanes.setdefault((call.chat_id, call.free), _Lane())
        lane.calls.append(call)
        if len(lane.calls) > 1 and lane.calls[-2].id > call.id:
            first = [lane.calls.popleft()] if lane.busy else []
            lane.calls = deque(first + sorted(lane.calls, key=lambda one: one.id))

    def next(self, now: float) -> Call | None:
        """The call to make now, or None; its lane is busy until `done` or `again`."""
        if now < self._all_at or self._full(now):
            return None
        ready = [lane for lane in self._lanes.values() if lane.calls and not lane.busy and lane.next_at <= now and not self._minute_full(lane, now)]
        if not ready:
            return None
        lane = min(ready, key=lambda lane: (lane.calls[0].priority, lane.calls[0].id))
        lane.busy = True
        self._second.append(now)
        return lane.calls[0]

    def done(self, call: Call, now: float) -> None:
        """The call was made, or given up."""
        lane = self._lanes[call.chat_id, call.free]
        lane.busy = False
        lane.calls.popleft()
        self._known.discard(call.id)
        lane.next_at = max(lane.next_at, now if call.free else now + CHAT_SECONDS)
        if call.chat_id < 0 and not call.free:
            lane.minute.append(now)

    def again(self, call: Call, now: float, seconds: float) -> None:
        """The call is to be made once more, `seconds` from now; its chat waits with it."""
        lane = self._lanes[call.chat_id, call.free]
        lane.busy = False
        lane.next_at = now + seconds

    def too_fast(self, call: Call, now: float, seconds: float) -> None:
        """Telegram said how long to wait. When it says so for two chats at once, everything waits."""
        self.again(call, now, seconds)
        at, chat_id = self._told
        if now - at < STORM_SECONDS and chat_id != call.chat_id:
            self._all_at = max(self._all_at, now + seconds)
        self._told = (now, call.chat_id)

    def drop(self, chat_id: int) -> None:
        """Forgets what waits for a chat; what is being made stays."""
        for free in (False, True):
            lane = self._lanes.get((chat_id, free))
            if lane:
                kept = list(lane.calls)[:1] if lane.busy else []
                self._known -= {call.id for call in lane.calls} - {call.id for call in kept}
                lane.calls = deque(kept)

    def tidy(self, now: float) -> None:
        """Forgets chats that have nothing to wait for."""
        for key, lane in list(self._lanes.items()):
            self._minute_full(lane, now)
            if not (lane.calls or lane.busy or lane.minute or lane.next_at > now):
                del self._lanes[key]

    def _full(self, now: float) -> bool:
        while self._second and self._second[0] <= now - 1.0:
            self._second.popleft()
        return len(self._second) >= PER_SECOND

    def _minute_full(self, lane: _Lane, now: float) -> bool:
        while lane.minute and lane.minute[0] <= now - 60.0:
            lane.minute.popleft()
        return len(lane.minute) >= GROUP_PER_MINUTE
