"""Deletes what is older than data/exchange.yml says: messages, the contents of closed tickets, the contents of audit entries. Entries and numbers stay. Synchronous."""
from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from bot.conversations import clock, owner, uploads
from bot.conversations.models import Conversation, Message
from bot.desk import audit, figures
from bot.desk.actors import WORKER, Actor
from bot.desk.events import tell
from bot.desk.ledger import AuditContent
from bot.desk.models import Ticket
from bot.desk.tickets import LIVE

BATCH = 500
"""Rows a transaction: visitors write meanwhile."""


def sweep(actor: Actor = WORKER) -> dict[str, int]:
    """Deletes everything that is due. Returns {"tickets", "messages", "audit_contents"}: how many. Run again, it finds nothing."""
    now = clock.now()
    return {"tickets": _tickets(now - timedelta(days=figures.of("tickets_days")), actor),
            "messages": _messages(now - timedelta(days=figures.of("messages_days")), actor),
            "audit_contents": _audit(now - timedelta(days=figures.of("audit_content_days")), actor)}


def _tickets(before: datetime, actor: Actor) -> int:
    """Number, times, priority and state stay, for figures; who and what go."""
    due = Ticket.objects.filter(closed__lt=before, erased=None).exclude(state__in=LIVE)
    erased = 0
    for pk, conversation_id in list(due.values_list("pk", "conversation_id")):
        with transaction.atomic():
            owner.locked(conversation_id)
            ticket = Ticket.objects.select_for_update().get(pk=pk)
            if ticket.erased or ticket.state in LIVE:
                continue
            ticket.fields, ticket.transcript, ticket.contact, ticket.comment, ticket.erased = {}, [], {}, "", clock.now()
            ticket.save(update_fields=["fields", "transcript", "contact", "comment", "erased"])
            ticket.references.all().delete()
            ticket.notes.all().delete()
            tell(ticket, "erased", actor)
            erased += 1
    return erased


def _messages(before: datetime, actor: Actor) -> int:
    """Old messages with their files, where nobody works on the case any more."""
    live = Ticket.objects.filter(conversation_id=OuterRef("conversation_id"), state__in=LIVE)
    deleted = 0
    while True:
        with transaction.atomic():
            rows = list(Message.objects.filter(~Exists(live), at__lt=before, unanswered=False).order_by("pk").values_list("pk", "conversation_id", "file")[:BATCH])
            if not rows:
                return deleted
            Message.objects.filter(pk__in=[pk for pk, _, _ in rows]).delete()
            emptied = {conversation_id for _, conversation_id, _ in rows}
            for conversation in Conversation.objects.filter(pk__in=emptied, messages=None):
                owner.clean(conversation)
            audit.record(actor, "retention.messages", "messages", {"count": len(rows), "before": before.isoformat(timespec="seconds")})
        # After the commit: a file without its message is waste, a message without its file a lie.
        for _, conversation_id, file in rows:
            upload = uploads.find(conversation_id, file["id"]) if file else None
            if upload:
                upload.discard()
        deleted += len(rows)


def _audit(before: datetime, actor: Actor) -> int:
    due = AuditContent.objects.filter(entry__at__lt=before).exclude(entry__action=audit.ERASED).values_list("pk", flat=True)
    return audit.erase(list(due), actor, f"older than {before.isoformat(timespec='seconds')}")
