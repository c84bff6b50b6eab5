"""The stream of a conversation's events (server-sent events, HTML standard 9.2, read with fetch). It stores nothing: whoever missed something asks again from a number."""
from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter, defaultdict

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.channels.web.body import number
from bot.channels.web.pace import address_of, count
from bot.channels.web.refusal import Refused
from bot.channels.web.session import Visitor, visitor_of
from bot.conversations import runtime
from bot.conversations.hub import Event, Subscription
from bot.safety.limits import limits, network

HEARTBEAT_SECONDS = 15.0
SEND_SECONDS = 20.0  # a reader that takes nothing for so long is let go
RETRY_MS = 1000
PER_VISITOR = 8  # tabs; the oldest makes room for the next
IN_ALL = 5000
_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",  # nginx passes events on at once
}


async def stream(request: Request) -> Response:
    """GET /api/stream?after=N (or Last-Event-ID: N): every event after message N, and then as they come."""
    visitor = await visitor_of(request)
    await count(request, "stream", visitor.id)
    after = number(request, "after")
    last = request.headers.get("last-event-id", "")
    if last.isascii() and last.isdigit() and len(last) <= 9:
        after = max(after, int(last))
    return _Stream(visitor, network(address_of(request)), after)


class Streams:
    """The open streams of this process, counted so that nobody can open more than is good."""

    def __init__(self) -> None:
        self._by_visitor: defaultdict[str, list[_Stream]] = defaultdict(list)
        self._by_address: Counter[str] = Counter()
        self._closing = False

    def enter(self, stream: _Stream) -> None:
        """Raises Refused when there are too many, or when the process is about to end."""
        if self._closing or self._by_address.total() >= IN_ALL:
            raise Refused(503, "unavailable", 2)
        if self._by_address[stream.address] >= limits().streams_per_address:
            raise Refused(429, "too_many", 10)
        own = self._by_visitor[stream.visitor.id]
        for oldest in own[:max(0, len(own) - PER_VISITOR + 1)]:
            oldest.end()
        own.append(stream)
        self._by_address[stream.address] += 1

    def leave(self, stream: _Stream) -> None:
        own = self._by_visitor.get(stream.visitor.id, [])
        if stream not in own:
            return
        own.remove(stream)
        if not own:
            del self._by_visitor[stream.visitor.id]
        self._by_address[stream.address] -= 1
        if not self._by_address[stream.address]:
            del self._by_address[stream.address]

    def close(self) -> None:
        """Tells every stream to come back in a moment, and takes no new ones: the process is about to end."""
        self._closing = True
        for own in self._by_visitor.values():
            for stream in own:
                stream.end()

    def reopen(self) -> None:
        """Takes streams again: the application starts."""
        self._closing = False


streams = Streams()


class _Stream(Response):
    """One response that lives until its reader, its token or the process goes."""

    def __init__(self, visitor: Visitor, address: str, after: int) -> None:
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self.visitor = visitor
        self.address = address
        self.after = after
        self._ending = asyncio.get_running_loop().create_future()
        streams.enter(self)

    def end(self) -> None:
        """Ends the stream with a word to come back."""
        if not self._ending.done():
            self._ending.set_result(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with contextlib.aclosing(runtime.current().hub.subscribe(self.visitor.conversation_id, self.after)) as events:
                await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                await self._follow(events, receive, send)
        except (OSError, TimeoutError):
            pass  # the reader is gone, or reads no more: the connection is cut, and the log has everything
        finally:
            streams.leave(self)

    async def _follow(self, events: Subscription, receive: Receive, send: Send) -> None:
        async def write(text: str, more: bool = True) -> None:
            chunk = {"type": "http.response.body", "body": text.encode("utf-8", "replace"), "more_body": more}
            await asyncio.wait_for(send(chunk), SEND_SECONDS)

        gone = asyncio.create_task(_disconnected(receive))
        following = asyncio.ensure_future(anext(events, None))
        try:
            await write(f"retry: {RETRY_MS}\n\n")
            while True:
                left = self.visitor.expires - time.time()
                await asyncio.wait({gone, following, self._ending}, timeout=min(HEARTBEAT_SECONDS, max(left, 0)),
                                   return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    return
                if self._ending.done() or left <= 0 or (following.done() and following.result() is None):
                    await write(f"retry: {RETRY_MS}\nevent: reconnect\ndata: {{}}\n\n", more=False)
                    return
                if following.done():
                    await write(frame(following.result()))
                    following = asyncio.ensure_future(anext(events, None))
                else:
                    await write(": still here\n\n")
        finally:
            for task in (gone, following):
                task.cancel()
            await asyncio.gather(gone, following, return_exceptions=True)


def frame(event: Event) -> str:
    """One event as it goes over the line; only messages carry an id, so that a resumed stream never skips one."""
    number = f"id: {event.seq}\n" if event.seq is not None else ""
    return f"{number}event: {event.kind}\ndata: {json.dumps(event.data, ensure_ascii=False, separators=(',', ':'))}\n\n"


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
