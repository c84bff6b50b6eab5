"""The message log: numbered without gaps, each client_id once, only what was offered counts as a button."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from bot.conversations import log
from bot.conversations.log import Inbound, Reply


@pytest.fixture
def conversation(database):
    return log.open_conversation("web", "visitor")


def at_once(function, arguments):
    def work(argument):
        try:
            return function(argument)
        finally:
            connection.close()
    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(work, arguments))


def test_a_visitor_has_one_conversation_on_a_channel(database):
    first, again = log.open_conversation("web", "visitor"), log.open_conversation("web", "visitor", "en")
    assert first.pk == again.pk
    assert again.language == "en"
    assert log.open_conversation("telegram", "visitor").pk != first.pk
    assert log.open_conversation("web", "visitor", "zh-Hans").language == "en"


def test_public_keys_cannot_be_guessed_from_each_other(database):
    keys = {log.open_conversation("web", str(n)).key for n in range(20)}
    assert len(keys) == 20
    assert all(key.startswith("c_") and len(key) == 26 for key in keys)


def test_writers_at_once_get_numbers_without_gap_or_double(conversation):
    accepted = at_once(log.append_inbound, [Inbound(conversation.pk, f"id-{n}", text=str(n)) for n in range(40)])
    assert sorted(each.seq for each in accepted) == list(range(1, 41))
    assert [each["seq"] for each in log.events_after(conversation.pk, 0)] == list(range(1, 41))


def test_the_same_client_id_at_once_is_one_message(conversation):
    accepted = at_once(log.append_inbound, [Inbound(conversation.pk, "same", text="x")] * 10)
    assert {each.seq for each in accepted} == {1}
    assert sum(not each.duplicate for each in accepted) == 1
    assert len(log.events_after(conversation.pk, 0)) == 1


def test_the_same_client_id_in_another_conversation_is_another_message(conversation):
    other = log.open_conversation("web", "other")
    assert not log.append_inbound(Inbound(conversation.pk, "same", text="x")).duplicate
    assert not log.append_inbound(Inbound(other.pk, "same", text="x")).duplicate


def test_events_come_after_a_number_and_at_most_as_many_as_asked_for(conversation):
    log.append_outbound(conversation.pk, "bot", [Reply(str(n)) for n in range(10)])
    assert [each["seq"] for each in log.events_after(conversation.pk, 4, limit=3)] == [5, 6, 7]
    assert log.events_after(conversation.pk, 10) == []


def test_an_event_shows_only_what_is_there(conversation):
    log.append_inbound(Inbound(conversation.pk, "mine", text="hello"))
    log.append_outbound(conversation.pk, "agent", [Reply("hi")], reply_to=1, name="Li")
    mine, agents = log.events_after(conversation.pk, 0)
    assert {"seq", "author", "text", "at", "client_id"} == set(mine)
    assert {"seq", "author", "name", "text", "at", "reply_to"} == set(agents)
    assert mine["at"].endswith("Z")


def test_only_buttons_of_this_conversation_count_as_offered(conversation):
    button = {"title": "Chain", "payload": '/choose{"choice":"origin.onchain"}'}
    log.append_outbound(conversation.pk, "bot", [Reply("Which?", [button])])
    log.append_outbound(conversation.pk, "bot", [Reply("Which again?", [{**button, "title": "On chain"}])])
    other = log.open_conversation("web", "other")
    assert log.offered(conversation.pk, button["payload"])
    assert log.offered_title(conversation.pk, button["payload"]) == "On chain"
    assert not log.offered(other.pk, button["payload"])
    assert not log.offered(conversation.pk, "/restart")
    assert log.offered(other.pk, "/human_agent")


def test_a_message_to_a_conversation_that_is_not_there_is_refused(database):
    with pytest.raises(log.Conversation.DoesNotExist):
        log.append_inbound(Inbound(999, "x", text="x"))
