"""Works through the inbox: one update a chat at a time, in order, as fast as a visitor may write. One runs in the whole site."""
from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

from bot.channels.telegram import inbox
from bot.channels.telegram.errors import Away, TelegramError
from bot.channels.telegram.handling import Handling
from bot.channels.telegram.models import Update
from bot.conversations.database import run
from bot.conversations.metrics import METRICS
from bot.conversations.trace import place
from bot.safety.limits import limits

logger = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
AT_ONCE = 16
TRIES = 6
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds before handling an update again that failed."""
TIDY_SECONDS = 3600.0
COUNTED = {"text": "messages", "edit": "messages", "press": "messages", "command": "messages", "not_kept": "messages", "file": "files", "group": "messages"}
"""Which of the site's limits an update counts against; over it, the chat waits and nothing is lost."""


class Receiver:
    """`wake` it when something was stored. `saw` is told the ids of messages in private chats."""

    def __init__(self, handling: Handling, saw: Callable[[int], None]) -> None:
        self._handling = handling
        self._saw = saw
        self._wake = asyncio.Event()
        self._working: dict[int, asyncio.Task] = {}
        self._not_before: dict[int, float] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        self._counted: dict[int, int] = {}

    def wake(self) -> None:
        """An update was stored."""
        self._wake.set()

    async def forever(self) -> None:
        """Runs until cancelled; updates that are being handled get a moment to finish."""
        tidied = time.monotonic()
        try:
            while True:
                self._wake.clear()
                try:
                    for chat_id in await run(inbox.chats_waiting):
                        self._start(chat_id)
                    if time.monotonic() - tidied > TIDY_SECONDS:
                        tidied = time.monotonic()
                        await run(inbox.forget_old)
                except Exception as error:
                    logger.error("telegram: the inbox could not be read; trying again", extra={"error": type(error).__name__})
                    await asyncio.sleep(LOOK_SECONDS)
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._pause())
        finally:
            if self._working:
                await asyncio.wait(self._working.values(), timeout=2)
            for task in self._working.values():
                task.cancel()

    def _pause(self) -> float:
        """Seconds until something is due for sure, or at the latest until the next look."""
        now = time.monotonic()
        return min([LOOK_SECONDS, *(max(0.02, at - now) for at in self._not_before.values())])

    def _start(self, chat_id: int) -> None:
        if chat_id in self._working or self._not_before.get(chat_id, 0.0) > time.monotonic():
            return
        self._not_before.pop(chat_id, None)
        task = asyncio.create_task(self._work(chat_id))
        self._working[chat_id] = task
        task.add_done_callback(lambda _: self._working.pop(chat_id, None))

    async def _work(self, chat_id: int) -> None:
        async with self._room:
            while True:
                updates, seconds = await run(inbox.head, chat_id)
                if not updates:
                    return
                if chat_id > 0:
                    self._saw(max(update.body.get("message_id") or 0 for update in updates))
                seconds = seconds or await self._over_limit(updates[0])
                if not seconds:
                    seconds = await self._handle(updates)
                if seconds:
                    self._not_before[chat_id] = time.monotonic() + seconds
                    return

    async def _over_limit(self, update: Update) -> float:
        what = COUNTED.get(update.body.get("kind", ""))
        if what is None or self._counted.get(update.chat_id) == update.update_id:
            return 0.0
        seconds = await limits().wait(what, None, f"telegram:{update.chat_id}")
        if not seconds:
            self._counted[update.chat_id] = update.update_id  # one that is tried again does not count again
            while len(self._counted) > 10_000:
                self._counted.pop(next(iter(self._counted)))
        return float(seconds)

    async def _handle(self, updates: list[Update]) -> float:
        """Seconds to wait before the chat goes on; 0 when these are done."""
        try:
            await self._handling.handle(updates)
            METRICS.count("telegram_updates")
            return 0.0
        except Exception as error:
            failures = await run(inbox.note_failure, updates)
            # Only kind and place: the error's own text may quote the user.
            logger.warning("telegram: an update could not be handled", extra={
                "error": type(error).__name__, "attempt": failures, "kind": updates[0].body.get("kind"), "route": place(error)})
            wait = error.seconds if hasattr(error, "seconds") else PAUSES[min(failures, len(PAUSES)) - 1]
            if failures < TRIES:
                return wait
            METRICS.count("telegram_given_up")
            with contextlib.suppress(TelegramError):
                await self._handling.give_up(updates)
            return 0.0 if not isinstance(error, Away) else 0.1
