"""Feeds every open stream of this process from the message log: one reader for all of them. Not a store; whoever was away asks the log."""
from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.conversations import log, state
from bot.conversations.database import run
from bot.conversations.models import Conversation
from bot.conversations.notifier import Listener, Note

logger = logging.getLogger(__name__)
POLL_SECONDS = 1.0
RESTATE_SECONDS = 15.0
"""How often those who wait for a person are told their place: it changes when others are served."""
QUEUE_EVENTS = 256
PAGE = 200


@dataclass(frozen=True)
class Event:
    """What a subscriber gets. `kind` is message, typing, user_typing (the desk alone) or state; `seq` is set for messages: the event's id."""

    kind: str
    data: dict
    seq: int | None = None


@dataclass(eq=False)
class Subscription:
    """An async iterator over one conversation's events; it ends when the hub stops or when its reader is too slow.

    Close it with `aclose()` (contextlib.aclosing) when the stream ends.
    """

    hub: Hub
    conversation_id: int
    after: int
    desk: bool = False
    """An agent reads it, not the visitor."""
    queue: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_EVENTS + 1))
    backlog: list[Event] | None = None
    """A page of the log; None before the first."""
    unread: bool = True
    """Whether the log may hold more than was read; after that the hub feeds the queue."""
    ended: bool = False

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> Event:
        """The next event. Messages come in order, each once, without a gap from `after` on."""
        while True:
            event = await self._next()
            if event.seq is None:
                return event
            if event.seq > self.after:
                self.after = event.seq
                return event

    async def _next(self) -> Event:
        if self.backlog is None or (self.backlog == [] and self.unread):
            await self._read_log()
        if self.backlog:
            return self.backlog.pop(0)
        if self.ended and self.queue.empty():
            raise StopAsyncIteration
        event = await self.queue.get()
        if event is None:
            raise StopAsyncIteration
        return event

    async def _read_log(self) -> None:
        first = self.backlog is None
        page = await run(log.events_after, self.conversation_id, self.after, PAGE)
        self.unread = len(page) == PAGE
        self.backlog = [Event("message", data, data["seq"]) for data in page]
        if not self.unread:
            self.hub.follow(self.conversation_id, page[-1]["seq"] if page else self.after)
        if first:
            self.backlog.insert(0, Event("state", await run(state.shown, self.conversation_id)))

    def put(self, event: Event) -> None:
        """Called by the hub. A reader that is a whole queue behind is let go: it comes back and asks the log."""
        if self.ended:
            return
        if self.queue.qsize() >= QUEUE_EVENTS:
            self.end()
            return
        self.queue.put_nowait(event)

    def end(self) -> None:
        """Lets the reader finish what it has and then stop."""
        if not self.ended:
            self.ended = True
            self.queue.put_nowait(None)
        self.hub.forget(self)

    async def aclose(self) -> None:
        self.ended = True
        self.hub.forget(self)


class Hub:
    """All subscriptions of this process."""

    def __init__(self) -> None:
        self._subscriptions: dict[int, set[Subscription]] = defaultdict(set)
        self._sent: dict[int, int] = {}
        self._epochs: dict[int, int] = {}
        self._places: dict[int, dict] = {}
        self._restated_at = 0.0
        self._watchers: list[Listener] = []
        self._changed: set[int] = set()
        self._restated: set[int] = set()
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._read_forever())

    async def stop(self) -> None:
        """Ends every subscription, then the reader."""
        for subscriptions in list(self._subscriptions.values()):
            for subscription in list(subscriptions):
                subscription.end()
        # Not cancelled but told: before Python 3.12 wait_for swallows a cancellation that comes with its event.
        self._stopping = True
        self._wake.set()
        if self._task:
            await self._task

    def watch(self, listener: Listener) -> Callable[[], None]:
        """Calls `listener` in the event loop for every note of the site, until the returned function is called."""
        self._watchers.append(listener)
        return lambda: self._watchers.remove(listener)

    def subscribe(self, conversation_id: int, after: int, desk: bool = False) -> Subscription:
        """Events of a conversation from the message numbered `after` + 1 on, beginning with its state. `desk`: for an agent."""
        subscription = Subscription(self, conversation_id, after, desk)
        # Registered before it reads the log: what is written in between arrives twice and is passed on once.
        self._subscriptions[conversation_id].add(subscription)
        return subscription

    def follow(self, conversation_id: int, seq: int) -> None:
        """A subscription has read the log up to `seq`; from there on the hub reads, unless it already does."""
        if conversation_id in self._subscriptions and conversation_id not in self._sent:
            self._sent[conversation_id] = seq
            self._changed.add(conversation_id)
            self._wake.set()

    def forget(self, subscription: Subscription) -> None:
        """Takes a subscription off the list."""
        subscriptions = self._subscriptions.get(subscription.conversation_id, set())
        subscriptions.discard(subscription)
        if not subscriptions:
            for kept in (self._subscriptions, self._sent, self._epochs, self._places):
                kept.pop(subscription.conversation_id, None)

    def heard(self, note: Note) -> None:
        """What the notifier said."""
        for watcher in list(self._watchers):
            watcher(note)
        if note.conversation_id not in self._subscriptions:
            return
        if note.kind == "ended":
            for subscription in list(self._subscriptions[note.conversation_id]):
                subscription.end()
            return
        if note.kind in ("typing_on", "typing_off"):
            self._send(note.conversation_id, Event("typing", {"on": note.kind == "typing_on"}))
            return
        if note.kind in ("user_typing_on", "user_typing_off"):
            self._send(note.conversation_id, Event("user_typing", {"on": note.kind == "user_typing_on"}))
            return
        (self._restated if note.kind == "state" else self._changed).add(note.conversation_id)
        self._wake.set()

    @property
    def open_streams(self) -> int:
        return sum(map(len, self._subscriptions.values()))

    async def _read_forever(self) -> None:
        polled = time.monotonic()
        while not self._stopping:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            if self._stopping:
                return
            self._wake.clear()
            polling = time.monotonic() - polled >= POLL_SECONDS
            if polling:
                polled = time.monotonic()
            changed, self._changed = self._changed, set()
            restated, self._restated = self._restated, set()
            try:
                await self._read(set(self._subscriptions) if polling else changed, restated)
                if polling and polled - self._restated_at >= RESTATE_SECONDS:
                    self._restated_at = polled
                    await self._tell_places()
            except Exception as error:
                logger.error("hub: reading the log failed; trying again", extra={"error": type(error).__name__})
                self._changed |= changed
                self._restated |= restated
                await asyncio.sleep(POLL_SECONDS)

    async def _read(self, ids: set[int], restated: set[int]) -> None:
        if not ids and not restated:
            return
        known = {cid: self._sent[cid] for cid in ids if cid in self._sent}
        found = await run(_news, known)
        for cid, (epoch, events) in found.items():
            for data in events:
                self._send(cid, Event("message", data, data["seq"]))
                self._sent[cid] = max(self._sent.get(cid, 0), data["seq"])
            if self._epochs.get(cid, epoch) != epoch:
                restated.add(cid)
            if cid in self._subscriptions:
                self._epochs[cid] = epoch
            if len(events) == PAGE:
                self._changed.add(cid)
                self._wake.set()
        for cid in restated:
            if cid in self._subscriptions:
                self._send(cid, Event("state", await run(state.shown, cid)))

    async def _tell_places(self) -> None:
        """Tells those who wait for a person where they stand, if that has changed."""
        for cid in await run(_waiting, list(self._subscriptions)):
            place = await run(state.shown, cid)
            if cid in self._subscriptions and self._places.get(cid) != place:
                self._places[cid] = place
                self._send(cid, Event("state", place))

    def _send(self, conversation_id: int, event: Event) -> None:
        for subscription in list(self._subscriptions.get(conversation_id, ())):
            if subscription.desk or event.kind != "user_typing":
                subscription.put(event)


def _waiting(ids: list[int]) -> list[int]:
    """Those of the conversations that wait for a person."""
    found: list[int] = []
    for start in range(0, len(ids), 500):
        found += Conversation.objects.filter(pk__in=ids[start:start + 500], owner=Conversation.Owner.WAITING).values_list("pk", flat=True)
    return found


def _news(known: dict[int, int]) -> dict[int, tuple[int, list[dict]]]:
    """For each conversation that has anything above the number we know: its epoch and the new events."""
    found = {}
    ids = list(known)
    for start in range(0, len(ids), 500):
        rows = Conversation.objects.filter(pk__in=ids[start:start + 500]).values_list("pk", "last_seq", "epoch")
        for pk, last_seq, epoch in rows:
            found[pk] = (epoch, log.events_after(pk, known[pk], PAGE) if last_seq > known[pk] else [])
    return found
