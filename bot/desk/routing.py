"""Offers waiting tickets to people: by queue, to whoever is online and has most room, to the next after a while. Synchronous; called by the worker.

An offered ticket still waits: it has an assignee but is not taken, and the visitor hears of a person only when that person takes it.
Anybody else may take it meanwhile.
"""
from __future__ import annotations

from datetime import datetime, timedelta

from bot.desk import presence
from bot.desk.models import Ticket

OFFER_SECONDS = 60
"""How long an offer stands before the ticket is offered to somebody else."""
AT_ONCE = 100


def offer(now: datetime) -> list[int]:
    """Offers what waits, the most urgent and oldest first; returns the conversations whose tickets moved."""
    moved = []
    waiting = Ticket.objects.filter(state=Ticket.State.OPEN, aside=False).order_by("rank", "created", "pk").only("pk", "queue", "assignee_id", "offered", "conversation_id")
    stale = now - timedelta(seconds=OFFER_SECONDS)
    team = presence.Team(now)
    for ticket in waiting[:AT_ONCE]:
        if ticket.assignee_id and ticket.offered and ticket.offered > stale and team.has(ticket.assignee_id):
            continue
        to = team.least_loaded(ticket.queue, but=ticket.assignee_id)
        if to is None and ticket.assignee_id and team.has(ticket.assignee_id):
            continue  # nobody else is there: it stays where it is
        if to == ticket.assignee_id:
            continue
        if Ticket.objects.filter(pk=ticket.pk, state=Ticket.State.OPEN, assignee=ticket.assignee_id).update(assignee=to, offered=now if to else None):
            team.moved(ticket.assignee_id, to)
            moved.append(ticket.conversation_id)
    return moved
