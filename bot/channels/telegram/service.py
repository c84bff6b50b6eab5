"""The channel's running parts: one process of the site is elected to poll, handle and send; any may take a webhook or answer a press."""
from __future__ import annotations

import asyncio
import contextlib
import logging
import time

from bot.channels.telegram import chats, links
from bot.channels.telegram.errors import BadToken, TelegramError
from bot.channels.telegram.handling import Handling
from bot.channels.telegram.inbox import Press
from bot.channels.telegram.poller import Poller
from bot.channels.telegram.receiver import Receiver
from bot.channels.telegram.sender import Sender
from bot.config import config
from bot.conversations import leases
from bot.conversations.database import run
from bot.conversations.notifier import Note
from bot.conversations.runtime import Runtime
from bot.conversations.sentences import say
from bot.desk import contact

logger = logging.getLogger(__name__)
JOB = "telegram"
ELECT_SECONDS = 3.0
"""Well below the time for which a process is elected (bot/conversations/leases.py)."""
TYPING_SECONDS = 4.5
"""Telegram shows the sign for five seconds."""
MOST_TYPING_SECONDS = 30.0
MOST_TYPING = 20
"""Conversations at a time in which it is shown: when hundreds wait, their answers matter more."""
STORED = Note(0, "telegram")
"""Tells the process that handles updates that one was stored by another."""


class Service:
    """One per process. `leads` says whether it stands for election."""

    def __init__(self, runtime: Runtime, leads: bool) -> None:
        from bot.channels.telegram.api import Api  # loads the library

        self.api = Api(config())
        self.sender = Sender(self.api)
        self._receiver = Receiver(Handling(self.api), self.sender.saw)
        self._poller = Poller(self.api, self.stored)
        self._runtime = runtime
        self._leads = leads
        self._elected = False
        self._tasks: set[asyncio.Task] = set()
        self._leader: asyncio.Task | None = None
        self._typing: dict[int, asyncio.Task] = {}
        self._unwatch = lambda: None

    async def start(self) -> None:
        contact.register(self.link, links.follows)
        self._unwatch = self._runtime.hub.watch(self._heard)
        self._leader = asyncio.create_task(self._lead() if self._leads else self._know_name())

    async def stop(self) -> None:
        """Lets calls that are being made finish; what waits is in the database."""
        self._unwatch()
        for task in (self._leader, *self._typing.values(), *self._tasks):
            if task:
                task.cancel()
        await asyncio.gather(*[task for task in (self._leader, *self._typing.values(), *self._tasks) if task], return_exceptions=True)
        await self.api.close()

    def link(self, conversation_id: int) -> str | None:
        """An address with a one-time code that takes a visitor of the website to Telegram; None until Telegram has said who the bot is. Synchronous."""
        return f"https://t.me/{self.api.username}?start={links.make(conversation_id)}" if self.api.username else None

    def stored(self, presses: list[Press]) -> None:
        """Updates are on the disk: whoever handles them is told, and pressed buttons stop spinning."""
        self._receiver.wake()
        if not self._leads:
            self._runtime.notifier.publish(STORED)
        for press in presses:
            self._spawn(self._answer(press))

    async def _answer(self, press: Press) -> None:
        with contextlib.suppress(TelegramError):  # "query is too old": then nothing spins any more either
            await self.api.answer(press.query, "" if press.good else say("telegram.expired", "").text)

    # -- being the one ----------------------------------------------------------------------------

    async def _know_name(self) -> None:
        """Asks Telegram who the bot is, until it answers."""
        while True:
            try:
                await self.api.begin()
                return
            except TelegramError as error:
                logger.error("telegram: not connected yet; trying again", extra={"error": type(error).__name__})
                await asyncio.sleep(60.0 if isinstance(error, BadToken) else 3.0)

    async def _lead(self) -> None:
        """Stands for election for ever, and runs the parts while elected."""
        await self._know_name()
        parts: list[asyncio.Task] = []
        until = 0.0
        holder = self._runtime.runner.holder
        try:
            while True:
                try:
                    elected = await run(leases.elect, holder, JOB)
                    until = time.monotonic() + leases.WORKER_SECONDS if elected else 0.0
                except Exception as error:
                    logger.error("telegram: the election failed; trying again", extra={"error": type(error).__name__})
                    elected = time.monotonic() < until - ELECT_SECONDS
                self._elected = elected
                if elected and not parts:
                    jobs = [self._receiver.forever(), self.sender.forever(), *([] if config().telegram_webhook else [self._poller.forever()])]
                    parts = [asyncio.create_task(job) for job in jobs]
                elif not elected and parts:
                    await _end(parts)
                    parts = []
                await asyncio.sleep(ELECT_SECONDS)
        finally:
            self._elected = False
            await _end(parts)
            with contextlib.suppress(Exception):
                await asyncio.shield(run(leases.resign, holder, JOB))

    # -- hints ------------------------------------------------------------------------------------

    def _heard(self, note: Note) -> None:
        if note.kind == STORED.kind:
            self._receiver.wake()
        elif note.kind in ("log", "state"):
            self.sender.wake()
        elif note.kind == "typing_on" and self._elected and note.conversation_id not in self._typing and len(self._typing) < MOST_TYPING:
            task = asyncio.create_task(self._type(note.conversation_id))
            self._typing[note.conversation_id] = task
            task.add_done_callback(lambda _: self._typing.pop(note.conversation_id, None))
        elif note.kind == "typing_off" and note.conversation_id in self._typing:
            self._typing[note.conversation_id].cancel()

    async def _type(self, conversation_id: int) -> None:
        """Shows "typing" in the chats of a conversation until it is over."""
        until = time.monotonic() + MOST_TYPING_SECONDS
        following = await run(chats.speakers, conversation_id)
        while following and time.monotonic() < until:
            for chat_id in following:
                with contextlib.suppress(TelegramError):
                    await self.api.typing(chat_id)
            await asyncio.sleep(TYPING_SECONDS)

    def _spawn(self, work) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _end(parts: list[asyncio.Task]) -> None:
    for part in parts:
        part.cancel()
    await asyncio.gather(*parts, return_exceptions=True)


_current: Service | None = None


async def start(runtime: Runtime, leads: bool) -> Service | None:
    """Starts the channel beside a runtime, where a token is set."""
    global _current
    if config().telegram_token is None:
        return None
    service = Service(runtime, leads)
    await service.start()
    _current = service
    return service


async def stop() -> None:
    """Stops what start() started; harmless without."""
    global _current
    stopping, _current = _current, None
    if stopping:
        await stopping.stop()


def current() -> Service | None:
    """The running one; None where no token is set."""
    return _current
