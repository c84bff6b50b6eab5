"""The console's stream (server-sent events): the open conversation's messages and typing, and word of every change in the lists. Stores nothing.

An agent is known by Django's session. It is looked up on the database's pool when the stream opens and again and again while it is
open, so that no thread and no connection belongs to a stream, and an ended session ends its streams.
"""
from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.conversations import runtime
from bot.conversations.database import run
from bot.conversations.hub import Event, Subscription
from bot.conversations.notifier import Note
from bot.desk.console import shown
from bot.desk.console.http import Refusal, job, number
from bot.desk.models import Agent, Ticket

HEARTBEAT_SECONDS = 15.0
SEND_SECONDS = 20.0
RETRY_MS = 1000
GATHER_SECONDS = 0.5
"""Changes of lists are told together, at most so often."""
PER_AGENT = 6
_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}


class Floor:
    """One per process: hears every note of the site and tells the open consoles which tickets changed."""

    def __init__(self) -> None:
        self._streams: set[_Stream] = set()
        self._changed: set[int] = set()
        self._task: asyncio.Task | None = None
        self._unwatch = None
        self._closing = False

    def open(self) -> None:
        """The application starts."""
        self._closing = False
        self._unwatch = runtime.current().hub.watch(self._heard)

    def close(self) -> None:
        """Tells every console to come back in a moment: the process is about to end."""
        self._closing = True
        if self._unwatch:
            self._unwatch()
            self._unwatch = None
        if self._task:
            self._task.cancel()
            self._task = None
        for stream in list(self._streams):
            stream.end()

    def enter(self, stream: _Stream) -> None:
        if self._closing:
            raise Refusal(503, "unavailable")
        own = sorted((each for each in self._streams if each.agent_id == stream.agent_id), key=lambda each: each.opened)
        for oldest in own[:max(0, len(own) - PER_AGENT + 1)]:
            oldest.end()
        self._streams.add(stream)

    def leave(self, stream: _Stream) -> None:
        self._streams.discard(stream)

    def _heard(self, note: Note) -> None:
        if self._streams and note.kind in ("log", "state"):
            self._changed.add(note.conversation_id)
            if self._task is None or self._task.done():
                self._task = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        while self._changed:
            changed, self._changed = self._changed, set()
            numbers = await run(_numbers, changed)
            if numbers:
                for stream in list(self._streams):
                    stream.put(Event("tickets", {"numbers": numbers}))
            await asyncio.sleep(GATHER_SECONDS)


floor = Floor()


def _numbers(conversations: set[int]) -> list[str]:
    """Tickets in these conversations; talks with the bot alone are nobody's business here."""
    return list(Ticket.objects.filter(conversation_id__in=conversations).order_by("-pk").values_list("number", flat=True)[:200])


async def stream(request: Request) -> Response:
    """GET stream?ticket=TK-…&after=N: events message, typing, user_typing, state of that ticket's conversation; tickets, signed_out, reconnect."""
    asked = request.query_params.get("ticket", "")
    after = number(request.query_params.get("after", ""))
    agent_id, conversation_id = await job(request, "see_desk", _opened, asked, active=False)
    return _Stream(request, agent_id, conversation_id, after)


def _opened(agent: Agent, asked: str) -> tuple[int, int | None]:
    return agent.pk, shown.find(asked).conversation_id if asked else None


class _Stream(Response):
    """One response that lives until its reader, its session or the process goes."""

    def __init__(self, request: Request, agent_id: int, conversation_id: int | None, after: int) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self.agent_id, self.opened = agent_id, asyncio.get_running_loop().time()
        self._request, self._conversation, self._after = request, conversation_id, after
        self._events: asyncio.Queue[Event | None] = asyncio.Queue(256)
        floor.enter(self)

    def put(self, event: Event | None) -> None:
        """Queues an event; a reader that is a whole queue behind is let go and comes back."""
        try:
            self._events.put_nowait(event)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        while self._events.full():
            self._events.get_nowait()
        self._events.put_nowait(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        tasks = [asyncio.create_task(_disconnected(receive))]
        try:
            async with self._subscription() as subscription:
                if subscription:
                    tasks.append(asyncio.create_task(self._forward(subscription)))
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                await self._follow(tasks[0], send)
        except (OSError, TimeoutError):
            pass  # the reader is gone: the log has everything
        finally:
            floor.leave(self)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @contextlib.asynccontextmanager
    async def _subscription(self) -> AsyncIterator[Subscription | None]:
        if self._conversation is None:
            yield None
            return
        async with contextlib.aclosing(runtime.current().hub.subscribe(self._conversation, self._after, desk=True)) as subscription:
            yield subscription

    async def _forward(self, subscription: Subscription) -> None:
        async for event in subscription:
            await self._events.put(event)
        self.end()

    async def _follow(self, gone: asyncio.Task, send: Send) -> None:
        async def write(text: str, more: bool = True) -> None:
            await asyncio.wait_for(send({"type": "http.response.body", "body": text.encode("utf-8", "replace"), "more_body": more}), SEND_SECONDS)

        await write(f"retry: {RETRY_MS}\n\nevent: beat\ndata: {{}}\n\n")
        checked = asyncio.get_running_loop().time()
        following = asyncio.ensure_future(self._events.get())
        try:
            while True:
                await asyncio.wait({gone, following}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    return
                if asyncio.get_running_loop().time() - checked >= HEARTBEAT_SECONDS:
                    checked = asyncio.get_running_loop().time()
                    if not await self._still_signed_in():
                        await write("event: signed_out\ndata: {}\n\n", more=False)
                        return
                if not following.done():
                    await write("event: beat\ndata: {}\n\n")
                    continue
                event = following.result()
                if event is None:
                    await write("event: reconnect\ndata: {}\n\n", more=False)
                    return
                await write(_frame(event))
                following = asyncio.ensure_future(self._events.get())
        finally:
            following.cancel()

    async def _still_signed_in(self) -> bool:
        try:
            await job(self._request, "see_desk", lambda agent: agent.pk, active=False)
        except Refusal:
            return False
        return True


def _frame(event: Event) -> str:
    mark = f"id: {event.seq}\n" if event.seq is not None else ""
    return f"{mark}event: {event.kind}\ndata: {json.dumps(event.data, ensure_ascii=False, separators=(',', ':'))}\n\n"


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
