"""Everything of a process that runs beside its requests: hub, notifier, turn runner, worker loop. Started and stopped by the ASGI lifespan."""
from __future__ import annotations

import asyncio
import logging

from bot.config import config
from bot.conversations import leases, notifier
from bot.conversations.answering import Answering
from bot.conversations.database import run
from bot.conversations.engine import EngineClient
from bot.conversations.hub import Hub
from bot.conversations.notifier import Note, Notifier
from bot.conversations.sweeper import Sweeper
from bot.conversations.turns import TurnRunner
from bot.desk.adapters import registry
from bot.desk.mail.arriving import Letterbox
from bot.desk.outbox import queue
from bot.desk.outbox.courier import Courier

logger = logging.getLogger(__name__)


class Runtime:
    """The running parts; `sweeps` says whether this process stands for election as the worker."""

    def __init__(self, sweeps: bool) -> None:
        settings = config()
        self.engine = EngineClient(settings.engine_url, settings.engine_secret.get_secret_value())
        self.hub = Hub()
        self.notifier: Notifier = notifier.for_config(settings)
        self.runner = TurnRunner(Answering(self.engine), self.notifier)
        self.sweeper = Sweeper(self.engine, self.runner, self.notifier) if sweeps else None
        self.courier = Courier(self.runner.holder, self.tell) if sweeps else None
        self.letterbox = Letterbox(self.tell) if sweeps else None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        registry.ready()
        if not config().database_url:
            # SQLite: no other process can be at work, so every lease is left from a run that was killed.
            await run(leases.break_all)
            await run(queue.break_all)
        await self.notifier.start(self.hub.heard)
        await self.hub.start()
        if self.sweeper:
            await self.sweeper.start()
        if self.courier:
            await self.courier.start()
        if self.letterbox:
            await self.letterbox.start()

    async def stop(self) -> None:
        """Streams end first, then turns get a moment to finish."""
        await self.hub.stop()
        if self.letterbox:
            await self.letterbox.stop()
        if self.courier:
            await self.courier.stop()
        if self.sweeper:
            await self.sweeper.stop()
        await self.runner.stop()
        await self.notifier.stop()
        await self.engine.close()

    def tell(self, conversation_id: int) -> None:
        """Says that a conversation changed; from any thread (Django's views run in their own)."""
        if self._loop and not self._loop.is_closed():
            for kind in ("log", "state"):
                self._loop.call_soon_threadsafe(self.notifier.publish, Note(conversation_id, kind))


_current: Runtime | None = None


async def start(sweeps: bool | None = None) -> Runtime:
    """Starts this process's runtime. `sweeps`: by default where WORKER is internal."""
    global _current
    made = Runtime(config().worker == "internal" if sweeps is None else sweeps)
    await made.start()
    _current = made
    return made


async def stop() -> None:
    """Stops what start() started; harmless without."""
    global _current
    stopping, _current = _current, None
    if stopping:
        await stopping.stop()


def current() -> Runtime:
    """The running one. Raises RuntimeError before start()."""
    if _current is None:
        raise RuntimeError("the app has not started: bot.conversations.runtime.start() comes first")
    return _current


def changed(conversation_id: int) -> None:
    """Tells this process's streams of a change, when it has any; others see it within a second."""
    if _current is not None:
        _current.tell(conversation_id)


def wake() -> None:
    """Something came from an outside desk: this process's courier, if it has one, looks at it now."""
    if _current is not None and _current.courier:
        _current.courier.wake()
