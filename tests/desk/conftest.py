"""A conversation that waits, its ticket, and agents."""
from __future__ import annotations

import pytest


@pytest.fixture
def agent(database):
    from bot.desk.models import Agent

    return Agent.objects.create_superuser(username="li.xiaoming", password="a long enough one", alias="小李")


@pytest.fixture
def waiting(database):
    """A ticket whose hand-off was committed."""
    from django.db import transaction

    from bot.conversations import log, owner
    from bot.conversations.log import Inbound
    from bot.desk import case, tickets

    conversation = log.open_conversation("web", "visitor", "zh-Hans")
    log.append_inbound(Inbound(conversation.pk, "one", text="充值没到账，邮箱 someone@example.com"))
    with transaction.atomic():
        conversation = owner.locked(conversation.pk)
        ticket = tickets.open(
            conversation, queue="deposits", facts=["money_missing"], flow="deposit_missing", tried=["deposit_missing.tip"], language="zh-Hans",
            fields={"tx_hash": {"value": "a" * 64, "said": "a" * 64, "source": "said", "declined": False},
                    "uid": {"value": None, "said": None, "source": "said", "declined": True}}).ticket
        case.handed_over(ticket, conversation)
    return ticket


@pytest.fixture
def clock():
    """A clock that the test moves: `clock.to(moment)`, `clock.forward(minutes=5)`. It begins on a Monday morning in Singapore, with the desk open."""
    from datetime import datetime, timedelta, timezone

    from bot.conversations import clock as clocks

    class Moved:
        moment = datetime(2026, 11, 23, 2, 0, tzinfo=timezone.utc)

        def __call__(self):
            return self.moment

        def to(self, moment):
            self.moment = moment

        def forward(self, **span):
            self.moment += timedelta(**span)

    moved = Moved()
    with clocks.using(moved):
        yield moved


@pytest.fixture
def hand_over(clock, database):
    """hand_over(visitor=..., queue=..., facts=..., fields=..., flow=...) -> the ticket, as a committed turn leaves it."""
    from django.db import transaction

    from bot.conversations import log, owner
    from bot.desk import case, tickets

    def make(conversation=None, *, visitor="visitor", queue="deposits", facts=("money_missing",), flow="deposit_missing", identity="", **values):
        conversation = conversation or log.open_conversation("web", visitor, "zh-Hans")
        with transaction.atomic():
            conversation = owner.locked(conversation.pk)
            if identity:
                conversation.identity = identity
                conversation.save(update_fields=["identity"])
            fields = {name: {"value": value, "said": value, "source": "said", "declined": False} for name, value in values.items()}
            ticket = tickets.open(conversation, queue=queue, facts=facts, flow=flow, fields=fields).ticket
            case.handed_over(ticket, conversation)
        return ticket
    return make


@pytest.fixture
def there(clock):
    """there(name, ...) -> an agent whose console was just heard of."""
    from django.contrib.auth.models import Group

    from bot.desk import presence
    from bot.desk.models import Agent

    def make(name, role="agent"):
        agent, _ = Agent.objects.get_or_create(username=name, defaults={"alias": name})
        agent.groups.add(Group.objects.get(name=role))
        presence.beat(agent, "online", clock())
        return agent
    return make


@pytest.fixture
def said():
    """said(ticket) -> what was said in its conversation, oldest first."""
    from bot.conversations import log

    return lambda ticket: [each["text"] for each in log.events_after(ticket.conversation_id, 0)]
