"""The worker's loop: finds messages that nobody answers (a process died, the engine was away) and submits them again. One process is elected."""
from __future__ import annotations

import asyncio
import contextlib
import logging

from bot.conversations import leases
from bot.conversations.database import run
from bot.conversations.engine import EngineClient
from bot.conversations.turns import TurnRunner

logger = logging.getLogger(__name__)
EVERY_SECONDS = 1.0


class Sweeper:
    """One per process that may be the worker."""

    def __init__(self, engine: EngineClient, runner: TurnRunner) -> None:
        self._engine = engine
        self._runner = runner
        self._task: asyncio.Task | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._forever())

    async def stop(self) -> None:
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
        return len(waiting)

    async def _forever(self) -> None:
        while True:
            try:
                await self.sweep()
            except Exception as error:
                logger.error("worker: a sweep failed; trying again", extra={"error": type(error).__name__})
            await asyncio.sleep(EVERY_SECONDS)
