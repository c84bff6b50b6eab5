"""Promises: an honest time or none, again at half time, the team at 80 %, an apology with a choice when it breaks; clocks that only a field stops."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from bot.conversations import state
from bot.conversations.models import Message
from bot.conversations.sentences import content, say
from bot.desk import case, handling, promises, tickets, timers
from bot.desk.models import Notice, Promise, Ticket, Timer


def texts(key: str) -> str:
    """The unchanging beginning of a sentence."""
    return content().replies[key].zh.split("{")[0]


def promise(ticket) -> Promise:
    return ticket.promises.order_by("-pk").first()


def wait(clock, until) -> None:
    """Lets the worker look every half minute, as a real one does more often."""
    while clock() < until:
        clock.forward(seconds=30)
        timers.tick()


def test_with_people_there_a_range_is_named_and_the_clock_is_thirty_minutes(hand_over, there, said, clock):
    there("li")
    ticket = hand_over()
    made = promise(ticket)
    assert (made.kind, made.budget_seconds, made.due - clock()) == ("first_reply", 1800, timedelta(minutes=30))
    assert made.high_minutes
    assert f"大约 {made.high_minutes} 分钟" in said(ticket)[made.seq - 1]


def test_with_nobody_there_no_number_is_named_but_the_clock_runs(hand_over, said):
    ticket = hand_over()
    made = promise(ticket)
    assert made.high_minutes is None
    assert texts("promise.full") in said(ticket)[made.seq - 1]
    assert made.budget_seconds == 1800


def test_above_capacity_no_number_is_named(hand_over, there, said):
    there("li")
    made = [promise(hand_over(visitor=f"visitor {n}")) for n in range(25)]
    assert made[0].high_minutes
    assert made[-1].high_minutes is None
    assert "第 25 位" in said(made[-1].ticket)[made[-1].seq - 1]


def test_what_the_widget_shows_beside_it_names_a_time_only_while_the_desk_is_open(hand_over, there, clock):
    there("li")
    open_hours = hand_over(visitor="one")
    assert state.shown(open_hours.conversation_id)["wait"] == [1, promise(open_hours).high_minutes]
    clock.to(datetime(2026, 11, 23, 19, 0, tzinfo=timezone.utc))  # three in the morning in Singapore
    there("li")
    closed = hand_over(visitor="two")
    assert (state.shown(closed.conversation_id)["position"], "wait" in state.shown(closed.conversation_id)) == (2, False)


def test_an_urgent_one_has_fifteen_minutes_at_any_hour(hand_over, clock):
    clock.to(datetime(2026, 11, 23, 19, 0, tzinfo=timezone.utc))  # three in the morning in Singapore
    made = promise(hand_over(facts=["account_taken_over"]))
    assert made.due - clock() == timedelta(minutes=15)
    assert Notice.objects.filter(kind="urgent").count() == 1


def test_outside_opening_hours_it_is_two_days_and_the_opening_is_told_in_the_visitors_time(hand_over, said, clock):
    clock.to(datetime(2026, 11, 23, 19, 0, tzinfo=timezone.utc))
    ticket = hand_over()
    made = promise(ticket)
    assert made.due - clock() == timedelta(hours=48)
    assert "09:00 上班" in said(ticket)[made.seq - 1]  # the site's zone, Shanghai, which is Singapore's
    assert "48 小时" in said(ticket)[made.seq - 1]


def test_a_promise_made_before_closing_time_goes_on_in_the_morning(hand_over, clock):
    clock.to(datetime(2026, 11, 23, 12, 50, tzinfo=timezone.utc))  # ten to nine in the evening
    assert promise(hand_over()).due == datetime(2026, 11, 24, 1, 20, tzinfo=timezone.utc)


def test_half_time_eighty_percent_and_breach_each_say_their_part_once(hand_over, said, clock):
    ticket = hand_over()
    began = clock()
    before = len(said(ticket))
    wait(clock, began + timedelta(minutes=14))
    assert len(said(ticket)) == before
    wait(clock, began + timedelta(minutes=16))
    assert len(said(ticket)) == before + 1
    assert texts("promise.half_full") in said(ticket)[-1]
    wait(clock, began + timedelta(minutes=25))
    assert Notice.objects.filter(kind="warn", audience="team").count() == 1
    wait(clock, began + timedelta(minutes=31))
    assert len(said(ticket)) == before + 2
    assert texts("promise.broken") in said(ticket)[-1]
    assert Notice.objects.filter(kind="breach", audience="supervisors").count() == 1


@pytest.mark.parametrize(("mail", "more"), [(False, []), (True, ["发邮件"])])
def test_a_broken_promise_comes_with_a_choice_and_the_ticket_stays(hand_over, clock, monkeypatch, mail, more):
    from bot.conversations import log
    from bot.desk import contact

    monkeypatch.setattr(contact, "by_mail", lambda: mail)
    ticket = hand_over()
    wait(clock, clock() + timedelta(minutes=31))
    last = log.events_after(ticket.conversation_id, 0)[-1]
    assert [button["title"] for button in last["buttons"]] == ["继续等", "请主管来看", "先问机器人别的", *more]
    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert ticket.timers.filter(fired=None, promise__state="running").exists()


def test_after_a_breach_the_follow_ups_come_ever_more_rarely(hand_over, said, clock):
    clock.to(datetime(2026, 11, 23, 1, 0, tzinfo=timezone.utc))
    ticket = hand_over(facts=["account_taken_over"])
    wait(clock, clock() + timedelta(hours=8))
    again = [each for each in said(ticket) if each == say("promise.broken_again", "zh-Hans", number=ticket.number).text]
    assert 2 <= len(again) <= 5


def test_a_worker_that_was_away_says_only_what_still_matters(hand_over, said, clock):
    ticket = hand_over()
    before = len(said(ticket))
    clock.forward(minutes=45)
    timers.tick()
    assert len(said(ticket)) == before + 1
    assert texts("promise.broken") in said(ticket)[-1]


def test_an_agents_answer_keeps_the_promise(hand_over, there, clock):
    ticket = hand_over()
    agent = there("li")
    handling.take(ticket, agent)
    assert promise(ticket).state == "running"
    handling.reply(ticket, agent, "您好")
    assert promise(ticket).state == "kept"
    for _ in range(80):
        clock.forward(seconds=30)
        there("li")
        timers.tick()
    assert not Notice.objects.exists()


def test_half_time_with_somebody_at_it_says_so(hand_over, there, said, clock):
    ticket = hand_over()
    agent = there("li")
    handling.take(ticket, agent)
    for _ in range(32):
        clock.forward(seconds=30)
        there("li")
        timers.tick()
    assert said(ticket)[-1] == say("promise.half_taken", "zh-Hans").text


def test_the_clock_stands_still_while_a_field_is_awaited_and_only_then(hand_over, there, clock):
    ticket = hand_over()
    agent = there("li")
    handling.take(ticket, agent)
    clock.forward(minutes=10)
    handling.await_field(ticket, agent, "tx_hash")
    assert promise(ticket).state == "paused"
    assert not ticket.timers.filter(promise=promise(ticket), fired=None).exclude(at=None).exists()
    clock.forward(hours=5)
    timers.tick()
    assert not Notice.objects.filter(kind__in=("warn", "breach")).exists()
    answer(ticket, "tx_hash", "a" * 64)
    made = promise(ticket)
    assert (made.state, made.due - clock()) == ("running", timedelta(minutes=20))


def test_declining_the_field_lets_the_clock_go_on_too(hand_over, there):
    ticket = hand_over()
    agent = there("li")
    handling.take(ticket, agent)
    handling.await_field(ticket, agent, "tx_hash")
    answer(ticket, "tx_hash", None)
    ticket.refresh_from_db()
    assert (promise(ticket).state, ticket.awaiting, ticket.fields["tx_hash"]["declined"]) == ("running", "", True)


def test_who_does_not_answer_a_question_is_reminded_but_not_for_ever(hand_over, there, said, clock):
    ticket = hand_over()
    agent = there("li")
    handling.take(ticket, agent)
    handling.await_field(ticket, agent, "tx_hash")
    reminder = say("await.remind", "zh-Hans", label=content().fields["tx_hash"].label).text
    for _ in range(10):
        clock.forward(hours=24, minutes=1)
        timers.tick()
    assert said(ticket).count(reminder) == 3


def test_what_becomes_urgent_is_owed_sooner(hand_over, clock):
    ticket = hand_over()
    tickets.add(Ticket.objects.get(pk=ticket.pk), facts=["distress"])
    made = promise(ticket)
    assert made.due - clock() == timedelta(minutes=15)
    assert Notice.objects.filter(kind="urgent").count() == 1


def test_what_became_urgent_is_said_once_with_the_promise_that_now_holds(hand_over, said, clock):
    ticket = hand_over()
    before = said(ticket)
    tickets.add(Ticket.objects.get(pk=ticket.pk), facts=["distress"])
    tickets.add(Ticket.objects.get(pk=ticket.pk), facts=["account_taken_over"])
    assert said(ticket)[len(before):] == [say("promise.urgent", "zh-Hans").text]
    assert Message.objects.get(conversation=ticket.conversation, seq=promise(ticket).seq).text == say("promise.urgent", "zh-Hans").text


def test_what_becomes_urgent_with_a_person_at_it_is_not_talked_about(hand_over, there, said, clock):
    ticket = hand_over()
    handling.take(ticket, there("li"))
    before = said(ticket)
    tickets.add(Ticket.objects.get(pk=ticket.pk), facts=["distress"])
    assert said(ticket) == before


def test_a_visitor_who_writes_to_an_agent_is_owed_an_answer_without_a_word_about_it(hand_over, there, said, clock):
    ticket = hand_over()
    agent = there("li")
    handling.take(ticket, agent)
    handling.reply(ticket, agent, "您好")
    before = said(ticket)
    write(ticket, "在吗")
    made = promise(ticket)
    assert (made.kind, made.state, made.seq) == ("next_reply", "running", None)
    assert said(ticket)[:len(before)] == before
    for _ in range(62):
        clock.forward(seconds=30)
        there("li")
        timers.tick()
    assert texts("promise.broken") in said(ticket)[-1]


def test_an_agent_whose_console_falls_silent_loses_the_conversation_to_the_queue(hand_over, there, said, clock):
    ticket = hand_over()
    agent = there("li")
    handling.take(ticket, agent)
    handling.reply(ticket, agent, "您好")
    clock.forward(minutes=2)
    timers.tick()
    ticket.refresh_from_db()
    assert ticket.state == "taken"
    clock.forward(minutes=2)
    timers.tick()
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee, ticket.conversation.owner) == ("open", None, "waiting")
    assert say("desk.vanished", "zh-Hans").text in said(ticket)
    assert Notice.objects.get(kind="vanished").audience == "supervisors"
    assert promise(ticket).state == "running"
    colleague = there("wang")
    handling.take(ticket, colleague)
    handling.reply(ticket, colleague, "我接着看")


def test_a_day_without_a_solution_is_told_to_supervisors_each_day_and_to_the_visitor_once(hand_over, there, said, clock):
    ticket = hand_over()
    agent = there("li")
    handling.take(ticket, agent)
    handling.reply(ticket, agent, "我在查")
    day = say("review.day", "zh-Hans", number=ticket.number, hours=24).text
    for _ in range(3):
        clock.forward(hours=24, minutes=1)
        there("li")
        timers.tick()
    assert said(ticket).count(day) == 1
    assert Notice.objects.filter(kind="review").count() == 3


def test_when_it_is_resolved_nothing_fires_any_more(hand_over, there, said, clock):
    ticket = hand_over()
    agent = there("li")
    handling.take(ticket, agent)
    handling.resolve(ticket, agent)
    before = said(ticket)
    clock.forward(days=9)
    timers.tick()
    assert said(ticket) == before
    assert not Timer.objects.filter(fired=None).exists()


def test_a_hand_off_whose_turn_never_came_to_its_end_is_finished_by_the_worker(hand_over, said, clock, database):
    from bot.conversations import log
    from bot.desk import tickets as opening

    conversation = log.open_conversation("web", "alone", "zh-Hans")
    ticket = opening.open(conversation, queue=None, facts=[], fields={}).ticket
    clock.forward(minutes=1)
    timers.tick()
    assert said(ticket) == []
    clock.forward(minutes=2)
    timers.tick()
    ticket.refresh_from_db()
    assert any(ticket.number in each for each in said(ticket))
    assert ticket.conversation.owner == "waiting"
    assert ticket.timers.exists()


@pytest.mark.parametrize("key", [key for key in content().replies if key.startswith("promise.")])
def test_only_the_modules_with_a_clock_behind_them_may_say_a_promise(key):
    from pathlib import Path

    import bot

    root = Path(bot.__file__).parent
    saying = {path.relative_to(root).as_posix() for path in root.rglob("*.py") if f'"{key}"' in path.read_text("utf-8")}
    assert saying <= {"desk/promises.py", "desk/timers.py", "desk/ladder.py", "dialogue/wording.py"}


def answer(ticket, name: str, value: str | None) -> None:
    from django.db import transaction

    from bot.conversations import owner

    with transaction.atomic():
        owner.locked(ticket.conversation_id)
        handling.filled(ticket, name, {"value": value, "said": value, "source": "said", "declined": value is None})


def write(ticket, text: str) -> None:
    from django.db import transaction

    from bot.conversations import log, owner
    from bot.conversations.log import Inbound
    from bot.conversations.models import Message

    seq = log.append_inbound(Inbound(ticket.conversation_id, f"client-{Message.objects.count()}", text=text)).seq
    with transaction.atomic():
        conversation = owner.locked(ticket.conversation_id)
        case.said(conversation, Message.objects.get(conversation=conversation, seq=seq))


def test_the_promise_module_knows_every_kind_a_visitor_is_told_of():
    assert set(promises.TOLD) | {"next_reply"} == set(Promise.Kind.values)
