"""The audit log: who saw, wrote, moved or exported what, each entry chained to the one before. Synchronous; call it last in a transaction."""
from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from django.db import transaction

from bot.conversations import clock
from bot.desk.actors import Actor
from bot.desk.ledger import AuditContent, AuditEntry, AuditHead
from bot.desk.people import Agent

ERASED = "retention.erased"
"""The entry that says whose contents were deleted; its own content stays for good."""
_PAGE = 1000


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole log found. `faults`: (entry's number, what is wrong), empty when all is well."""

    entries: int
    erased: int
    head: str
    faults: tuple[tuple[int, str], ...]


def record(actor: Agent | Actor | str, action: str, subject: str, content: Mapping[str, Any] | None = None) -> AuditEntry:
    """Appends one entry, in the caller's transaction.

    It locks the log's head until that transaction ends, so it comes after every other lock.

    Args:
        actor: an account, an actor of bot/desk/actors.py, or such a name.
        action: a verb with its noun: `ticket.taken`, `conversation.seen`, `audit.exported`.
        subject: what it was done to: `ticket:TK-…`, `conversation:c_…`.
        content: the particulars. Retention may delete them; only their salted digest stays.
    """
    body = _clean(dict(content or {}))
    salt = secrets.token_hex(16)
    with transaction.atomic():
        AuditHead.objects.get_or_create(pk=1)
        head = AuditHead.objects.select_for_update().get(pk=1)
        entry = AuditEntry(seq=head.seq + 1, at=clock.now(), actor=_name(actor)[:60], action=action[:40], subject=subject[:80], digest=digest(salt, body))
        entry.chain = chain(head.chain, entry)
        entry.save(force_insert=True)
        AuditContent.objects.create(entry=entry, salt=salt, body=body)
        head.seq, head.chain = entry.seq, entry.chain
        head.save(update_fields=["seq", "chain"])
    return entry


def verify() -> Verdict:
    """Checks numbers, chain, digests and head of the whole log, and that every missing content was deleted by retention."""
    faults: list[tuple[int, str]] = []
    before, seen, missing, explained = "", 0, [], set()
    for entry, content in _entries():
        seen += 1
        if entry.seq != seen:
            faults.append((entry.seq, f"entry {seen} is missing"))
            seen = entry.seq
        if entry.chain != chain(before, entry):
            faults.append((entry.seq, "does not follow from the entry before, or was changed"))
        before = entry.chain
        if content is None:
            missing.append(entry.seq)
        elif entry.digest != digest(content.salt, content.body):
            faults.append((entry.seq, "its content was changed"))
        elif entry.action == ERASED:
            for first, last in content.body.get("entries", ()):
                explained.update(range(first, last + 1))
    faults += [(seq, "its content is gone, and no retention entry says so") for seq in missing if seq not in explained]
    head = AuditHead.objects.filter(pk=1).first()
    if (head.seq, head.chain) != (seen, before) if head else seen:
        faults.append((seen, "the log's head names another last entry"))
    return Verdict(seen, len(missing), before, tuple(faults))


def exported() -> Iterator[dict[str, Any]]:
    """Every entry, oldest first, with its content and salt where they are still there."""
    for entry, content in _entries():
        yield {"seq": entry.seq, "at": _moment(entry.at), "actor": entry.actor, "action": entry.action, "subject": entry.subject, "digest": entry.digest,
               "chain": entry.chain, "salt": content.salt if content else None, "content": content.body if content else None}


def erase(seqs: Iterable[int], actor: Agent | Actor | str, why: str) -> int:
    """Deletes contents and salts, keeps the entries, and says so in a new one. Returns how many were deleted."""
    with transaction.atomic():
        going = AuditContent.objects.filter(pk__in=list(seqs)).exclude(entry__action=ERASED)
        numbers = sorted(going.values_list("pk", flat=True))
        if not numbers:
            return 0
        AuditContent.objects.filter(pk__in=numbers).delete()
        record(actor, ERASED, "audit", {"entries": _ranges(numbers), "why": why})
    return len(numbers)


def digest(salt: str, body: Mapping[str, Any]) -> str:
    """SHA-256 of the salt and the content's canonical JSON."""
    return hashlib.sha256(f"{salt}\n{_canonical(body)}".encode()).hexdigest()


def chain(before: str, entry: AuditEntry) -> str:
    """SHA-256 of the chain so far and the entry's columns."""
    return hashlib.sha256(_canonical([before, entry.seq, _moment(entry.at), entry.actor, entry.action, entry.subject, entry.digest]).encode()).hexdigest()


def _entries() -> Iterator[tuple[AuditEntry, AuditContent | None]]:
    last = 0
    while page := list(AuditEntry.objects.filter(seq__gt=last).select_related("content").order_by("seq")[:_PAGE]):
        for entry in page:
            yield entry, getattr(entry, "content", None)
        last = page[-1].seq


def _name(actor: Agent | Actor | str) -> str:
    return f"agent:{actor.pk}" if isinstance(actor, Agent) else actor.name if isinstance(actor, Actor) else actor


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _clean(value: Any) -> Any:
    """Without what PostgreSQL's JSON cannot hold (NUL, lone surrogates), so that every database gives back what was hashed."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {str(key): _clean(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(each) for each in value]
    return value if isinstance(value, bool | int | None) else str(value)


def _moment(at: datetime) -> str:
    return at.astimezone(timezone.utc).isoformat(timespec="microseconds")


def _ranges(numbers: list[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found
