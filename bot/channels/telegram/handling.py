"""Handles updates of the inbox: hands messages on to their conversation, and answers what is none. Doing it twice changes nothing."""
from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from typing import TYPE_CHECKING

from django.utils.timezone import now

from bot.channels.telegram import chats, commands, groups, inbox, links, outgoing, rendering
from bot.channels.telegram.errors import Refused
from bot.channels.telegram.models import Chat, Update
from bot.conversations import dialogue, runtime, uploads
from bot.conversations.database import run
from bot.conversations.inbound import NotOffered, receive
from bot.conversations.log import Inbound, Reply
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import say

if TYPE_CHECKING:
    from bot.channels.telegram.api import Api

logger = logging.getLogger(__name__)
UNFIT = {"file_type": "telegram.file_type", "file_too_large": "telegram.file_large", "file_dimensions": "telegram.file_large", "files_many": "telegram.files_many"}
"""What is said when a file cannot be kept (bot/conversations/uploads.py)."""
TWICE_SECONDS = 10.0
"""A button pressed again within this time is impatience; later it is somebody who needs an answer."""

AGAIN_SECONDS = 60.0
"""After which somebody who sends what cannot be read is told so again."""


class Handling:
    """One per process. `api` fetches files."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def handle(self, updates: list[Update]) -> None:
        """One update, or the parts of one album, in their order. Raises what went wrong; the caller tries again."""
        body = updates[0].body
        kind = body["kind"]
        if kind in ("blocked", "unblocked"):
            await run(chats.blocked if kind == "blocked" else chats.unblocked, body["chat_id"])
            await run(inbox.handled, updates)
        elif kind == "group":
            await groups.answer(updates[0], self._api.username)
        else:
            chat = await run(chats.of, body)
            await getattr(self, f"_{kind}")(chat, updates)

    async def give_up(self, updates: list[Update]) -> None:
        """What cannot be handled is said to be so: nobody waits for an answer that will not come."""
        body = updates[0].body
        if body["kind"] == "group":
            await run(inbox.handled, updates)
            return
        chat = await run(chats.of, body)
        key = "telegram.file_lost" if body["kind"] == "file" else "app.turn_failed"
        await self._say(chat.current_id, updates, [await run(self._sentence, chat.current_id, key)])

    async def _text(self, chat: Chat, updates: list[Update]) -> None:
        body = updates[0].body
        await receive(inbox.inbound(body, chat.current_id, _client_id(body)))
        await run(inbox.handled, updates, chat.current_id)

    async def _edit(self, chat: Chat, updates: list[Update]) -> None:
        """A corrected message counts as said now; one whose words are the same was touched by Telegram (a preview, a pin)."""
        body = updates[0].body
        before = await run(_last_wording, chat.current_id, _client_id(body))
        if before != body["text"]:
            await receive(inbox.inbound(body, chat.current_id, _client_id(body, f"e{body['update_id']}"), edited=before is not None))
        await run(inbox.handled, updates, chat.current_id)

    async def _command(self, chat: Chat, updates: list[Update]) -> None:
        body = updates[0].body
        inbound, replies, asking = await run(commands.run_command, chat, body["command"], body["code"], _client_id(body))
        if inbound:
            await receive(inbound)
            await run(inbox.handled, updates)
            return
        # What is said about a link belongs to the chat, not to the website's conversation.
        await self._say(chat.conversation_id if body["code"] else chat.current_id, updates, replies)
        if asking:
            runtime.changed(asking)

    async def _press(self, chat: Chat, updates: list[Update]) -> None:
        body = updates[0].body
        data = body["text"]
        if data in links.OWN:
            website = await run(links.leave, chat, data)
            await self._say(chat.conversation_id, updates, [] if website else await run(chats.expired, chat.current_id))
            await self._take_keyboard(body)
            if website:
                runtime.changed(website)
            return
        payload = await run(outgoing.payload_of, chat.current_id, data)
        # The same button of the same message counts once: pressed twice it is impatience, not two answers.
        client_id = _client_id(body, "p" + hashlib.sha256(data.encode()).hexdigest()[:10])
        replies: list[Reply] = []
        try:
            accepted = await receive(Inbound(chat.current_id, client_id, payload=payload)) if payload else None
            if accepted and accepted.duplicate and await run(_long_ago, chat.current_id, accepted.seq):
                accepted = None
        except NotOffered:
            accepted = None
        if accepted is None:
            replies = await run(chats.expired, chat.current_id)
        await self._say(chat.current_id, updates, replies)
        await self._take_keyboard(body)

    async def _file(self, chat: Chat, updates: list[Update]) -> None:
        """Pictures and documents, with the caption after them: the words are what gets an answer, else the last file does."""
        captions = [update for update in updates if update.body.get("text")]
        files = [await self._fetched(chat, update.body) for update in updates]
        good = [place for place, file in enumerate(files) if isinstance(file, dict)]
        problems = list(dict.fromkeys(file for file in files if isinstance(file, str)))
        for place in good:
            quiet = bool(captions or problems) or place != good[-1]
            await self._keep(Inbound(chat.current_id, _client_id(updates[place].body, "f"), file=files[place], quiet=quiet))
        for update in captions:
            await receive(inbox.inbound(update.body, chat.current_id, _client_id(update.body, "c")))
        await self._say(chat.current_id, updates, [await run(self._sentence, chat.current_id, problem) for problem in problems])

    async def _fetched(self, chat: Chat, body: dict) -> dict | str:
        """A stored file as the log knows it, or the name of the sentence that says why not."""
        file = body["file"]
        if file["size"] > uploads.FILE_BYTES:
            return "telegram.file_large"
        try:
            content = await self._api.content(file["file_id"], uploads.FILE_BYTES)
        except Refused as refusal:
            return "telegram.file_large" if "too big" in refusal.why else "telegram.file_lost"
        if content is None:
            return "telegram.file_large"
        try:
            kept = await asyncio.to_thread(uploads.keep, chat.current_id, io.BytesIO(content))
        except uploads.Unfit as problem:
            return UNFIT.get(problem.code, "telegram.file_broken")
        return kept.described(file["name"])

    async def _keep(self, inbound: Inbound) -> None:
        accepted = None
        try:
            accepted = await receive(inbound)
        finally:
            if accepted is None or accepted.duplicate:
                upload = await asyncio.to_thread(uploads.find, inbound.conversation_id, inbound.file["id"])
                if upload:
                    await asyncio.to_thread(upload.discard)

    async def _not_kept(self, chat: Chat, updates: list[Update]) -> None:
        """Twenty stickers in a row get one answer."""
        reply = await run(self._sentence, chat.current_id, f"telegram.{updates[0].body['text']}")
        await self._say(chat.current_id, updates, [] if await run(_just_said, chat.current_id, reply.text) else [reply])

    async def _say(self, conversation_id: int, updates: list[Update], replies: list[Reply]) -> None:
        if await run(inbox.handled, updates, conversation_id, replies) and replies:
            runtime.changed(conversation_id)

    async def _take_keyboard(self, body: dict) -> None:
        used = {"message_id": body["message_id"], **rendering.pressed(body["shown"])}
        await run(outgoing.put, body["chat_id"], "used", used, outgoing.LAST)

    @staticmethod
    def _sentence(conversation_id: int, key: str) -> Reply:
        conversation = Conversation.objects.get(pk=conversation_id)
        reply = say(key, conversation.language)
        if conversation.owner == Conversation.Owner.BOT and conversation.dialogue and conversation.dialogue.get("flow"):
            # The open question stands; its buttons go along, so that nobody has to scroll.
            return Reply(reply.text, next((each.buttons for each in dialogue.again(conversation) if each.buttons), []))
        return reply


def _client_id(body: dict, more: str = "") -> str:
    return f"{outgoing.OURS}{body['chat_id']}:{body['message_id']}{more}"


def _last_wording(conversation_id: int, client_id: str) -> str | None:
    """What a message said when it was last heard, edits and captions included."""
    known = Message.objects.filter(conversation_id=conversation_id, client_id__startswith=client_id).exclude(text="").order_by("-seq")
    return next((message.text for message in known if message.client_id == client_id or message.client_id[len(client_id)] in "ec"), None)


def _just_said(conversation_id: int, text: str) -> bool:
    """Whether this is the last thing said here, and not long ago."""
    last = Message.objects.filter(conversation_id=conversation_id).order_by("-seq").first()
    return last is not None and last.text == text and (now() - last.at).total_seconds() < AGAIN_SECONDS


def _long_ago(conversation_id: int, seq: int) -> bool:
    at = Message.objects.filter(conversation_id=conversation_id, seq=seq).values_list("at", flat=True).first()
    return at is not None and (now() - at).total_seconds() > TWICE_SECONDS


