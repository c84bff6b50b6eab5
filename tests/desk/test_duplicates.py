"""One problem, one ticket: the same reference joins, the same kind of problem is asked about, nothing is merged in silence, and clocks are not reset."""
from __future__ import annotations

import pytest

from bot.conversations import log
from bot.conversations.models import Conversation
from bot.conversations.sentences import say
from bot.desk import handling, tickets
from bot.desk.actors import VISITOR, of
from bot.desk.models import Ticket
from bot.desk.tickets import NotPossible

HASH, OTHER = "a" * 64, "b" * 64


def fresh(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_the_same_person_with_the_same_hash_joins_on_another_channel_and_the_clock_runs_on(hand_over, clock):
    first = hand_over(visitor="web", identity="u1", tx_hash=HASH)
    due = first.promises.get().due
    clock.forward(minutes=20)
    again = hand_over(visitor="phone", identity="u1", tx_hash=HASH, uid="12345678")
    assert again.pk == first.pk
    assert Ticket.objects.count() == 1
    assert fresh(first).promises.get().due == due
    assert fresh(first).fields["uid"]["value"] == "12345678"
    owners = dict(Conversation.objects.values_list("visitor", "owner"))
    assert owners == {"web": "bot", "phone": "waiting"}


def test_somebody_else_with_the_same_hash_has_his_own_ticket(hand_over):
    assert hand_over(visitor="one", tx_hash=HASH).pk != hand_over(visitor="two", tx_hash=HASH).pk


def test_the_same_address_with_another_hash_is_another_transfer(hand_over):
    first = hand_over(visitor="one", identity="u1", tx_hash=HASH, address="T" * 34)
    assert hand_over(visitor="two", identity="u1", tx_hash=OTHER, address="T" * 34).pk != first.pk
    assert hand_over(visitor="three", identity="u1", address="T" * 34).pk in set(Ticket.objects.values_list("pk", flat=True)[:2])


def test_joining_what_an_agent_works_on_goes_straight_to_him(hand_over, there):
    first = hand_over(visitor="web", identity="u1", tx_hash=HASH)
    agent = there("li")
    handling.take(first, agent)
    hand_over(visitor="phone", identity="u1", tx_hash=HASH)
    assert dict(Conversation.objects.values_list("visitor", "owner")) == {"web": "bot", "phone": "human"}
    seq = handling.reply(first, agent, "我在看")
    phone = Conversation.objects.get(visitor="phone")
    assert log.events_after(phone.pk, seq - 1)[0]["text"] == "我在看"


def test_what_was_said_in_both_conversations_is_in_the_transcript(hand_over):
    web = log.open_conversation("web", "web", "zh-Hans")
    log.append_inbound(log.Inbound(web.pk, "one", text="在网页上说的"))
    hand_over(web, identity="u1", tx_hash=HASH)
    phone = log.open_conversation("telegram", "phone", "zh-Hans")
    log.append_inbound(log.Inbound(phone.pk, "two", text="在手机上说的"))
    ticket = fresh(hand_over(phone, identity="u1", tx_hash=HASH))
    text = [line["text"] for line in ticket.transcript]
    assert "在网页上说的" in text
    assert "在手机上说的" in text


def test_without_a_reference_it_is_asked_and_a_yes_merges(hand_over, said):
    first = hand_over(visitor="web", identity="u1")
    second = hand_over(visitor="phone", identity="u1")
    assert second.pk != first.pk
    question = log.events_after(second.conversation_id, 0)[-1]
    assert first.number in question["text"]
    assert [button["title"] for button in question["buttons"]] == ["是同一件", "是另一件事"]
    due = first.promises.get().due
    tickets.merge(second, first, VISITOR)
    assert (fresh(second).state, fresh(second).merged_into_id, fresh(first).state) == ("merged", first.pk, "open")
    assert fresh(first).promises.get().due == due
    assert not second.timers.filter(fired=None).exists()
    assert dict(Conversation.objects.values_list("visitor", "owner")) == {"web": "bot", "phone": "waiting"}


def test_the_conversation_that_a_ticket_leaves_is_told_where_it_goes_on(hand_over):
    first = hand_over(visitor="web", identity="u1")
    left = first.conversation_id
    tickets.merge(hand_over(visitor="phone", identity="u1"), first, VISITOR)
    assert log.events_after(left, 0)[-1]["text"] == say("desk.continued", "zh-Hans", number=first.number).text


def test_whose_ticket_an_agent_merged_is_told_which_number_counts(hand_over, there):
    first = hand_over(visitor="web", identity="u1")
    second = hand_over(visitor="phone", identity="u1")
    tickets.merge(second, first, of(there("li")))
    assert log.events_after(second.conversation_id, 0)[-1]["text"] == say("desk.merged", "zh-Hans", number=second.number, into=first.number).text


def test_another_kind_of_problem_is_not_asked_about(hand_over):
    hand_over(visitor="web", identity="u1")
    other = hand_over(visitor="phone", identity="u1", flow="forgot_password", queue="account", facts=["login_blocked"])
    assert not any("是同一件" in str(each.get("buttons")) for each in log.events_after(other.conversation_id, 0))


def test_two_that_differ_in_their_hash_are_not_asked_about(hand_over):
    hand_over(visitor="web", identity="u1", tx_hash=HASH)
    other = hand_over(visitor="phone", identity="u1", tx_hash=OTHER)
    assert not any("是同一件" in str(each.get("buttons")) for each in log.events_after(other.conversation_id, 0))


@pytest.mark.parametrize(("days", "how"), [(6, "same"), (8, "new")])
def test_a_resolved_one_with_the_same_hash_is_reopened_within_a_week(hand_over, there, clock, days, how):
    first = hand_over(tx_hash=HASH)
    handling.resolve(first, there("li"))
    clock.forward(days=days)
    again = hand_over(Conversation.objects.get(), tx_hash=HASH)
    assert (again.pk == first.pk) == (how == "same")
    if how == "same":
        assert (fresh(first).state, fresh(first).reopened, fresh(first).closed) == ("open", 1, None)
        assert fresh(first).timers.filter(fired=None).exists()


def test_a_ticket_cannot_become_part_of_itself_or_of_a_merged_one(hand_over):
    first, second, third = (hand_over(visitor=str(n)) for n in range(3))
    with pytest.raises(NotPossible):
        tickets.merge(first, first, VISITOR)
    tickets.merge(first, second, VISITOR)
    with pytest.raises(NotPossible):
        tickets.merge(third, first, VISITOR)
    with pytest.raises(NotPossible):
        tickets.merge(first, third, VISITOR)


def test_two_about_different_things_in_one_conversation_are_worked_on_one_after_the_other(hand_over, there):
    first = hand_over()
    conversation = Conversation.objects.get()
    tickets.step_aside(first)
    second = hand_over(conversation, flow="forgot_password", queue="account", facts=["login_blocked"])
    agent, colleague = there("li"), there("wang")
    handling.take(second, agent)
    with pytest.raises(NotPossible, match=second.number):
        handling.take(first, colleague)
    handling.resolve(second, agent)
    assert Conversation.objects.get().owner == "bot"  # the first was put aside
    handling.take(first, colleague)
    assert Conversation.objects.get().owner == "human"
