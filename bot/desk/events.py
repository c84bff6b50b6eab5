"""What happened to a ticket: written into the audit log and told to whoever follows (the outbox), all in the transaction in which it happened."""
from __future__ import annotations

from typing import Any

from django.db import transaction
from django.dispatch import Signal

from bot.desk import audit
from bot.desk.actors import Actor
from bot.desk.models import Ticket

happened = Signal()
"""Receivers get `ticket`, `kind` (KINDS), `actor` (Actor) and `details` (dict). They run inside the transaction and must not wait on a network."""

KINDS = frozenset({
    "opened", "joined", "taken", "transferred", "released", "replied", "said", "noted", "added", "awaiting", "filled", "escalated", "complaint", "resolved",
    "returned", "reopened", "merged", "cancelled", "contact", "rated", "promised", "broken", "erased",
})
"""`replied`: an agent's words to the visitor (details: seq). `said`: the visitor's words to a live ticket (details: seq)."""


def tell(ticket: Ticket, kind: str, actor: Actor, **details: Any) -> None:
    """Call it last in the transaction: it takes the audit log's lock."""
    if kind not in KINDS:
        raise ValueError(f"no such event: {kind}")
    with transaction.atomic():
        happened.send(Ticket, ticket=ticket, kind=kind, actor=actor, details=details)
        audit.record(actor, f"ticket.{kind}", f"ticket:{ticket.number}", details)
