"""A visitor of the website goes on in Telegram: a one-time code, who used it, and his yes on the website before anything of the case is shown.

Both sides can refuse and undo. While a link stands, the chat writes into the website's conversation, with its state, ticket and account.
Synchronous: call through database.run.
"""
from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from bot.channels.telegram import outgoing
from bot.channels.telegram.models import Chat, Feed, Link, Outgoing
from bot.config import config
from bot.conversations import log, owner
from bot.conversations.log import Reply, append_outbound
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import say
from bot.desk import contact

MINUTES = 10
"""How long a code is good for."""
CONFIRM_MINUTES = 60
"""How long the website may take to say yes."""
REFUSE, UNLINK = "/telegram_not_me", "/telegram_unlink"
OWN = frozenset({REFUSE, UNLINK})
"""Payloads that this channel answers itself: below the question who came with a code, and below the news of a link."""


def make(conversation_id: int) -> str:
    """A new code for a conversation of the website; earlier ones that nobody used are void."""
    code = secrets.token_urlsafe(24)
    with transaction.atomic():
        Link.objects.filter(conversation_id=conversation_id, used=None, ended=None).update(ended=now())
        Link.objects.create(conversation_id=conversation_id, code=hashlib.sha256(code.encode()).hexdigest())
    return code


def use(hashed: str, chat: Chat) -> tuple[Reply, int | None]:
    """Somebody came with a code: what to tell him, and the website's conversation that has to ask, if the code is good."""
    language = chat.conversation.language
    with transaction.atomic():
        link = Link.objects.select_for_update().filter(code=hashed, used=None, ended=None, made__gt=now() - timedelta(minutes=MINUTES)).first()
        if link is None:
            return say("telegram.link_bad", language), None
        Link.objects.filter(conversation_id=link.conversation_id, confirmed=None, ended=None).exclude(pk=link.pk).update(ended=now())
        link.used, link.chat = now(), chat
        link.save(update_fields=["used", "chat"])
    return say("telegram.link_asked", language, (("button.not_me", REFUSE),), name=chat.name or str(chat.pk)), link.conversation_id


def status(conversation_id: int) -> dict:
    """{"status": none | asking | connected, "name"}: what the website shows."""
    link = _standing(conversation_id)
    if link is None:
        return {"status": "none"}
    return {"status": "connected" if link.confirmed else "asking", "name": link.chat.name or str(link.chat_id)}


def shown(conversation_id: int) -> dict:
    """What the stream's state event adds where the bot is on Telegram: {"telegram": {"status", "name"?}}."""
    return {"telegram": status(conversation_id)} if config().telegram_token else {}


def follows(conversation_id: int) -> bool:
    """Whether a chat goes on with this conversation of the website's, confirmed."""
    link = _standing(conversation_id)
    return link is not None and link.confirmed is not None and link.chat.blocked is None


def confirm(conversation_id: int, yes: bool) -> bool:
    """The visitor's answer to "was that you?". False when there is nothing to confirm."""
    with transaction.atomic():
        link = _standing(conversation_id, lock=True)
        if link is None or link.confirmed:
            return False
        if not yes:
            _end(link, "telegram.link_refused")
            return True
        chat = link.chat
        ended = []
        others = Link.objects.filter(Q(chat=chat) | Q(conversation_id=conversation_id), ended=None).exclude(confirmed=None).exclude(pk=link.pk)
        for other in others.select_related("chat__conversation"):
            _end(other, "telegram.unlinked")
            ended.append(other.conversation_id)
        link.confirmed = now()
        link.save(update_fields=["confirmed"])
        Chat.objects.filter(pk=chat.pk).update(linked=link.conversation)
        _say(chat, say("telegram.linked", chat.conversation.language, (("button.unlink", UNLINK),)))
        outgoing.catch_up(chat)  # the news of the link comes before what it shows
        conversation = Conversation.objects.select_for_update().get(pk=conversation_id)
        Feed.objects.update_or_create(chat=chat, conversation=conversation, defaults={"live": True, "seq": conversation.last_seq})
        outgoing.deliver(chat, conversation, _open_question(conversation))
        _tell_desk(ended, conversation_id)
    return True


def undo(conversation_id: int) -> bool:
    """The website takes a link back, also one that was not confirmed yet. False when there is none."""
    with transaction.atomic():
        link = _standing(conversation_id, lock=True)
        if link is None:
            return False
        _take_back(link)
    return True


def leave(chat: Chat, payload: str) -> int | None:
    """Telegram takes a link back; the website's conversation, or None when there was none. A chat may follow one conversation and have come
    with the code of another: UNLINK means the first, REFUSE the second, and either the only one there is."""
    with transaction.atomic():
        found = list(Link.objects.select_for_update().filter(chat=chat, ended=None).order_by("-pk"))
        if not found:
            return None
        link = next((each for each in found if bool(each.confirmed) == (payload == UNLINK)), found[0])
        _take_back(link)
    return link.conversation_id


def _standing(conversation_id: int, lock: bool = False) -> Link | None:
    rows = Link.objects.select_for_update(of=("self",)) if lock else Link.objects.all()
    link = (rows.select_related("chat__conversation", "conversation").filter(conversation_id=conversation_id, ended=None).exclude(used=None)
            .order_by("-pk").first())
    if link and not link.confirmed and link.used < now() - timedelta(minutes=CONFIRM_MINUTES):
        return None
    return link


def _take_back(link: Link) -> None:
    _end(link, "telegram.unlinked" if link.confirmed else "telegram.link_refused")
    if link.confirmed:
        _tell_desk([link.conversation_id])


def _tell_desk(ended: list[int], connected: int | None = None) -> None:
    """Tickets say where their visitors can be reached. Last in the transaction, all rows locked first: it takes the audit log's lock."""
    for conversation_id in sorted({*ended, *([connected] if connected else [])}):
        owner.locked(conversation_id)
    for conversation_id in ended:
        contact.disconnected(conversation_id)
    if connected:
        contact.connected(connected)


def _end(link: Link, sentence: str) -> None:
    chat = link.chat
    Link.objects.filter(pk=link.pk).update(ended=now())
    if link.confirmed:
        Chat.objects.filter(pk=chat.pk, linked_id=link.conversation_id).update(linked=None)
        Feed.objects.filter(chat=chat, conversation_id=link.conversation_id).update(live=False)
        Outgoing.objects.filter(chat_id=chat.pk, conversation_id=link.conversation_id, state=Outgoing.State.WAITING).delete()
    _say(chat, say(sentence, chat.conversation.language))


def _say(chat: Chat, reply: Reply) -> None:
    """Links are spoken of in the chat's own conversation: the website's says it on the website."""
    append_outbound(chat.conversation_id, Message.Author.BOT, [reply])


def _open_question(conversation: Conversation) -> list[dict]:
    """What was said since the visitor's last message: the question that he goes on with."""
    last = Message.objects.filter(conversation=conversation, author=Message.Author.USER).order_by("-seq").values_list("seq", flat=True).first()
    return log.events_after(conversation.pk, last or 0)
