"""What a visitor's program is told about a conversation besides its messages. Synchronous: call through database.run."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.conversations import clock, sheet
from bot.conversations.models import Conversation, Message
from bot.desk import estimates, figures, tickets
from bot.desk.models import Ticket

MORE: list[Callable[[int], dict]] = []
"""What channels add for a conversation (its id -> further keys); registered when Django starts."""


def shown(conversation_id: int) -> dict[str, Any]:
    """{"owner", "language", "busy"}; "seen", the newest message that a person has read, once there is one; with an open ticket "ticket" and, while it waits, "position" (from 1) and, where an honest number can be
    named, "wait" [minutes, minutes]; while a problem is open "case" {"have", "want"}, the lines of the case sheet."""
    conversation = Conversation.objects.get(pk=conversation_id)
    busy = conversation.check_due or (
        conversation.owner != Conversation.Owner.HUMAN
        and Message.objects.filter(conversation_id=conversation_id, unanswered=True).exists())
    told: dict[str, Any] = {"owner": conversation.owner, "language": conversation.language, "busy": busy}
    if conversation.seen:
        told["seen"] = conversation.seen
    ticket = tickets.live(conversation_id)
    if ticket:
        told["ticket"] = ticket.number
        if ticket.state == Ticket.State.OPEN:
            told |= _line(ticket)
    for more in MORE:
        told |= more(conversation_id)
    filled = sheet.progress(conversation, ticket)
    if filled:
        told["case"] = filled
    return told


def _line(ticket: Ticket) -> dict[str, Any]:
    """The place in the line, and how long it takes from there; no number that is not honest, none that contradicts "we are closed"."""
    now = clock.now()
    left = figures.first_reply_minutes() - (now - ticket.created).total_seconds() / 60
    expected = estimates.first_reply(ticket, now, max(0.0, left))
    told: dict[str, Any] = {"position": expected.position}
    if expected.high is not None and (figures.hours().is_open(now) or ticket.priority == Ticket.Priority.URGENT):
        told["wait"] = [max(1, expected.low), expected.high]
    return told
