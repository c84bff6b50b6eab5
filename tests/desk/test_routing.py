"""Waiting tickets are offered to people: to who has room, to the next after a while; the visitor hears nothing of it."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.utc)


@pytest.fixture
def staff(database):
    from bot.desk import presence
    from bot.desk.models import Agent

    people = [Agent.objects.create_user("one", alias="A", queues=["deposits"]), Agent.objects.create_user("two", alias="B"), Agent.objects.create_user("three", alias="C", queues=["kyc"])]
    for agent in people:
        presence.beat(agent, "online", NOW)
    return people


def offered(ticket, now=NOW):
    from bot.desk import routing

    moved = routing.offer(now)
    ticket.refresh_from_db()
    return ticket.assignee_id, bool(moved)


def test_a_ticket_is_offered_to_somebody_of_its_queue_and_still_waits(staff, waiting):
    messages = waiting.conversation.messages.count()
    assert offered(waiting) == (staff[0].pk, True)
    assert waiting.state == "open"
    assert waiting.conversation.messages.count() == messages
    assert offered(waiting) == (staff[0].pk, False)


def test_an_offer_nobody_takes_goes_to_the_next(staff, waiting):
    from bot.desk import presence, routing

    offered(waiting)
    later = NOW + timedelta(seconds=routing.OFFER_SECONDS + 1)
    presence.beat(staff[0], "online", later)
    assert offered(waiting, later) == (staff[0].pk, False)  # nobody else is there: it stays
    presence.beat(staff[1], "online", later)
    assert offered(waiting, later) == (staff[1].pk, True)


def test_an_offer_to_somebody_who_left_is_taken_back(staff, waiting):
    from bot.desk import presence

    offered(waiting)
    presence.beat(staff[0], "away", NOW)
    presence.beat(staff[1], "away", NOW)
    assert offered(waiting) == (None, True)


def test_anybody_may_take_what_was_offered_to_another(staff, waiting):
    from bot.desk import handling

    offered(waiting)
    handling.take(waiting, staff[2])
    waiting.refresh_from_db()
    assert (waiting.state, waiting.assignee_id) == ("taken", staff[2].pk)
    assert offered(waiting) == (staff[2].pk, False)


def test_who_is_full_is_offered_nothing(staff, waiting):
    from bot.desk.models import Agent

    Agent.objects.update(at_once=0)
    assert offered(waiting) == (None, False)
