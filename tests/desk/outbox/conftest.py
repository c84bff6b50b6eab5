"""A site with an outside desk: the real database, services, courier and adapter, and the vendor's stand-in over real HTTP; time is ours."""
from __future__ import annotations

import asyncio
import itertools
from datetime import datetime, timedelta, timezone

import pytest

from tests.desk.adapters.conftest import STUBS, opened, request_tracker, settings  # noqa: F401

NUMBERS = itertools.count(1)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 4, 0, tzinfo=timezone.utc)

    def now(self) -> datetime:
        return self.at

    def go(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def moment(monkeypatch):
    from bot.conversations import clock

    made = Clock()
    monkeypatch.setattr(clock, "now", made.now)
    return made


class Site:
    """What a test talks to."""

    def __init__(self, world, moment: Clock) -> None:
        from bot.desk.outbox.courier import Courier

        self.world, self.stub, self.moment, self.told = world, world.stub, moment, []
        self.courier = Courier("test", self.told.append)

    async def do(self, function, *arguments, **named):
        from bot.conversations.database import run

        return await run(function, *arguments, **named)

    async def ticket(self, text: str = "充值没到账，邮箱 someone@example.com，哈希 " + "a" * 64, queue: str = "deposits", **more):
        """A conversation whose hand-off was committed."""
        return await self.do(hand_off, f"visitor-{next(NUMBERS)}", text, queue, **more)

    async def say(self, ticket, text: str, author: str = "user"):
        from bot.conversations import log

        if author == "user":
            return await self.do(log.append_inbound, log.Inbound(ticket.conversation_id, f"client-{next(NUMBERS):08d}", text=text))
        return await self.do(log.append_outbound, ticket.conversation_id, author, [log.Reply(text)])

    async def round(self, times: int = 1, seconds: float = 0) -> None:
        for _ in range(times):
            self.moment.go(seconds=seconds)
            await self.courier.round()
            await self.courier.settled()

    async def link(self, ticket):
        from bot.desk.outbox.models import Link

        return await self.do(Link.objects.select_related("ticket__conversation").get, ticket_id=ticket.pk)

    async def remote(self, ticket) -> str:
        return (await self.link(ticket)).remote

    async def rows(self, **like):
        from bot.desk.outbox.models import OutboxRow

        return await self.do(lambda: list(OutboxRow.objects.filter(**like).order_by("pk")))

    async def messages(self, ticket) -> list[dict]:
        from bot.conversations import log

        return await self.do(log.events_after, ticket.conversation_id, 0)

    async def fresh(self, ticket):
        from bot.desk.models import Ticket

        return await self.do(Ticket.objects.select_related("conversation", "assignee").get, pk=ticket.pk)

    async def heard(self, ticket) -> None:
        """As after a webhook."""
        from bot.desk.outbox import queue

        await self.do(queue.nudge, self.world.kind, [await self.remote(ticket)])
        await self.round()


def hand_off(visitor: str, text: str, queue: str = "deposits", **more):
    """A visitor writes and is handed over, as a committed turn does it."""
    from django.db import transaction

    from bot.conversations import log, owner
    from bot.desk import case, tickets

    conversation = log.open_conversation("web", visitor, "zh-Hans")
    log.append_inbound(log.Inbound(conversation.pk, f"first-{visitor}", text=text))
    with transaction.atomic():
        conversation = owner.locked(conversation.pk)
        given = {"tx_hash": {"value": "b" * 64, "said": "b" * 64, "source": "said", "declined": False}, "email": {"value": "someone@example.com", "source": "said", "declined": False},
                 "uid": {"value": None, "said": None, "source": "said", "declined": True}}
        ticket = tickets.open(conversation, queue=queue, facts=["money_missing"], flow="deposit_missing", language="zh-Hans", fields=more.get("fields", given)).ticket
        case.handed_over(ticket, conversation)
    return ticket


@pytest.fixture
def outside(database, moment, monkeypatch, request):
    """Runs `async def scenario(site)` with one outside desk: outside(scenario, kind="zendesk", **settings)."""
    from bot.desk.adapters import config, registry

    def go(scenario, kind: str = "zendesk", seconds: float = 120, **more):
        server = request.getfixturevalue("request_tracker") if kind == "request_tracker" else None

        async def whole():
            async with opened(kind, server) as world:
                desks = config.Desks(desks={kind: settings(kind, world.faulty.url, **more)})
                monkeypatch.setattr(config, "desks", lambda: desks)
                monkeypatch.setattr(registry, "adapter", lambda name: world.adapter)
                site = Site(world, moment)
                try:
                    await asyncio.wait_for(scenario(site), seconds)
                finally:
                    await site.courier.stop()
        asyncio.run(whole())
    return go
