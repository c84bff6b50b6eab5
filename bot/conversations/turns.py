"""Works through a conversation's messages: one at a time, in order, under a lease, with no transaction held while the engine thinks."""
from __future__ import annotations

import asyncio
import contextlib
import logging
import time

from bot.conversations import faults, leases, work
from bot.conversations.answering import Answering
from bot.conversations.database import run
from bot.conversations.engine import EngineFailed, EngineUnavailable
from bot.conversations.leases import LeaseLost
from bot.conversations.metrics import METRICS
from bot.conversations.notifier import Note, Notifier
from bot.conversations.trace import place

logger = logging.getLogger(__name__)
AT_ONCE = 32
"""Conversations this process works on at the same time; the engine answers one after the other anyway."""
TRIES = 3
"""Turns that may fail on one message before the visitor gets an apology instead of an answer."""
PAUSES = (0.2, 1.0)
"""Seconds before the second and the third try."""
TYPING_AFTER_SECONDS = 0.4
STOP_SECONDS = 2.0


class TurnRunner:
    """One per process; `holder` names it in leases."""

    def __init__(self, answering: Answering, notifier: Notifier, holder: str | None = None) -> None:
        self.holder = holder or leases.new_holder()
        self._answering = answering
        self._notifier = notifier
        self._tasks: dict[int, asyncio.Task] = {}
        self._again: set[int] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._stopping = False

    def submit(self, conversation_id: int) -> None:
        """Sees to it that the conversation's messages get answered; returns at once. Calling it twice is harmless."""
        if self._stopping:
            return
        if conversation_id in self._tasks:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._work(conversation_id))
        self._tasks[conversation_id] = task
        task.add_done_callback(lambda _: self._finished(conversation_id))

    async def idle(self) -> None:
        """Waits until nothing is being worked on."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))
            await asyncio.sleep(0)

    async def stop(self) -> None:
        """Lets running turns finish for a moment, then gives up their leases: nothing is lost, another process goes on."""
        self._stopping = True
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=STOP_SECONDS)
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _finished(self, conversation_id: int) -> None:
        self._tasks.pop(conversation_id, None)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.submit(conversation_id)

    async def _work(self, conversation_id: int) -> None:
        async with self._room:
            try:
                if not await run(leases.take, conversation_id, self.holder):
                    return
                faults.reach("after_lease")
                try:
                    await self._work_through(conversation_id)
                finally:
                    await asyncio.shield(run(leases.release, conversation_id, self.holder))
            except LeaseLost:
                logger.warning("another process took over", extra={"conversation": conversation_id})
            except Exception as error:
                # The message stays unanswered and the worker comes back to it. The error's text may quote the visitor.
                logger.error("a turn broke off", extra={"conversation": conversation_id, "error": type(error).__name__, "route": place(error)})
                METRICS.count("turns_broken")

    async def _work_through(self, conversation_id: int) -> None:
        while not self._stopping:
            self._again.discard(conversation_id)
            job = await run(work.next_job, conversation_id, self.holder)
            if job is None:
                if await run(leases.release_if_done, conversation_id, self.holder):
                    return
                continue
            if not await run(leases.take, conversation_id, self.holder):
                raise LeaseLost
            if not await self._do(job):
                return

    async def _do(self, job: work.Job) -> bool:
        """One job. False when it has to wait for the engine to come back."""
        began = time.perf_counter()
        with self._typing(job.conversation.pk):
            outcome = await self._outcome(job)
        if outcome is None:
            if await run(work.tell_once, job, self._answering.outage(job), self.holder):
                self._tell(job)
            return False
        outcome.ms = round((time.perf_counter() - began) * 1000, 1)
        await run(work.commit, job, outcome, self.holder)
        faults.reach("after_commit")
        METRICS.turn(outcome.by, outcome.ms)
        self._tell(job)
        return True

    async def _outcome(self, job: work.Job) -> work.Outcome | None:
        """What came of the job; an apology when the engine broke on it TRIES times; None when the engine is away."""
        while True:
            try:
                return await self._answering.outcome(job)
            except EngineFailed:
                logger.warning("the engine failed a turn", extra={"turn": job.turn_id})
            except EngineUnavailable as error:
                logger.warning("the engine is away", extra={"turn": job.turn_id, "status": "broke_off" if error.reached else "no_connection"})
                METRICS.count("engine_unavailable")
                if not error.reached:
                    return await self._answering.without_engine(job)
                # Taken and then silence: the engine may have been stopped, or this very message breaks it.
                if await run(work.note_failure, job.message) < TRIES:
                    return await self._answering.without_engine(job)
                return self._answering.apology(job)
            except LeaseLost:
                raise
            except Exception as error:
                # Only kind and place: the error's own text may quote the visitor.
                logger.error("a turn failed in the app", extra={"turn": job.turn_id, "error": type(error).__name__, "route": place(error)})
                METRICS.count("turns_broken")
            if job.message is None:
                return self._answering.apology(job)
            failures = await run(work.note_failure, job.message)
            if failures >= TRIES:
                return self._answering.apology(job)
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES)) - 1])

    def _tell(self, job: work.Job) -> None:
        self._notifier.publish(Note(job.conversation.pk, "log"))
        self._notifier.publish(Note(job.conversation.pk, "state"))

    @contextlib.contextmanager
    def _typing(self, conversation_id: int):
        """Shows the dots when an answer takes a noticeable time."""
        shown = []

        def show() -> None:
            shown.append(True)
            self._notifier.publish(Note(conversation_id, "typing_on"))

        timer = asyncio.get_running_loop().call_later(TYPING_AFTER_SECONDS, show)
        try:
            yield
        finally:
            timer.cancel()
            if shown:
                self._notifier.publish(Note(conversation_id, "typing_off"))

