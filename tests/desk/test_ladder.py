"""The ladder: a supervisor when something calls for one, an official complaint after that, the regulator as information."""
from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversations.sentences import say
from bot.desk import handling, ladder, tickets, timers
from bot.desk.actors import VISITOR
from bot.desk.models import Complaint, Notice, Paper, Ticket
from bot.desk.tickets import NotPossible


def fresh(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_at_first_nothing_calls_for_a_supervisor(hand_over):
    ticket = hand_over()
    assert ladder.step(ticket) == ladder.Step("")
    with pytest.raises(NotPossible):
        ladder.escalate(ticket, VISITOR)
    with pytest.raises(NotPossible):
        ladder.complain(ticket, VISITOR)


def broken(ticket, clock, there):
    clock.forward(minutes=31)
    timers.tick()


def late(ticket, clock, there):
    handling.take(ticket, there("li"))
    handling.reply(ticket, there("li"), "在查")
    clock.forward(hours=24)


def unhappy(ticket, clock, there):
    handling.resolve(ticket, there("li"))
    Ticket.objects.filter(pk=ticket.pk).update(score=2)


def again(ticket, clock, there):
    handling.resolve(ticket, there("li"))
    tickets.reopen(ticket, VISITOR, "not_solved")


def urgent(ticket, clock, there):
    tickets.add(fresh(ticket), facts=["account_taken_over"])


@pytest.mark.parametrize(("event", "why"), [(broken, "time_over"), (late, "unresolved"), (unhappy, "low_score"), (again, "reopened"), (urgent, "urgent")])
def test_what_calls_for_a_supervisor(hand_over, there, clock, said, event, why):
    ticket = hand_over()
    event(ticket, clock, there)
    assert why in ladder.step(fresh(ticket)).why
    ladder.escalate(fresh(ticket), VISITOR)
    ticket = fresh(ticket)
    assert (ticket.level, ticket.state, ticket.assignee) == ("supervisor", "open", None)
    assert ticket.conversation.owner == "waiting"
    assert say("promise.supervisor", "zh-Hans", number=ticket.number).text in said(ticket)
    assert ticket.promises.filter(kind="supervisor", state="running").count() == 1
    assert Notice.objects.get(kind="escalated").audience == "supervisors"
    with pytest.raises(NotPossible, match="already"):
        ladder.escalate(ticket, VISITOR)


def test_waiting_for_a_field_is_not_an_unresolved_day(hand_over, there, clock):
    ticket = hand_over()
    agent = there("li")
    handling.take(ticket, agent)
    handling.await_field(ticket, agent, "tx_hash")
    clock.forward(hours=30)
    assert ladder.step(fresh(ticket)).up == ""


def test_an_official_complaint_comes_after_a_supervisor_had_his_chance(hand_over, there, clock, said):
    ticket = hand_over(facts=["account_taken_over"])
    ladder.escalate(ticket, VISITOR)
    assert ladder.step(fresh(ticket)).up == ""
    with pytest.raises(NotPossible):
        ladder.complain(fresh(ticket), VISITOR)
    clock.forward(minutes=16)
    timers.tick()
    assert ladder.step(fresh(ticket)) == ladder.Step("complaint", ("time_over",))
    ladder.complain(fresh(ticket), VISITOR)
    ticket = fresh(ticket)
    assert (ticket.level, ticket.queue) == ("complaint", "complaints")
    assert Complaint.objects.get().ticket_id == ticket.pk
    assert Paper.objects.get().kind == "dossier"
    made = ticket.promises.get(kind="complaint")
    assert made.due - clock() == timedelta(days=7)
    assert "7 天" in said(ticket)[made.seq - 1]
    with pytest.raises(NotPossible, match="already"):
        ladder.complain(ticket, VISITOR)


def test_a_supervisors_answer_opens_the_way_to_a_complaint_as_well(hand_over, there):
    ticket = hand_over(facts=["account_taken_over"])
    ladder.escalate(ticket, VISITOR)
    boss = there("boss", "supervisor")
    handling.take(ticket, boss)
    handling.reply(ticket, boss, "我看过了")
    assert ladder.step(fresh(ticket)) == ladder.Step("complaint", ("answered",))


def test_an_agents_answer_does_not_count_as_a_supervisors(hand_over, there):
    ticket = hand_over(facts=["account_taken_over"])
    ladder.escalate(ticket, VISITOR)
    agent = there("li")
    handling.take(ticket, agent)
    handling.reply(ticket, agent, "我看过了")
    assert ticket.promises.get(kind="supervisor").state == "running"


def test_a_region_without_contacts_of_its_own_gets_the_general_words(hand_over):
    assert ladder.region(hand_over().conversation)["regulator"].zh == "您所在地的金融监管机构"
