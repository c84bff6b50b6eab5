"""Who is online, and how much room a queue has."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.utc)


@pytest.fixture
def staff(database):
    from bot.desk.models import Agent

    return {
        "deposits": Agent.objects.create_user("one", alias="A", queues=["deposits"], at_once=3),
        "all": Agent.objects.create_user("two", alias="B", at_once=2),
        "left": Agent.objects.create_user("three", alias="C", is_active=False),
    }


def test_whoever_was_heard_of_lately_is_online_for_his_queues(staff):
    from bot.desk import presence

    for agent in staff.values():
        presence.beat(agent, "online", NOW)
    assert (presence.online("deposits", NOW), presence.capacity("deposits", NOW)) == (2, 5)
    assert (presence.online("kyc", NOW), presence.capacity("kyc", NOW)) == (1, 2)


def test_silence_is_offline_and_away_takes_nothing_new(staff):
    from bot.desk import presence

    presence.beat(staff["all"], "online", NOW)
    presence.beat(staff["deposits"], "away", NOW)
    assert presence.online("deposits", NOW) == 1
    later = NOW + timedelta(seconds=presence.GONE_SECONDS + 1)
    assert presence.online("deposits", later) == 0
    assert presence.status(staff["all"].presence, later) == "offline"
    assert presence.beat(staff["all"], "online", later) == "offline"


def test_the_next_ticket_goes_to_who_has_most_room(staff, waiting):
    from bot.desk import handling, presence

    for agent in staff.values():
        presence.beat(agent, "online", NOW)
    assert presence.Team(NOW).least_loaded("deposits") == staff["deposits"].pk
    handling.take(waiting, staff["deposits"])
    assert presence.Team(NOW).least_loaded("deposits") == staff["all"].pk
    assert presence.free("deposits", NOW) == 4


def test_roles_are_groups_with_the_desks_permissions(database):
    from django.contrib.auth.models import Group

    from bot.desk.models import Agent

    reader = Agent.objects.create_user("reader")
    reader.groups.add(Group.objects.get(name="auditor"))
    assert reader.may("see_desk")
    assert reader.may("read_audit")
    assert not reader.may("work_desk")
