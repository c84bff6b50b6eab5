"""What a visitor's program is told about a conversation besides its messages. Synchronous: call through database.run."""
from __future__ import annotations

from django.db.models import Q

from bot.conversations.models import Conversation, Message


def shown(conversation_id: int) -> dict:
    """{"owner", "language", "busy", and when there is an open ticket "ticket" and, while it waits, "position" (from 1)}."""
    conversation = Conversation.objects.get(pk=conversation_id)
    busy = conversation.check_due or (
        conversation.owner != Conversation.Owner.HUMAN
        and Message.objects.filter(conversation_id=conversation_id, unanswered=True).exists())
    told = {"owner": conversation.owner, "language": conversation.language, "busy": busy}
    ticket = conversation.tickets.filter(state__in=("open", "taken")).order_by("-pk").first()
    if ticket:
        told["ticket"] = ticket.number
        if ticket.state == "open":
            line = type(ticket).objects.filter(state="open", queue=ticket.queue)
            told["position"] = 1 + line.filter(
                Q(rank__lt=ticket.rank) | Q(rank=ticket.rank, created__lt=ticket.created)).count()
    return told
