"""Makes the queue's calls, paced. One runs in the whole site.

Telegram takes no key that would make a call count once. So a call is marked before it is made and again when it is answered; one that was
marked and never answered (the process died, the network broke) is in doubt, and before it is made again Telegram is asked whether the
message is there (docs/decisions/telegram.md).
"""
from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING

from bot.channels.telegram import chats, outgoing
from bot.channels.telegram.errors import Away, BadToken, Blocked, Refused, TelegramError, Wait
from bot.channels.telegram.pacing import PER_SECOND, Call, Pacing
from bot.conversations import faults, uploads
from bot.conversations.database import run
from bot.conversations.metrics import METRICS

if TYPE_CHECKING:
    from bot.channels.telegram.api import Api

logger = logging.getLogger(__name__)
AT_ONCE = 16
LOOK_SECONDS = 1.0
"""How often the queue is looked at when nobody says that something was put in."""
LOOK_AT_ALL_SECONDS = 5.0
"""How often calls are looked for that an earlier look may have passed over, as another process put them in just then."""
TICK_SECONDS = 0.02
IDLE_SECONDS = 0.05
PAUSES = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds before trying again when Telegram does not answer."""
TRIES = 6
"""Of a call that breaks off by a fault of our own: then it is given up, or nothing would ever reach its chat again."""
PLAINER_AFTER = 1
LOOK_FOR = 3 * AT_ONCE
"""Message ids that a message in doubt is looked for under: what may have been sent and come in meanwhile."""
TIDY_SECONDS = 600.0
FREE = frozenset({"delete", "used"})


class Sender:
    """`wake` it when something was queued."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._pacing = Pacing()
        self._wake = asyncio.Event()
        self._running: set[asyncio.Task] = set()
        self._highest = 0
        self._last = 0
        self._held: set[int] = set()
        self._looked_at_all = 0.0

    def wake(self) -> None:
        """Something was put into a log or into the queue."""
        self._wake.set()

    def saw(self, message_id: int) -> None:
        """A message with this id is in a private chat; later ones have higher ids."""
        self._highest = max(self._highest, message_id)

    async def forever(self) -> None:
        """Runs until cancelled; then lets calls that are being made finish, so that nothing is sent twice after a restart."""
        looking = asyncio.create_task(self._keep_looking())
        try:
            while True:
                while self._start_next():
                    pass
                # Which limit the next call waits for is not computed: a look costs less than being wrong.
                await asyncio.sleep(TICK_SECONDS if self._pacing.known else IDLE_SECONDS)
        finally:
            looking.cancel()
            await asyncio.wait({looking, *self._running}, timeout=3)

    async def _keep_looking(self) -> None:
        """Takes in what was queued. Beside the sending, which must not wait for the database while a thousand people write."""
        tidied = time.monotonic()
        while True:
            self._wake.clear()
            try:
                if not self._highest:
                    self.saw(await run(outgoing.highest))
                more = await self._look()
                if time.monotonic() - tidied > TIDY_SECONDS:
                    tidied = time.monotonic()
                    self._pacing.tidy(tidied)
                    await run(outgoing.forget_old)
            except Exception as error:
                logger.error("telegram: the queue could not be read; trying again", extra={"error": type(error).__name__})
                await asyncio.sleep(LOOK_SECONDS)
                continue
            if not more:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), LOOK_SECONDS)

    async def _look(self) -> bool:
        """Whether there may be more to take in at once."""
        filled = await run(outgoing.fill)
        # Read before the calls: a chat that is let in again meanwhile is passed over once more, and then looked at as a whole,
        # so that what waited longest goes first.
        held = await run(outgoing.held)
        now = time.monotonic()
        if self._held - held or now - self._looked_at_all > LOOK_AT_ALL_SECONDS:
            self._last, self._looked_at_all = 0, now
        self._held = held
        for row in await run(outgoing.waiting, self._last, held):
            self._last = max(self._last, row["id"])
            self._pacing.add(Call(row["id"], row["chat_id"], row["priority"], row["kind"] in FREE))
        return filled > 0

    def _start_next(self) -> bool:
        if len(self._running) >= AT_ONCE:
            return False
        call = self._pacing.next(time.monotonic())
        if call is None:
            return False
        task = asyncio.create_task(self._make(call))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return True

    async def _make(self, call: Call) -> None:
        attempts = 1
        try:
            row = await run(outgoing.begin, call.id, self._highest)
            if row is None:
                self._pacing.done(call, time.monotonic())
                return
            attempts = row["attempts"]
            message_id = await self._there_already(row) if row["doubtful"] else None
            if message_id is None:
                faults.reach("before_telegram_send")
                message_id = await self._call(row, call)
                faults.reach("after_telegram_send")
            if message_id and call.chat_id > 0:
                self.saw(message_id)
            await run(outgoing.sent, call.id, message_id)
            METRICS.count("telegram_calls")
            self._pacing.done(call, time.monotonic())
        except Wait as told:
            METRICS.count("telegram_too_many")
            await run(outgoing.not_made, call.id)
            self._pacing.too_fast(call, time.monotonic(), told.seconds)
        except Blocked:
            await self._blocked(call)
        except Refused as refusal:
            await self._refused(call, attempts, refusal)
        except (Away, BadToken) as error:
            logger.warning("telegram: a call was not answered; trying again", extra={"error": type(error).__name__, "attempt": attempts})
            METRICS.count("telegram_away")
            self._pacing.again(call, time.monotonic(), PAUSES[min(attempts, len(PAUSES)) - 1])
        except Exception as error:
            logger.error("telegram: a call broke off", extra={"error": type(error).__name__, "attempt": attempts})
            if attempts >= TRIES:
                await self._given_up(call)
                return
            self._pacing.again(call, time.monotonic(), PAUSES[min(attempts, len(PAUSES)) - 1])

    async def _there_already(self, row: dict) -> int | None:
        """The id of a message in doubt, if Telegram has it; None: not found, so it is sent.

        A bot's private chats share one growing count of message ids, so it is among the few that followed the highest one known then.
        No other message of ours can be: a chat has one call in the making at a time.
        """
        if row["chat_id"] < 0 or row["kind"] not in ("text", "file"):
            return None
        for message_id in range(row["above"] + 1, row["above"] + 1 + LOOK_FOR):
            if await self._api.is_ours(row["chat_id"], message_id, row["body"].get("keyboard")):
                METRICS.count("telegram_found_sent")
                return message_id
            await asyncio.sleep(1 / PER_SECOND)
        return None

    async def _call(self, row: dict, call: Call) -> int | None:
        chat_id, body = row["chat_id"], row["body"]
        if row["kind"] == "text":
            return await self._api.send_text(chat_id, body["text"], body.get("entities") or [], body.get("keyboard"), body.get("reply_to"))
        if row["kind"] == "file":
            return await self._file(row)
        if row["kind"] == "delete":
            await self._delete(row, call)
        elif row["kind"] == "used":
            with contextlib.suppress(Refused):  # deleted by its reader, too old to be edited, or changed already
                await self._api.take_keyboard(chat_id, body["message_id"], body.get("text", ""), body.get("entities") or [])
        return None

    async def _file(self, row: dict) -> int | None:
        body = row["body"]
        upload = await asyncio.to_thread(uploads.find, row["conversation_id"], body["file"]["id"])
        if upload is None:
            raise Refused("the file is no longer there")
        content = await asyncio.to_thread(upload.path.read_bytes)
        return await self._api.send_file(row["chat_id"], content, body["file"]["name"], upload.kind.startswith("image/"), body.get("text", ""),
                                         body.get("entities") or [], body.get("keyboard"))

    async def _delete(self, row: dict, call: Call) -> None:
        """A secret goes from the chat, and its writer is told whether it is gone."""
        body = row["body"]
        try:
            await self._api.delete(row["chat_id"], body["message_id"])
            gone = True
        except Refused as refusal:
            gone = "not found" in refusal.why
        await run(chats.deleted, call.id, body["conversation"], gone)
        self.wake()

    async def _blocked(self, call: Call) -> None:
        await run(chats.blocked, call.chat_id)
        self._pacing.done(call, time.monotonic())
        self._pacing.drop(call.chat_id)

    async def _given_up(self, call: Call) -> None:
        METRICS.count("telegram_given_up")
        await run(outgoing.failed, call.id)
        self._pacing.done(call, time.monotonic())

    async def _refused(self, call: Call, attempts: int, refusal: TelegramError) -> None:
        logger.error("telegram: a call was refused", extra={"attempt": attempts, "kind": "free" if call.free else "message"})
        METRICS.count("telegram_refused")
        if attempts <= PLAINER_AFTER and not call.free:
            await run(outgoing.plainer, call.id)
            self._pacing.again(call, time.monotonic(), 0.0)
            return
        await run(outgoing.failed, call.id)
        self._pacing.done(call, time.monotonic())
