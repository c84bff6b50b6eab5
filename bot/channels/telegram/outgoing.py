"""The outgoing queue in the database: what is put in, and what became of it. Synchronous: call through database.run."""
from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Max
from django.utils.timezone import now

from bot.channels.telegram import rendering
from bot.channels.telegram.models import Chat, Feed, LongButton, Outgoing
from bot.conversations import log
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import say

PEOPLE, BOT, LAST = 0, 1, 2
"""Priorities: people's words, the bot's, whatever nobody waits for."""
OURS = "tg:"
"""Begins the client_id of every message that came through Telegram; the website's cannot hold a colon."""
PAGE = 50
KEPT_DAYS = 3
WAITING = (Outgoing.State.WAITING, Outgoing.State.SENDING)


def fill(limit: int = 200) -> int:
    """Puts into the queue what the logs have for Telegram and the queue has not; returns how many messages were read."""
    behind = (Feed.objects.filter(live=True, chat__blocked=None, conversation__last_seq__gt=F("seq"))
              .select_related("chat", "conversation").order_by("pk")[:limit])
    return sum(_fill(feed) for feed in behind)


def catch_up(chat: Chat) -> None:
    """Queues now what the chat's own conversation has for it. In the caller's transaction."""
    for feed in chat.feeds.filter(conversation_id=chat.conversation_id).select_related("chat", "conversation"):
        _fill(feed)


def _fill(feed: Feed) -> int:
    events = log.events_after(feed.conversation_id, feed.seq, PAGE)
    if not events:
        return 0
    with transaction.atomic():
        # Two workers in the moment of a change: the one who moves the mark is the one who queues.
        if not Feed.objects.filter(pk=feed.pk, seq=feed.seq).update(seq=events[-1]["seq"]):
            return 0
        own = feed.conversation_id == feed.chat.conversation_id
        deliver(feed.chat, feed.conversation, [event for event in events if own or not _asked_elsewhere(feed.conversation_id, event)])
    return len(events)


def deliver(chat: Chat, conversation: Conversation, events: Iterable[dict]) -> None:
    """Queues messages of a log for a chat; one that is queued already stays as it is."""
    made = []
    for event in events:
        if event["author"] == Message.Author.USER:
            continue
        person = event["author"] == Message.Author.AGENT
        name = say("telegram.agent", conversation.language, name=event.get("name", "")).text.strip() if person else ""
        for part, (kind, body) in enumerate(rendering.calls(event, name, lambda payload: _token(conversation, payload))):
            made.append(Outgoing(chat_id=chat.pk, conversation=conversation, seq=event["seq"], part=part, kind=kind, body=body,
                                 priority=PEOPLE if person else BOT))
    Outgoing.objects.bulk_create(made, ignore_conflicts=True)


def put(chat_id: int, kind: str, body: dict, priority: int = BOT) -> None:
    """Queues a call that belongs to no message of a log."""
    Outgoing.objects.create(chat_id=chat_id, kind=kind, body=body, priority=priority)


def held() -> set[int]:
    """Chats with calls that cannot be made because the user has blocked the bot."""
    waits = Outgoing.objects.filter(state__in=WAITING).values("chat_id")
    return set(Chat.objects.exclude(blocked=None).filter(pk__in=waits).values_list("pk", flat=True))


def waiting(after: int, without: set[int], limit: int = 2000) -> list[dict]:
    """Calls to make numbered above `after`, in the order of their ids, except for the chats in `without`."""
    rows = Outgoing.objects.filter(state__in=WAITING, pk__gt=after).exclude(chat_id__in=without)
    return list(rows.order_by("pk").values("id", "chat_id", "kind", "priority")[:limit])


def begin(pk: int, highest: int) -> dict | None:
    """Marks a call as being made and returns it; None when it is no longer to be made. `doubtful`: it was tried before, and nobody knows
    whether it was carried out.

    Args:
        highest: the highest message id known now.
    """
    tried = dict(state=Outgoing.State.SENDING, attempts=F("attempts") + 1)
    doubtful = not Outgoing.objects.filter(pk=pk, state=Outgoing.State.WAITING).update(above=highest, **tried)
    if doubtful and not Outgoing.objects.filter(pk=pk, state=Outgoing.State.SENDING).update(**tried):
        return None
    return Outgoing.objects.filter(pk=pk).values("chat_id", "conversation_id", "kind", "body", "attempts", "above").get() | {"doubtful": doubtful}


def not_made(pk: int) -> None:
    """Telegram said no, so the call was certainly not carried out."""
    Outgoing.objects.filter(pk=pk, state=Outgoing.State.SENDING).update(state=Outgoing.State.WAITING)


def highest() -> int:
    """The highest message id that the queue knows of in private chats."""
    return Outgoing.objects.filter(chat_id__gt=0).aggregate(most=Max("message_id"))["most"] or 0


def sent(pk: int, message_id: int | None) -> None:
    """The call was made; its text is in the log, so it is forgotten here."""
    Outgoing.objects.filter(pk=pk).update(state=Outgoing.State.SENT, message_id=message_id, body={}, at=now())


def failed(pk: int) -> None:
    """Telegram will not take it, however often."""
    Outgoing.objects.filter(pk=pk).update(state=Outgoing.State.FAILED, body={}, at=now())


def plainer(pk: int) -> None:
    """Takes everything but the words out of a text that Telegram did not like."""
    row = Outgoing.objects.get(pk=pk)
    row.body, row.state = {"text": row.body.get("text", "")}, Outgoing.State.WAITING
    row.save(update_fields=["body", "state"])


def forget_old() -> int:
    """Deletes what was sent some days ago."""
    old = Outgoing.objects.exclude(state__in=WAITING).filter(at__lt=now() - timedelta(days=KEPT_DAYS))
    return old.delete()[0]


def payload_of(conversation_id: int, data: str) -> str:
    """The payload behind a button's data; "" for a token that is not known."""
    if not data.startswith(rendering.LONG):
        return data
    token = data.removeprefix(rendering.LONG)
    return LongButton.objects.filter(token=token, conversation_id=conversation_id).values_list("payload", flat=True).first() or ""


def _token(conversation: Conversation, payload: str) -> str:
    return LongButton.objects.get_or_create(conversation=conversation, payload=payload, defaults={"token": secrets.token_urlsafe(12)})[0].token


def _asked_elsewhere(conversation_id: int, event: dict) -> bool:
    """An answer goes where the question was asked; what people of the desk say goes everywhere."""
    if event["author"] != Message.Author.BOT or not event.get("reply_to"):
        return False
    asked = Message.objects.filter(conversation_id=conversation_id, seq=event["reply_to"]).values_list("client_id", flat=True).first()
    return not (asked or "").startswith(OURS)
