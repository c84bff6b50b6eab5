"""The audit log: chained, append-only in the database itself, true before and after retention, and able to tell who changed it."""
from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from bot.desk import audit, guards, handling
from bot.desk.actors import OPERATOR, VISITOR
from bot.desk.models import AuditContent, AuditEntry, AuditHead


@pytest.fixture
def log(database):
    for n in range(5):
        audit.record(VISITOR, "ticket.said", "ticket:TK-1", {"text": f"line {n}", "n": n, "nested": {"list": [1, None, True, "中文"]}})
    return database


@pytest.fixture
def unguarded(log):
    """As somebody with the right to change the schema."""
    guards.drop(connection)
    yield
    guards.install(connection)


def test_an_untouched_log_verifies(log):
    verdict = audit.verify()
    assert (verdict.entries, verdict.erased, verdict.faults) == (5, 0, ())
    assert verdict.head == AuditHead.objects.get().chain


def test_an_empty_log_verifies(database):
    assert audit.verify().faults == ()


@pytest.mark.parametrize("statement", [
    "UPDATE desk_auditentry SET actor = 'agent:9' WHERE seq = 2", "DELETE FROM desk_auditentry WHERE seq = 5",
    "UPDATE desk_auditcontent SET salt = 'other' WHERE entry_id = 2"])
def test_the_database_refuses_to_change_it(log, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert audit.verify().faults == ()


@pytest.mark.parametrize(("deed", "seq"), [
    (lambda: AuditEntry.objects.filter(seq=2).update(actor="agent:9"), 2), (lambda: AuditContent.objects.filter(pk=3).update(body={"text": "other"}), 3),
    (lambda: (AuditContent.objects.filter(pk=4).delete(), AuditEntry.objects.filter(seq=4).delete()), 5),
    (lambda: (AuditContent.objects.filter(pk=5).delete(), AuditEntry.objects.filter(seq=5).delete()), 4),
    (lambda: AuditContent.objects.filter(pk=2).delete(), 2)], ids=["entry", "content", "gap", "tail", "content gone"])
def test_whoever_gets_around_the_database_is_found_out(unguarded, deed, seq):
    deed()
    assert seq in [number for number, _ in audit.verify().faults]


def test_retention_takes_content_and_salt_keeps_the_entry_and_is_one_itself(log):
    assert audit.erase([1, 2, 4], OPERATOR, "retention") == 3
    verdict = audit.verify()
    assert (verdict.entries, verdict.erased, verdict.faults) == (6, 3, ())
    assert AuditEntry.objects.get(seq=6).action == audit.ERASED
    assert audit.erase([6], OPERATOR, "again") == 0


def test_the_same_content_has_another_digest_each_time(log):
    one, two = (audit.record(VISITOR, "a.b", "ticket:TK-1", {"text": "same"}) for _ in range(2))
    assert one.digest != two.digest


def test_what_no_database_can_hold_is_kept_without_it(log):
    audit.record(VISITOR, "a.b", "ticket:TK-1", {"text": "nul \x00 and \ud800", "figure": 1.5, "set": (1, 2)})
    assert audit.verify().faults == ()


def test_an_entry_that_is_rolled_back_leaves_no_gap(log):
    with transaction.atomic():
        audit.record(VISITOR, "a.b", "ticket:TK-1")
        transaction.set_rollback(True)
    audit.record(VISITOR, "a.b", "ticket:TK-1")
    assert audit.verify().entries == 6
    assert audit.verify().faults == ()


def test_writers_at_the_same_time_are_put_in_a_row(log):
    def write():
        for _ in range(10):
            audit.record(VISITOR, "a.b", "ticket:TK-1")
        connection.close()
    threads = [threading.Thread(target=write) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert audit.verify().entries == 45
    assert audit.verify().faults == ()


def test_everything_done_to_a_ticket_is_in_it_and_verifies(hand_over, there):
    ticket = hand_over()
    agent = there("li")
    handling.take(ticket, agent)
    handling.reply(ticket, agent, "您好")
    handling.resolve(ticket, agent)
    rows = list(AuditEntry.objects.filter(subject=f"ticket:{ticket.number}").values_list("actor", "action"))
    assert rows == [("visitor", "ticket.opened"), (f"agent:{agent.pk}", "ticket.taken"), (f"agent:{agent.pk}", "ticket.replied"),
                    (f"agent:{agent.pk}", "ticket.resolved")]
    assert audit.verify().faults == ()


def test_the_export_holds_what_is_needed_to_check_it_elsewhere(log):
    audit.erase([3], OPERATOR, "retention")
    rows = list(audit.exported())
    assert [row["seq"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[0]["digest"] == audit.digest(rows[0]["salt"], rows[0]["content"])
    assert (rows[2]["salt"], rows[2]["content"]) == (None, None)
