"""Retention: contents go when their time is over, numbers and entries stay, open cases are left alone, and the audit log verifies before and after."""
from __future__ import annotations

import io

from bot.conversations import log, uploads
from bot.conversations.log import Inbound
from bot.conversations.models import Message
from bot.desk import audit, handling, retention
from bot.desk.models import AuditContent, AuditEntry, Ticket


def aged(ticket, clock):
    """Two years later; messages go by the real clock, so they are dated back."""
    Message.objects.filter(conversation_id=ticket.conversation_id).update(at=clock())
    clock.forward(days=800)


def test_a_closed_ticket_loses_its_contents_and_keeps_its_number(hand_over, there, clock):
    ticket = hand_over(tx_hash="a" * 64)
    handling.resolve(ticket, there("li"))
    aged(ticket, clock)
    assert audit.verify().faults == ()
    found = retention.sweep()
    assert (found["tickets"], found["messages"] > 0, found["audit_contents"] > 0) == (1, True, True)
    kept = Ticket.objects.get()
    assert (kept.number, kept.fields, kept.transcript, kept.contact, bool(kept.erased)) == (ticket.number, {}, [], {}, True)
    assert not kept.references.exists()
    assert not Message.objects.exists()
    verdict = audit.verify()
    assert verdict.faults == ()
    assert verdict.erased > 0
    assert AuditEntry.objects.filter(action=audit.ERASED).exists()


def test_a_second_run_finds_nothing_more(hand_over, there, clock):
    ticket = hand_over()
    handling.resolve(ticket, there("li"))
    aged(ticket, clock)
    retention.sweep()
    entries = AuditEntry.objects.count()
    assert retention.sweep() == {"tickets": 0, "messages": 0, "audit_contents": 0}
    assert AuditEntry.objects.count() == entries


def test_an_open_case_is_left_alone_however_old(hand_over, clock):
    ticket = hand_over(tx_hash="a" * 64)
    aged(ticket, clock)
    found = retention.sweep()
    assert (found["tickets"], found["messages"]) == (0, 0)
    assert Ticket.objects.get().fields["tx_hash"]["value"]


def test_files_go_with_their_messages(hand_over, there, clock):
    ticket = hand_over()
    upload = uploads.keep(ticket.conversation_id, io.BytesIO(b"%PDF-1.7\n" + bytes(100)))
    log.append_inbound(Inbound(ticket.conversation_id, "file", file=upload.described("letter.pdf")))
    Message.objects.update(unanswered=False)
    handling.resolve(ticket, there("li"))
    aged(ticket, clock)
    retention.sweep()
    assert not upload.path.exists()


def test_nothing_of_a_contents_salt_is_left(hand_over, there, clock):
    ticket = hand_over()
    handling.resolve(ticket, there("li"))
    clock.forward(days=731)
    retention.sweep()
    left = set(AuditContent.objects.values_list("entry__action", flat=True))
    assert left <= {audit.ERASED, "ticket.erased", "retention.messages"}
