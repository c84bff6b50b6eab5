"""The durable inbox: an update is written here, masked, before Telegram hears that it arrived. Synchronous: call through database.run."""
from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.db import DataError, transaction
from django.db.models import F, Max
from django.utils.timezone import now

from bot.channels.telegram import links, outgoing, reading
from bot.channels.telegram.models import Chat, Update
from bot.channels.telegram.reading import Reading
from bot.conversations import log
from bot.conversations.inbound import masked
from bot.conversations.log import Inbound, Reply, append_outbound
from bot.conversations.models import Message

logger = logging.getLogger(__name__)
ALBUM_SECONDS = 1.0
"""Parts of an album come as updates of their own; after so long without another one it is complete."""
KEPT_DAYS = 3
"""How long the numbers of handled updates are kept; Telegram repeats for one day."""
LEFT_VISIBLE = frozenset({"hex"})
"""What may be a harmless hash is not deleted from a chat; its writer is asked."""


@dataclass(frozen=True)
class Press:
    """A pressed button, to be answered at once: the callback query, and whether the button is still good for something."""

    query: str
    good: bool


def store(updates: Iterable[Any], username: str, bot_id: int) -> list[Press]:
    """Writes updates in their order, each once; returns the presses among those that are new. What cannot be read is left out."""
    presses = []
    with transaction.atomic():
        for raw in updates:
            try:
                read = reading.read(raw, username, bot_id)
            except Exception as error:
                # Reading never raises for what we know; whatever this is, asking Telegram for it again would not mend it.
                logger.error("telegram: an update could not be read", extra={"error": type(error).__name__})
                read = None
            if read is not None:
                presses += _stored(read)
    return presses


def _stored(read: Reading) -> list[Press]:
    try:
        return _store(read)
    except (DataError, ValueError) as error:
        # The database will never take it; refused, it would come again for ever and hold up all that follow.
        logger.error("telegram: an update could not be stored", extra={"error": type(error).__name__})
        return _store(Reading(read.update_id))


def _store(read: Reading) -> list[Press]:
    with transaction.atomic():
        _, made = Update.objects.get_or_create(update_id=read.update_id, defaults={
            "chat_id": read.chat_id, "album": read.album, "waiting": read.kind != "nothing", "body": _body(read) if read.kind != "nothing" else {}})
    if not made or read.kind != "press":
        return []
    chat = Chat.objects.filter(pk=read.chat_id).first()
    good = chat is not None and (read.text in links.OWN or log.offered(chat.current_id, outgoing.payload_of(chat.current_id, read.text)))
    return [Press(read.query, good)]


def _body(read: Reading) -> dict[str, Any]:
    body = read.body()
    if read.kind in ("text", "edit", "file", "group") and read.text:
        chat = Chat.objects.filter(pk=read.chat_id).first() if read.kind != "group" else None
        guarded = masked(Inbound(chat.current_id if chat else 0, "", text=read.text), _before(read.chat_id))
        body |= {"text": guarded.text, "masked": guarded.masked, "advice": guarded.advice, "only_secret": guarded.only_secret}
    return body


def _before(chat_id: int | None) -> str | None:
    """What was written just before in this chat and is still here: "my password is" and the password may be two messages."""
    last = Update.objects.filter(chat_id=chat_id, waiting=True).order_by("-update_id").values_list("body", flat=True).first()
    return (last or {}).get("text") or None


def chats_waiting() -> list[int]:
    """Chats with something to handle."""
    return list(Update.objects.filter(waiting=True).values_list("chat_id", flat=True).distinct())


def head(chat_id: int) -> tuple[list[Update], float]:
    """What is to be handled next in a chat: one update, or a whole album; and the seconds to wait until it is complete."""
    waiting = list(Update.objects.filter(chat_id=chat_id, waiting=True).order_by("update_id")[:20])
    if not waiting or not waiting[0].album:
        return waiting[:1], 0.0
    album = [update for update in waiting if update.album == waiting[0].album]
    age = (now() - max(update.at for update in album)).total_seconds()
    return album, max(0.0, ALBUM_SECONDS - age)


def handled(updates: list[Update], conversation_id: int | None = None, replies: Iterable[Reply] = ()) -> bool:
    """Marks updates as handled and writes what the channel itself says to them, in one transaction. False when they were before."""
    with transaction.atomic():
        numbers = [update.update_id for update in updates]
        if not Update.objects.filter(pk__in=numbers, waiting=True).update(waiting=False, body={}):
            return False
        if conversation_id is not None:
            append_outbound(conversation_id, Message.Author.BOT, list(replies))
            for update in updates:
                if set(update.body.get("masked") or ()) - LEFT_VISIBLE:
                    outgoing.put(update.chat_id, "delete", {"message_id": update.body["message_id"], "conversation": conversation_id}, outgoing.PEOPLE)
    return True


def note_failure(updates: list[Update]) -> int:
    """Counts that handling failed; returns how often it has."""
    Update.objects.filter(pk__in=[update.update_id for update in updates]).update(failures=F("failures") + 1)
    return Update.objects.filter(pk__in=[update.update_id for update in updates]).aggregate(most=Max("failures"))["most"] or 0


def forget_old() -> int:
    """Deletes the numbers of what was handled days ago."""
    return Update.objects.filter(waiting=False, at__lt=now() - timedelta(days=KEPT_DAYS)).delete()[0]


def inbound(body: dict, conversation_id: int, client_id: str, **more: Any) -> Inbound:
    """A stored text as a message, with what was found when it was masked."""
    made = Inbound(conversation_id, client_id, text=body["text"], masked=tuple(body.get("masked") or ()), advice=body.get("advice") or "",
                   only_secret=bool(body.get("only_secret")), guarded=True)
    return replace(made, **more)
