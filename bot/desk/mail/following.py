"""Which words go by mail, and when: a row in the outbox for what is said in the conversation of somebody who asked for mail, in the same transaction."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models.signals import post_save

from bot.config import config
from bot.conversations import clock
from bot.conversations.models import Conversation, Message
from bot.desk import events, figures
from bot.desk.actors import BOT, Actor
from bot.desk.models import Ticket
from bot.desk.outbox.models import MAIL, Link, OutboxRow

CAME_BY_MAIL = "mail-"
"""Begins the client_id of what a visitor wrote by mail."""
LIVE = (Ticket.State.OPEN, Ticket.State.TAKEN)


def connect() -> None:
    """Follows tickets and messages from now on; called once, when Django is ready."""
    events.happened.connect(_happened, dispatch_uid="mail")
    post_save.connect(_said, sender=Message, dispatch_uid="mail")


def wanted(message: Message) -> bool:
    """Whether it is news for somebody who is not there. What only answers something he typed on the page is not."""
    if message.author == Message.Author.USER:
        return False
    if message.author == Message.Author.AGENT:
        return True
    if message.reply_to:
        return _by_mail(message.conversation_id, message.reply_to)
    return message.author == Message.Author.SYSTEM


def ticket_of(conversation_id: int) -> Ticket | None:
    """The ticket whose mail thread what is said now belongs to: the one that is open, else the one that was closed last, while it may go on."""
    here = Ticket.objects.filter(conversation_id=conversation_id, erased=None)
    found = here.filter(state__in=LIVE).order_by("aside", "-state", "-epoch", "-pk").first()
    if found is None:
        since = clock.now() - timedelta(days=figures.of("reopen_days"))
        found = here.filter(closed__gte=since).order_by("-closed", "-pk").first()
    return found if found and found.contact.get("way") == "email" and found.contact.get("address") else None


def _happened(sender: object, ticket: Ticket, kind: str, actor: Actor, **_: object) -> None:
    if not config().mail_server or kind not in ("contact", "joined") or ticket.contact.get("way") != "email":
        return
    conversation = ticket.conversation_id
    # What was said before is where he left his address. Where it is the bot that turned to mail, something else stopped reaching him.
    takes_over = actor == BOT
    seq = _asked_last(conversation) if takes_over else Conversation.objects.values_list("last_seq", flat=True).get(pk=conversation)
    link, made = Link.objects.get_or_create(ticket=ticket, desk=MAIL, defaults={"told": {str(conversation): seq}})
    if not made:
        link.told[str(conversation)] = max(seq, link.told.get(str(conversation), 0) if takes_over else 0)
        link.save(update_fields=["told"])
    if takes_over and any(wanted(each) for each in Message.objects.filter(conversation_id=conversation, seq__gt=seq)):
        _letter(link)


def _said(sender: object, instance: Message, created: bool, **_: Any) -> None:
    if not created or not config().mail_server or instance.author == Message.Author.USER or not wanted(instance):
        return
    ticket = ticket_of(instance.conversation_id)
    link = Link.objects.filter(ticket=ticket, desk=MAIL).first() if ticket else None
    if link is not None:
        _letter(link)


def _letter(link: Link) -> None:
    """A row for a letter, unless one waits: that one takes along what was said."""
    if not any("to" not in row.what for row in link.rows.filter(done=None)):
        now = clock.now()
        OutboxRow.objects.create(link=link, kind=OutboxRow.Kind.LETTER, created=now, next_at=now + timedelta(seconds=config().mail_delay_seconds))


def _asked_last(conversation_id: int) -> int:
    return Message.objects.filter(conversation_id=conversation_id, author=Message.Author.USER).order_by("-seq").values_list("seq", flat=True).first() or 0


def _by_mail(conversation_id: int, seq: int) -> bool:
    asked = Message.objects.filter(conversation_id=conversation_id, seq=seq).values_list("client_id", flat=True).first()
    return (asked or "").startswith(CAME_BY_MAIL)
