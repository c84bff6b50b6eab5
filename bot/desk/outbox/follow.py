"""Writes an outbox row for whatever an outside desk must hear of, in the transaction in which it happens. Without an outside desk it does nothing."""
from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from bot.conversations import clock
from bot.conversations.models import Conversation, Message
from bot.desk import events
from bot.desk.actors import Actor
from bot.desk.adapters import config
from bot.desk.models import Ticket
from bot.desk.outbox.models import MAIL, Link, OutboxRow

CHANGES = frozenset({"taken", "transferred", "released", "added", "filled", "escalated", "resolved", "returned", "reopened", "cancelled"})
"""Events after which state, priority, queue or fields may be different there."""
LIVE = (Ticket.State.OPEN, Ticket.State.TAKEN)


def connect() -> None:
    """Follows tickets and messages from now on; called once, when Django is ready."""
    events.happened.connect(_happened, dispatch_uid="outbox")
    post_save.connect(_said, sender=Message, dispatch_uid="outbox")


def row(link: Link, kind: str, **what: Any) -> OutboxRow:
    """One more thing to tell. In the caller's transaction."""
    now = clock.now()
    return OutboxRow.objects.create(link=link, kind=kind, what=what, created=now, next_at=now)


def from_outside(desk: str, remote_entry: str) -> str:
    """The client id under which something an outside agent said is kept here: so it comes here once, and does not go back."""
    return f"desk-{desk}-{remote_entry}"[:64]


def _happened(sender: object, ticket: Ticket, kind: str, actor: Actor, details: dict, **_: object) -> None:
    if not config.desks().desks:
        return
    if kind == "opened":
        _opened(ticket)
        return
    link = _link(ticket.pk)
    if link is None:
        return
    if kind in ("joined", "reopened"):
        _catch_up(link, ticket)
    if kind in CHANGES or kind == "joined":
        # What came from there is known there.
        if actor.name != f"desk:{link.desk}":
            row(link, OutboxRow.Kind.CHANGE)
    elif kind == "noted":
        if actor.name != f"desk:{link.desk}":
            row(link, OutboxRow.Kind.NOTE, note=details["note"])
    elif kind == "merged":
        into = _link(ticket.merged_into_id)
        row(link, OutboxRow.Kind.MERGE, into=into.pk if into else None)


def _link(ticket_id: int | None) -> Link | None:
    """The ticket's counterpart at an outside desk."""
    return Link.objects.filter(ticket_id=ticket_id).exclude(desk=MAIL).first()


def _opened(ticket: Ticket) -> None:
    desk = config.desks().of(ticket.queue)
    if desk is None:
        return
    seq = Conversation.objects.values_list("last_seq", flat=True).get(pk=ticket.conversation_id)
    if _link(ticket.pk) is None:
        link = Link.objects.create(ticket=ticket, desk=desk, told={str(ticket.conversation_id): seq})
        row(link, OutboxRow.Kind.CREATE, conversation=ticket.conversation_id, to=seq)


def _said(sender: object, instance: Message, created: bool, **_: object) -> None:
    if not created or not config.desks().desks or instance.author == Message.Author.SYSTEM:
        return
    if (instance.client_id or "").startswith("desk-"):
        return
    link = (Link.objects.filter(ticket__conversation_id=instance.conversation_id, ticket__state__in=LIVE, ticket__aside=False).exclude(desk=MAIL)
            .order_by("-ticket__state", "-ticket__epoch", "-ticket__pk").first())
    if link is None:
        return
    row(link, OutboxRow.Kind.MESSAGE, message=instance.pk)
    link.told[str(instance.conversation_id)] = instance.seq
    link.save(update_fields=["told"])


def _catch_up(link: Link, ticket: Ticket) -> None:
    """The conversation went on with the bot, or is another one, since the desk there last heard of it."""
    conversation = Conversation.objects.only("last_seq").get(pk=ticket.conversation_id)
    told = link.told.get(str(conversation.pk), 0)
    if conversation.last_seq > told:
        row(link, OutboxRow.Kind.HISTORY, conversation=conversation.pk, after=told, to=conversation.last_seq)
        link.told[str(conversation.pk)] = conversation.last_seq
        link.save(update_fields=["told"])
