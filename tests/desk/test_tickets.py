"""Tickets: one for each hand-off, and what agents and visitors may do with it."""
from __future__ import annotations

import pytest

from bot.conversations import log
from bot.conversations.models import Conversation
from bot.desk import handling, tickets
from bot.desk.models import Agent, Ticket
from bot.desk.tickets import NotPossible


def owner(ticket):
    return Conversation.objects.get(pk=ticket.conversation_id).owner


def last(ticket):
    return log.events_after(ticket.conversation_id, 0)[-1]


def test_a_hand_off_asked_for_again_is_the_same_ticket(waiting):
    conversation = Conversation.objects.get(pk=waiting.conversation_id)
    conversation.epoch = waiting.epoch
    assert tickets.open(conversation, queue=None, facts=[], fields={}).ticket.number == waiting.number
    assert Ticket.objects.count() == 1


def test_a_ticket_says_what_is_known_and_how(waiting):
    assert waiting.fields["tx_hash"]["source"] == "said"
    assert waiting.fields["uid"]["declined"]
    assert waiting.fields["language"]["value"] == "zh-Hans"
    assert waiting.fields["tried"]["value"] == "deposit_missing.tip"
    assert (waiting.priority, waiting.reasons) == ("high", ["money_missing", "evidence_tx_hash"])


def test_the_transcript_is_redacted(waiting):
    text = waiting.transcript[0]["text"]
    assert text.startswith("充值没到账")
    assert "someone@example.com" not in text


def test_taking_makes_the_agent_the_owner_and_shows_the_alias_only(waiting, agent):
    handling.take(waiting, agent)
    assert owner(waiting) == "human"
    assert "小李" in last(waiting)["text"]
    assert "li.xiaoming" not in str(log.events_after(waiting.conversation_id, 0))


def test_taking_twice_says_it_once(waiting, agent):
    handling.take(waiting, agent)
    before = last(waiting)["seq"]
    handling.take(waiting, agent)
    assert last(waiting)["seq"] == before
    assert Conversation.objects.get().epoch == 2


def test_only_who_took_it_answers(waiting, agent):
    with pytest.raises(NotPossible, match="take the ticket first"):
        handling.reply(waiting, agent, "hello")
    handling.take(waiting, agent)
    colleague = Agent.objects.create(username="wang")
    with pytest.raises(NotPossible):
        handling.reply(waiting, colleague, "hello")
    assert log.events_after(waiting.conversation_id, handling.reply(waiting, agent, "您好") - 1)[0]["name"] == "小李"
    with pytest.raises(NotPossible, match="小李"):
        handling.take(waiting, colleague)
    handling.take(waiting, colleague, over=True)
    with pytest.raises(NotPossible):
        handling.reply(waiting, agent, "still me")


def test_an_empty_reply_is_refused(waiting, agent):
    handling.take(waiting, agent)
    with pytest.raises(NotPossible):
        handling.reply(waiting, agent, "  \n")


@pytest.mark.parametrize(("deed", "state"), [(handling.resolve, "resolved"), (handling.give_back, "returned")])
def test_closing_returns_the_conversation_to_the_bot_once(waiting, agent, deed, state):
    handling.take(waiting, agent)
    deed(waiting, agent)
    waiting.refresh_from_db()
    assert (waiting.state, owner(waiting)) == (state, "bot")
    assert waiting.closed
    with pytest.raises(NotPossible, match=waiting.number):
        deed(waiting, agent)
    with pytest.raises(NotPossible):
        handling.take(waiting, agent)


def test_a_ticket_text_promises_neither_time_nor_person(waiting):
    from bot.conversations.sentences import content

    for key in ("ticket.opened", "waiting.status", "waiting.added", "waiting.escalated"):
        text = content().replies[key]
        for word in ("分钟", "小时", "马上", "尽快", "很快", "minute", "hour", "soon", "shortly"):
            assert word not in text.zh + text.en, key


def test_a_seed_phrase_seen_in_the_conversation_makes_it_urgent(database):
    from bot.conversations.log import Inbound

    conversation = log.open_conversation("web", "visitor")
    log.append_inbound(Inbound(conversation.pk, "one", text="⟦seed⟧", masked=("seed",)))
    ticket = tickets.open(conversation, queue=None, facts=["money_missing"], fields={}).ticket
    assert (ticket.priority, ticket.reasons[0], ticket.queue) == ("urgent", "secret_exposed", "general")
