"""How long somebody will wait, from who is there right now; no number where any number would be a guess. Writes nothing. Synchronous."""
from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from bot.desk import figures, presence
from bot.desk.models import Ticket

STEP_MINUTES = 5
"""Ranges are rounded to this: a finer one would claim what nobody knows."""


@dataclass(frozen=True)
class Estimate:
    """The place in the line, from 1, and the range in minutes until a first reply; `high` None: no honest number."""

    position: int
    low: int | None = None
    high: int | None = None


def first_reply(ticket: Ticket, now: datetime, most_minutes: float) -> Estimate:
    """For a ticket in its queue. Above `most_minutes` (what is left of the promise), or with nobody there, there is no number.

    Whoever waits is served when a conversation of those online ends: with `capacity` conversations of `handling_minutes` each, one ends every
    handling_minutes / capacity.
    """
    place = position(ticket)
    room = presence.capacity(ticket.queue, now)
    if not room:
        return Estimate(place)
    handling = figures.of("handling_minutes")
    turns = max(0, place - presence.free(ticket.queue, now))
    low = math.floor(turns * handling / room / STEP_MINUTES) * STEP_MINUTES
    high = low + STEP_MINUTES * math.ceil(handling / 2 / STEP_MINUTES)
    return Estimate(place, low, high) if high <= most_minutes else Estimate(place)


def position(ticket: Ticket) -> int:
    """The ticket's place in its queue, from 1."""
    return 1 + Ticket.objects.filter(state=Ticket.State.OPEN, queue=ticket.queue).filter(
        Q(rank__lt=ticket.rank) | Q(rank=ticket.rank, created__lt=ticket.created)
        | Q(rank=ticket.rank, created=ticket.created, pk__lt=ticket.pk)).count()
