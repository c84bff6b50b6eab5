"""The worker's loop: submits messages that nobody answers (a process died, the engine was away), and lets the desk look at its clocks. One process is elected."""
from __future__ import annotations

import asyncio
import contextlib
import logging
import time

from bot.conversations import leases
from bot.conversations.database import run
from bot.conversations.engine import EngineClient
from bot.conversations.notifier import Note, Notifier
from bot.conversations.turns import TurnRunner
from bot.desk import chores, papers, retention

logger = logging.getLogger(__name__)
EVERY_SECONDS = 1.0
RETENTION_SECONDS, FIRST_RETENTION_SECONDS = 24 * 3600, 600
"""Once a day, and not while a process is busy starting."""


class Sweeper:
    """One per process that may be the worker."""

    def __init__(self, engine: EngineClient, runner: TurnRunner, notifier: Notifier) -> None:
        self._engine = engine
        self._runner = runner
        self._notifier = notifier
        self._task: asyncio.Task | None = None
        self._paper: asyncio.Task | None = None
        self._retained = time.monotonic() - RETENTION_SECONDS + FIRST_RETENTION_SECONDS

    async def start(self) -> None:
        self._task = asyncio.create_task(self._forever())

    async def stop(self) -> None:
        if self._paper:
            self._paper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._paper
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            await run(leases.resign, self._runner.holder)

    async def sweep(self) -> int:
        """Submits what waits, provided that this process is the worker. Returns how many conversations.

        Without the engine it submits only those that have not been told: the others wait for it to come back.
        """
        if not await run(leases.elect, self._runner.holder):
            return 0
        waiting = await run(leases.to_do, True)
        if waiting and not await self._engine.ready():
            waiting = await run(leases.to_do, False)
        for conversation_id in waiting:
            self._runner.submit(conversation_id)
        for conversation_id in await run(chores.second):
            self._tell(conversation_id)
        if time.monotonic() - self._retained >= RETENTION_SECONDS:
            self._retained = time.monotonic()
            await run(retention.sweep)
        if self._paper is None or self._paper.done():
            self._paper = asyncio.create_task(self._make_paper())
        return len(waiting)

    def _tell(self, conversation_id: int) -> None:
        self._notifier.publish(Note(conversation_id, "log"))
        self._notifier.publish(Note(conversation_id, "state"))

    async def _make_paper(self) -> None:
        """One document at a time, beside the sweeps: it takes seconds."""
        try:
            made = await papers.make_next()
        except Exception as error:
            logger.error("worker: a document failed; trying again", extra={"error": type(error).__name__})
            return
        if made is not None:
            self._tell(made)

    async def _forever(self) -> None:
        while True:
            try:
                await self.sweep()
            except Exception as error:
                logger.error("worker: a sweep failed; trying again", extra={"error": type(error).__name__})
            await asyncio.sleep(EVERY_SECONDS)
