"""The worker's rounds between here and outside desks: sends what waits, looks at what changed. One process is elected; each link is one job at a time."""
from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import timedelta

from bot.conversations import clock, faults, leases
from bot.conversations.database import run
from bot.conversations.leases import LeaseLost
from bot.desk.adapters import config, registry
from bot.desk.adapters.base import Busy, DeskAdapter, DeskError, Gone, News, NotAllowed, Refused
from bot.desk.mail import sending as mail
from bot.desk.outbox import arriving, delivery, queue
from bot.desk.outbox.models import MAIL, Link, OutsideDesk

logger = logging.getLogger(__name__)
EVERY_SECONDS = 1.0
ROW_SECONDS = 60.0
"""For one row or one look; the lease is longer."""
AT_ONCE = 4
"""Links worked on at the same time."""
FILE_BYTES = 10 * 1024 * 1024
STOP_SECONDS = 5.0
NOT_READY_SECONDS = 5.0


class Courier:
    """One per process that may be the worker.

    Args:
        holder: the name under which it stands for election.
        changed: told of each conversation in which something was said or done.
    """

    def __init__(self, holder: str, changed: Callable[[int], None]) -> None:
        self._holder = holder
        self._changed = changed
        self._woken = asyncio.Event()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[int, asyncio.Task] = {}
        self._loop: asyncio.Task | None = None
        self._stopping = False

    async def start(self) -> None:
        if config.desks().desks or mail.set_up():
            self._loop = asyncio.create_task(self._forever())

    def wake(self) -> None:
        """A webhook came: the next round is now."""
        self._woken.set()

    async def stop(self) -> None:
        """Lets what is under way finish for a moment; what is cut off is looked up before it is done again."""
        self._stopping = True
        if self._loop:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop
        if self._tasks:
            await asyncio.wait(list(self._tasks.values()), timeout=STOP_SECONDS)
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        for name in config.desks().desks if self._loop else ():
            await registry.adapter(name).close()

    async def round(self) -> int:
        """One look around, provided that this process is the worker. Returns how many links were begun with."""
        if not await run(leases.elect, self._holder):
            return 0
        await run(arriving.work_off)
        await asyncio.gather(*(self._changes(name) for name in config.desks().desks))
        await run(queue.expire)
        begun = [link for link in await run(queue.due) if link not in self._tasks]
        for link in begun:
            task = asyncio.create_task(self._work(link))
            self._tasks[link] = task
            task.add_done_callback(lambda _, link=link: self._tasks.pop(link, None))
        return len(begun)

    async def settled(self) -> None:
        """Waits until nothing is under way."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))
            await asyncio.sleep(0)

    async def _forever(self) -> None:
        while True:
            begun = 0
            try:
                begun = await self.round()
            except Exception as error:
                logger.error("worker: a round to the outside desks failed; trying again", extra={"error": type(error).__name__})
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._woken.wait(), EVERY_SECONDS / 5 if begun else EVERY_SECONDS)
            self._woken.clear()

    async def _work(self, link_id: int) -> None:
        async with self._room:
            try:
                if self._stopping or not await run(queue.take, link_id, self._holder):
                    return
                try:
                    if await self._send(link_id):
                        await self._look(link_id)
                finally:
                    await asyncio.shield(run(queue.release, link_id, self._holder))
            except LeaseLost:
                logger.warning("another process took a ticket's delivery over")
            except Exception as error:
                logger.error("a delivery broke off", extra={"error": type(error).__name__})

    async def _send(self, link_id: int) -> bool:
        """Sends the link's rows in order, until one does not get through. Returns whether the desk may be asked for news."""
        while not self._stopping:
            if not await run(queue.take, link_id, self._holder):
                raise LeaseLost
            job = await run(queue.next_job, link_id, self._holder, self._lags())
            if job is None:
                return True
            if not await self._deliver(job):
                return False
        return False

    async def _deliver(self, job: queue.Job) -> bool:
        lag = self._lags().get(job.link.desk, 0.0)
        try:
            async with asyncio.timeout(ROW_SECONDS):
                if job.link.desk == MAIL:
                    state = await mail.deliver(job, self._holder, self._changed)
                else:
                    state = await delivery.deliver(registry.adapter(job.link.desk), job, self._holder)
            faults.reach("outbox_delivered")
            await run(queue.done, job, self._holder, state)
            return True
        except delivery.NotReady:
            await run(queue.later, job, "not_ready", NOT_READY_SECONDS)
        except Busy as error:
            await run(queue.later, job, error.code, error.seconds)
            await run(queue.trouble, job.link.desk, error.code, error.seconds)
        except NotAllowed as error:
            await run(queue.failed, job, error.code, unsure=False)
            await run(queue.trouble, job.link.desk, error.code)
        except Refused as error:
            await run(queue.failed, job, error.code, unsure=True, refused=True)
        except (DeskError, TimeoutError) as error:
            code = error.code if isinstance(error, DeskError) else "timeout"
            await run(queue.failed, job, code, unsure=True, least_seconds=max(lag, queue.TIMEOUT_SECONDS if code == "timeout" else 0.0))
            await run(queue.trouble, job.link.desk, code)
        return False

    def _lags(self) -> dict[str, float]:
        return {name: registry.adapter(name).capabilities.lookup_lag for name in config.desks().desks}

    async def _look(self, link_id: int) -> None:
        """Asks the desk what is new about a ticket, when that is due."""
        link = await run(Link.objects.select_related("ticket").get, pk=link_id)
        if not link.remote or link.look_at is None or link.look_at > clock.now():
            return
        adapter, begun = registry.adapter(link.desk), clock.now()
        try:
            async with asyncio.timeout(ROW_SECONDS):
                news = await adapter.news(link.remote, arriving.after(link))
                files = await self._files(adapter, link, news)
        except Gone:
            await run(queue.look_later, link_id, self._holder, None, begun)
            return
        except (DeskError, TimeoutError) as error:
            code = error.code if isinstance(error, DeskError) else "timeout"
            await run(queue.look_later, link_id, self._holder, clock.now() + timedelta(seconds=queue.MOST_PAUSE_SECONDS / 2), begun)
            await run(queue.trouble, link.desk, code, error.seconds if isinstance(error, Busy) else None)
            return
        conversation = await run(arriving.bring, link_id, self._holder, news, files, begun)
        await run(queue.heard, link.desk)
        if conversation is not None:
            self._changed(conversation)

    async def _files(self, adapter: DeskAdapter, link: Link, news: News) -> dict[str, bytes]:
        found = {}
        for entry in arriving.fresh(link, news):
            for file in () if entry.private else entry.files:
                with contextlib.suppress(Refused):
                    found[file.ref] = await adapter.download(file, FILE_BYTES)
        return found

    async def _changes(self, name: str) -> None:
        """Asks a desk that tells nothing by itself which tickets changed."""
        adapter = registry.adapter(name)
        if not adapter.capabilities.lists_changes:
            return
        desk = await run(lambda: OutsideDesk.objects.get_or_create(name=name)[0])
        now = clock.now()
        if (desk.look_at and desk.look_at > now) or (desk.paused_until and desk.paused_until > now):
            return
        try:
            async with asyncio.timeout(ROW_SECONDS):
                found = await adapter.changed(desk.cursor)
        except (DeskError, TimeoutError) as error:
            code = error.code if isinstance(error, DeskError) else "timeout"
            await run(queue.trouble, name, code, error.seconds if isinstance(error, Busy) else None)
            return
        await run(_looked, name, found.remotes, found.cursor)
        await run(queue.heard, name)


def _looked(name: str, remotes: tuple[str, ...], cursor: str) -> None:
    queue.nudge(name, remotes)
    settings = config.desks().desks[name]
    OutsideDesk.objects.filter(name=name).update(cursor=cursor, look_at=clock.now() + timedelta(seconds=getattr(settings, "poll_seconds", 5)))


