"""Whatever happens in whatever order: no promise without its event, no wait without a follow-up, one owner, a log that verifies."""
from __future__ import annotations

import contextlib
import re
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.conversations import clock, log, owner
from bot.conversations.log import Inbound
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import content
from bot.desk import audit, case, handling, ladder, presence, tickets, timers
from bot.desk.actors import VISITOR
from bot.desk.models import Agent, Notice, Promise, Ticket, Timer
from bot.desk.tickets import NotPossible

PROMISING = [re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(content().replies[key].zh)))
             for key in content().replies if key in {"promise.within", "promise.range", "promise.full", "promise.urgent", "promise.closed", "promise.email",
                                                     "promise.supervisor", "promise.complaint"}]
"""Sentences that a row of Promise must stand behind."""
FACTS = st.sampled_from([("money_missing",), ("account_taken_over",), ("information",), ("distress",)])
HASHES = st.sampled_from([None, "a" * 64, "b" * 64])


class Killed(Exception):
    """The process died before its commit."""


class Desk(RuleBasedStateMachine):
    """Two visitors of one identity and one of another, two agents, a worker, and a clock that jumps."""

    @initialize()
    def begin(self) -> None:
        from datetime import datetime, timezone

        self.moment = datetime(2026, 11, 20, 2, 0, tzinfo=timezone.utc)
        self.using = clock.using(lambda: self.moment)
        self.using.__enter__()
        Timer.objects.all().delete()
        Promise.objects.all().delete()
        Notice.objects.all().delete()
        for ticket in Ticket.objects.order_by("-merged_into"):
            Ticket.objects.filter(pk=ticket.pk).update(merged_into=None)
        Ticket.objects.all().delete()
        Message.objects.all().delete()
        Conversation.objects.all().delete()
        self.visitors = [log.open_conversation("web", name, "zh-Hans").pk for name in ("one", "two", "three")]
        Conversation.objects.filter(pk__in=self.visitors[:2]).update(identity="u1")
        self.agents = [Agent.objects.get_or_create(username=name, defaults={"alias": name})[0] for name in ("li", "wang")]
        self.sent = 0

    def teardown(self) -> None:
        self.using.__exit__(None, None, None)

    def ticket(self, number: int) -> Ticket | None:
        found = list(Ticket.objects.order_by("pk"))
        return found[number % len(found)] if found else None

    def attempt(self, deed, *arguments, **named) -> None:
        with contextlib.suppress(NotPossible):
            deed(*arguments, **named)

    @rule(visitor=st.integers(0, 2), facts=FACTS, tx_hash=HASHES, killed=st.booleans())
    def hand_over(self, visitor, facts, tx_hash, killed):
        """The action's transaction, then the turn's; a process may die between them."""
        pk = self.visitors[visitor]
        with transaction.atomic():
            conversation = owner.locked(pk)
            if conversation.owner != "bot":
                return
            fields = {"tx_hash": {"value": tx_hash, "said": tx_hash, "source": "said", "declined": False}} if tx_hash else {}
            ticket = tickets.open(conversation, queue="deposits", facts=facts, flow="deposit_missing", fields=fields).ticket
        for attempt in range(2 if killed else 1):
            try:
                with transaction.atomic():
                    case.handed_over(Ticket.objects.get(pk=ticket.pk), owner.locked(pk))
                    if killed and attempt == 0:
                        raise Killed
            except Killed:
                continue

    @rule(visitor=st.integers(0, 2))
    def write(self, visitor):
        self.sent += 1
        seq = log.append_inbound(Inbound(self.visitors[visitor], f"message-{self.sent}", text="在吗")).seq
        with transaction.atomic():
            conversation = owner.locked(self.visitors[visitor])
            if conversation.owner != "bot":
                case.said(conversation, Message.objects.get(conversation=conversation, seq=seq))

    @rule(number=st.integers(0, 9), agent=st.integers(0, 1), over=st.booleans())
    def take(self, number, agent, over):
        ticket = self.ticket(number)
        if ticket:
            presence.beat(self.agents[agent], "online", self.moment)
            self.attempt(handling.take, ticket, self.agents[agent], over=over)

    @rule(number=st.integers(0, 9), agent=st.integers(0, 1))
    def reply(self, number, agent):
        ticket = self.ticket(number)
        if ticket:
            self.attempt(handling.reply, ticket, self.agents[agent], "您好")

    @rule(number=st.integers(0, 9))
    def ask(self, number):
        ticket = self.ticket(number)
        if ticket:
            self.attempt(handling.await_field, ticket, self.agents[0], "uid")

    @rule(number=st.integers(0, 9), value=st.sampled_from([None, "12345678"]))
    def fill(self, number, value):
        ticket = self.ticket(number)
        if ticket and ticket.awaiting and ticket.state in tickets.LIVE:
            with transaction.atomic():
                owner.locked(ticket.conversation_id)
                handling.filled(ticket, ticket.awaiting, {"value": value, "said": value, "source": "said", "declined": value is None})

    @rule(number=st.integers(0, 9), deed=st.sampled_from([handling.release, handling.resolve, handling.give_back]))
    def finish(self, number, deed):
        ticket = self.ticket(number)
        if ticket:
            self.attempt(deed, ticket, self.agents[0])

    @rule(number=st.integers(0, 9), deed=st.sampled_from([ladder.escalate, ladder.complain]))
    def climb(self, number, deed):
        ticket = self.ticket(number)
        if ticket:
            self.attempt(deed, ticket, VISITOR)

    @rule(number=st.integers(0, 9), other=st.integers(0, 9))
    def merge(self, number, other):
        ticket, into = self.ticket(number), self.ticket(other)
        if ticket and ticket.identity == into.identity:
            self.attempt(tickets.merge, ticket, into, VISITOR)

    @rule(number=st.integers(0, 9))
    def reopen(self, number):
        ticket = self.ticket(number)
        if ticket and case.may_reopen(ticket):
            self.attempt(tickets.reopen, ticket, VISITOR, "not_solved")

    @rule(number=st.integers(0, 9))
    def aside(self, number):
        ticket = self.ticket(number)
        if ticket and ticket.state == "open":
            with transaction.atomic():
                owner.locked(ticket.conversation_id)
                tickets.step_aside(ticket)

    @rule(visitor=st.integers(0, 2))
    def leave(self, visitor):
        with transaction.atomic():
            conversation = owner.locked(self.visitors[visitor])
            if conversation.owner == "waiting":
                tickets.cancel_waiting(conversation)

    @rule(minutes=st.sampled_from([1, 7, 16, 40, 300, 1500]))
    def time_passes(self, minutes):
        self.moment += timedelta(minutes=minutes)
        timers.tick()
        assert not Timer.objects.filter(fired=None, at__lte=self.moment).exists()

    @invariant()
    def no_promise_without_its_event(self):
        rows = set(Promise.objects.exclude(seq=None).values_list("ticket__number", "seq"))
        seqs = {seq for _, seq in rows}
        for message in Message.objects.exclude(author="user"):
            if any(each.fullmatch(message.text) for each in PROMISING):
                assert message.seq in seqs, message.text
        for promise in Promise.objects.filter(state="running"):
            assert promise.timers.filter(fired=None, kind="breach").exclude(at=None).exists()
        for promise in Promise.objects.filter(state="paused"):
            assert promise.ticket.awaiting
            assert not promise.timers.filter(fired=None).exclude(at=None).exists()

    @invariant()
    def no_wait_without_a_follow_up(self):
        for ticket in Ticket.objects.filter(state__in=tickets.LIVE):
            assert ticket.timers.filter(fired=None).exclude(at=None).exists(), ticket.state
            if ticket.state == "open" and not ticket.awaiting:
                assert ticket.promises.filter(state="running").exists(), (ticket.level, ticket.reopened)
        assert not Timer.objects.filter(fired=None).exclude(ticket__state__in=tickets.LIVE).exists()

    @invariant()
    def the_owner_follows_from_the_tickets(self):
        for conversation in Conversation.objects.all():
            live = list(conversation.tickets.filter(state__in=tickets.LIVE))
            expected = "human" if any(each.state == "taken" for each in live) else "waiting" if any(not each.aside for each in live) else "bot"
            assert conversation.owner == expected
            assert len({each.epoch for each in conversation.tickets.all()}) == conversation.tickets.count()

    @invariant()
    def one_reference_one_open_ticket_for_one_person(self):
        seen = set()
        for ticket in Ticket.objects.filter(state__in=tickets.LIVE):
            value = (ticket.fields.get("tx_hash") or {}).get("value")
            if value:
                assert (ticket.identity, value) not in seen
                seen.add((ticket.identity, value))


@pytest.mark.timeout(600)
def test_no_promise_without_event_and_no_wait_without_a_follow_up(database):
    run_state_machine_as_test(Desk, settings=settings(
        max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True))
    assert audit.verify().faults == ()
