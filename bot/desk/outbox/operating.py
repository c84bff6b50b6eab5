"""What an operator may do with what waits to go out: see it, try it again, give it up with a reason. For `bot outbox` and the console. Synchronous."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from bot.conversations import clock
from bot.desk import audit
from bot.desk.actors import OPERATOR
from bot.desk.models import Notice
from bot.desk.outbox.models import OutboxRow, OutsideDesk


class NotPossible(Exception):
    """Why it cannot be done, for an operator."""


def listed(dead_only: bool = False, limit: int = 200) -> list[dict[str, Any]]:
    """What waits, the oldest first: {row, desk, ticket, what, created, attempts, next, error, dead, refused}. No words of anybody's."""
    rows = OutboxRow.objects.filter(done=None).select_related("link__ticket").order_by("pk")
    if dead_only:
        rows = rows.filter(dead__isnull=False)
    return [{"row": row.pk, "desk": row.link.desk, "ticket": row.link.ticket.number, "what": row.kind, "created": row.created.isoformat(timespec="seconds"),
             "attempts": row.attempts, "next": row.next_at.isoformat(timespec="seconds"), "error": row.error, "dead": bool(row.dead), "refused": row.refused}
            for row in rows[:limit]]


def desks() -> list[dict[str, Any]]:
    """How each outside desk is doing: {desk, heard, failures, failing_since, paused_until, error}."""
    def moment(at: Any) -> str | None:
        return at.isoformat(timespec="seconds") if at else None
    return [{"desk": desk.name, "heard": moment(desk.heard), "failures": desk.failures, "failing_since": moment(desk.failing_since),
             "paused_until": moment(desk.paused_until), "error": desk.error} for desk in OutsideDesk.objects.order_by("name")]


def retry(rows: Iterable[int]) -> int:
    """Tries these again at once, or all that were given up when none is named. Returns how many."""
    numbers = list(rows)
    chosen = OutboxRow.objects.filter(done=None)
    chosen = chosen.filter(pk__in=numbers) if numbers else chosen.filter(dead__isnull=False)
    with transaction.atomic():
        found = list(chosen.values_list("pk", flat=True))
        missing = sorted(set(numbers) - set(found))
        if missing:
            raise NotPossible(f"row {missing[0]} does not wait: it was delivered or dropped, or never was. `bot outbox list` shows what waits.")
        desks_of = set(OutboxRow.objects.filter(pk__in=found).values_list("link__desk", flat=True))
        # What was refused after a day is as old as ever: it gets a day of its own again.
        OutboxRow.objects.filter(pk__in=found).update(dead=None, refused=False, next_at=clock.now(), created=clock.now())
        OutsideDesk.objects.filter(name__in=desks_of).update(paused_until=None)
        _seen_to(found)
        if found:
            audit.record(OPERATOR, "outbox.retried", "outbox", {"rows": found})
    return len(found)


def drop(number: int, why: str) -> None:
    """Gives a row up for good; what follows it goes on. Raises NotPossible without a reason, and for a row that does not wait."""
    why = why.strip()
    if not why:
        raise NotPossible("Say why: it stays in the audit log.")
    with transaction.atomic():
        row = OutboxRow.objects.select_for_update(of=("self",)).select_related("link__ticket").filter(pk=number, done=None).first()
        if row is None:
            raise NotPossible(f"row {number} does not wait: it was delivered or dropped, or never was. `bot outbox list` shows what waits.")
        # Without the ticket itself nothing that follows it has a place to go.
        rows = OutboxRow.objects.filter(link=row.link, done=None) if row.kind == OutboxRow.Kind.CREATE and not row.link.remote else OutboxRow.objects.filter(pk=number)
        dropped = list(rows.values_list("pk", flat=True))
        OutboxRow.objects.filter(pk__in=dropped).update(done=clock.now(), dropped=why[:200])
        _seen_to(dropped)
        audit.record(OPERATOR, "outbox.dropped", f"ticket:{row.link.ticket.number}", {"rows": dropped, "kind": row.kind, "desk": row.link.desk, "why": why[:200]})


def _seen_to(rows: list[int]) -> None:
    for notice in Notice.objects.filter(kind=Notice.Kind.DEAD_LETTER, done=None):
        if notice.details.get("row") in rows:
            Notice.objects.filter(pk=notice.pk).update(done=clock.now())
