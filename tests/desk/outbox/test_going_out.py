"""What leaves for an outside desk: with the change that caused it, in order, once, masked; and what happens when the desk does not take it."""
from __future__ import annotations

import pytest
from django.db import transaction

from bot.desk import actors, handling, tickets
from bot.desk.adapters.base import Unreachable
from bot.desk.models import Notice, Ticket
from bot.desk.outbox import operating, queue
from bot.desk.outbox.models import Link, OutboxRow, OutsideDesk
from tests.desk.outbox.conftest import hand_off

KINDS = ["zendesk", "chatwoot", "zammad", "request_tracker"]
HOUR = 3600


def test_without_an_outside_desk_the_outbox_stays_empty(waiting):
    assert not Link.objects.exists()
    assert not OutboxRow.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_ticket_gets_there_with_its_fields_and_transcript_and_without_personal_data(outside, kind):
    async def scenario(site):
        ticket = await site.ticket()
        await site.round(3)
        remote = await site.remote(ticket)
        [(how, text)] = await site.world.said(remote)
        assert how == "private"
        assert ticket.number in text
        assert "充值没到账" in text
        assert "b" * 64 in text
        assert "someone@example.com" not in text
        assert "s***@example.com" in text
        assert "a" * 64 not in text
        assert await site.world.field(remote) == "b" * 64
        assert await site.rows(done=None) == []
    outside(scenario, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_later_follows_in_order_under_who_said_it(outside, kind):
    async def scenario(site):
        ticket = await site.ticket()
        for number in range(3):
            await site.say(ticket, f"第{number}句，手机 13812345678")
            await site.say(ticket, f"bot {number}", "bot")
        await site.round(3)
        said = (await site.world.said(await site.remote(ticket)))[1:]
        assert [how for how, _ in said] == ["visitor", "private"] * 3
        for number in range(3):
            assert f"第{number}句" in said[2 * number][1]
            assert "13812345678" not in said[2 * number][1]
            assert f"bot {number}" in said[2 * number + 1][1]
    outside(scenario, kind)


def test_rows_are_written_with_the_change_or_not_at_all(outside):
    def broken_off():
        with transaction.atomic():
            hand_off("undone", "hello")
            raise RuntimeError

    async def scenario(site):
        with pytest.raises(RuntimeError):
            await site.do(broken_off)
        assert await site.rows() == []
        assert not await site.do(Ticket.objects.exists)
    outside(scenario)


def test_a_queue_that_no_outside_desk_has_stays_here(outside):
    async def scenario(site):
        await site.ticket(queue="security")
        assert await site.rows() == []
    outside(scenario, queues={"deposits": "0"})


@pytest.mark.parametrize("kind", KINDS)
def test_resolving_and_reopening_here_is_known_there(outside, agent, kind):
    async def scenario(site):
        ticket = await site.ticket()
        await site.round(2)
        remote = await site.remote(ticket)
        await site.do(handling.take, ticket, agent)
        await site.do(handling.reply, ticket, agent, "我来看")
        await site.do(handling.resolve, ticket, agent)
        await site.round(2)
        assert await site.world.status(remote) == "resolved"
        assert ("private", "小李: 我来看") in [(how, text.strip()) for how, text in await site.world.said(remote)]
        await site.do(tickets.reopen, ticket, actors.VISITOR, "said so")
        await site.say(ticket, "又不行了")
        await site.round(2)
        assert await site.world.status(remote) == "open"
        assert (await site.fresh(ticket)).state == "open"
    outside(scenario, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_two_tickets_that_become_one_here_become_one_there(outside, kind):
    async def scenario(site):
        first, second = await site.ticket(), await site.ticket()
        await site.do(tickets.merge, second, first, actors.OPERATOR)
        await site.round(4, seconds=6)
        remote, into = await site.remote(second), await site.remote(first)
        if site.world.adapter.capabilities.merges:
            assert await site.world.merged(remote, into)
        else:
            assert await site.world.status(remote) == "resolved"
            assert first.number in (await site.world.said(remote))[-1][1]
        assert await site.rows(done=None) == []
    outside(scenario, kind)


def test_what_was_said_to_the_bot_meanwhile_is_told_when_the_ticket_is_opened_again(outside, agent):
    async def scenario(site):
        ticket = await site.ticket()
        await site.do(handling.take, ticket, agent)
        await site.do(handling.resolve, ticket, agent)
        await site.say(ticket, "another question, to the bot")
        await site.do(tickets.reopen, ticket, actors.VISITOR, "said so")
        await site.round(4)
        how, text = [each for each in await site.world.said(await site.remote(ticket)) if "another question" in each[1]][0]
        assert how == "private"
        assert text.count("another question") == 1
    outside(scenario)


def test_a_desk_that_is_away_for_an_hour_gets_everything_once_and_in_order(outside):
    async def scenario(site):
        before = [await site.ticket() for _ in range(3)]
        await site.round(2)
        await site.world.stop()
        during = [await site.ticket() for _ in range(5)]
        for minute in range(60):
            await site.say(before[minute % 3], f"minute {minute}")
            await site.say(during[minute % 5], f"minute {minute}")
            await site.round(1, seconds=60)
        assert len(await site.rows(done__isnull=True)) == 125
        assert (await site.do(OutsideDesk.objects.get)).failures >= queue.PAUSE_AFTER
        await site.world.start()
        await site.round(12, seconds=300)
        assert await site.rows(done=None) == []
        for number, ticket in enumerate(before):
            said = [text for how, text in await site.world.said(await site.remote(ticket)) if how == "visitor"]
            assert said == [f"minute {minute}" for minute in range(60) if minute % 3 == number]
        for number, ticket in enumerate(during):
            said = [text for how, text in await site.world.said(await site.remote(ticket)) if how == "visitor"]
            assert said == [f"minute {minute}" for minute in range(60) if minute % 5 == number]
            assert await site.world.count(ticket.number) == 1
    outside(scenario)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_lost_at_any_call_leaves_everything_once(outside, kind):
    async def scenario(site):
        for step in (1, 3, 5, 8) if kind == "request_tracker" else range(14):
            ticket = await site.ticket()
            site.world.fail(*[("pass",)] * step, ("after",))
            await site.say(ticket, "one")
            await site.say(ticket, "two")
            await site.round(3, seconds=40)
            site.world.fail()
            await site.round(3, seconds=700)
            assert await site.world.count(ticket.number) == 1
            said = [text.strip() for how, text in await site.world.said(await site.remote(ticket)) if how == "visitor"]
            assert [text[-3:] for text in said] == ["one", "two"], step
            assert await site.rows(done=None) == []
    outside(scenario, kind)


def test_a_busy_desk_is_left_alone_for_as_long_as_it_says(outside):
    async def scenario(site):
        ticket = await site.ticket()
        site.world.fail(("status", 429, {"Retry-After": "120"}))
        await site.round()
        calls = len(site.stub.calls)
        await site.round(5, seconds=20)
        assert len(site.stub.calls) == calls
        await site.round(2, seconds=30)
        assert await site.remote(ticket)
        [row] = await site.rows(kind="create")
        assert row.attempts == 1
    outside(scenario)


def test_pauses_grow_and_differ(outside):
    async def scenario(site):
        waits = []
        ticket = await site.ticket()
        for _ in range(6):
            site.world.fail(*[("status", 500)] * 5)
            await site.round(1, seconds=700)
            waits.append(((await site.rows())[0].next_at - site.moment.now()).total_seconds())
        assert waits[0] < waits[3] < waits[5] <= queue.MOST_SECONDS
        assert len({wait % 1 for wait in waits}) > 1
        site.world.fail()
        await site.round(2, seconds=700)
        assert await site.remote(ticket)
    outside(scenario)


def test_what_a_desk_refuses_is_a_dead_letter_that_holds_up_its_own_ticket_only(outside):
    async def scenario(site):
        refused, other = await site.ticket(), await site.ticket()
        await site.round(2)
        await site.say(refused, "first")
        await site.say(refused, "second")
        site.world.fail(("status", 422), ("status", 422))
        await site.round()
        site.world.fail()
        await site.say(other, "goes on")
        await site.round(3, seconds=700)
        assert [text for how, text in await site.world.said(await site.remote(other)) if how == "visitor"] == ["goes on"]
        [row] = await site.rows(dead__isnull=False)
        assert (row.refused, row.error) == (True, "http_422")
        notice = await site.do(Notice.objects.get, kind="dead_letter")
        assert (notice.audience, notice.details["desk"], notice.ticket_id) == ("supervisors", "zendesk", refused.pk)
        assert (await site.do(queue.gauges))["outbox_dead"] == 1
        await site.do(operating.retry, [row.pk])
        await site.round(2)
        assert [text for how, text in await site.world.said(await site.remote(refused)) if how == "visitor"] == ["first", "second"]
        assert (await site.do(Notice.objects.get, kind="dead_letter")).done
    outside(scenario)


def test_a_dead_letter_can_be_dropped_with_a_reason_and_what_follows_goes_on(outside):
    async def scenario(site):
        ticket = await site.ticket()
        await site.round(2)
        await site.say(ticket, "unfit")
        await site.say(ticket, "fit")
        site.world.fail(("status", 422), ("status", 422))
        await site.round()
        [row] = await site.rows(dead__isnull=False)
        with pytest.raises(operating.NotPossible):
            await site.do(operating.drop, row.pk, "  ")
        await site.do(operating.drop, row.pk, "the visitor asked us to")
        await site.round(2)
        assert [text for how, text in await site.world.said(await site.remote(ticket)) if how == "visitor"] == ["fit"]
        assert (await site.rows(pk=row.pk))[0].dropped == "the visitor asked us to"
    outside(scenario)


def test_after_a_day_it_is_given_up_and_told_and_goes_out_by_itself_when_the_desk_is_back(outside):
    async def scenario(site):
        ticket = await site.ticket()
        await site.world.stop()
        await site.round(23, seconds=HOUR)
        assert await site.rows(dead__isnull=False) == []
        await site.round(2, seconds=HOUR)
        assert len(await site.rows(dead__isnull=False, refused=False)) == 1
        assert await site.do(Notice.objects.filter(kind="dead_letter").count) == 1
        await site.round(3, seconds=HOUR)
        assert await site.do(Notice.objects.filter(kind="dead_letter").count) == 1
        await site.world.start()
        other = await site.ticket()
        await site.round(4, seconds=600)
        assert await site.remote(other)
        assert await site.remote(ticket)
        assert await site.rows(done=None) == []
    outside(scenario)


def test_wrong_credentials_hold_everything_and_lose_nothing(outside):
    async def scenario(site):
        ticket = await site.ticket()
        site.world.fail(*[("status", 401)] * 50)
        await site.round(10, seconds=60)
        assert await site.rows(dead__isnull=False) == []
        site.world.fail()
        await site.round(3, seconds=700)
        assert await site.remote(ticket)
    outside(scenario)


def test_a_ticket_that_was_closed_for_good_there_is_followed_by_another(outside):
    async def scenario(site):
        ticket = await site.ticket()
        await site.round(2)
        old = await site.remote(ticket)
        site.stub.tickets[int(old)]["status"] = "closed"
        await site.say(ticket, "still here")
        await site.round(2)
        new = await site.remote(ticket)
        assert new != old
        assert site.stub.tickets[int(new)]["via_followup_source_id"] == int(old)
        assert [text for how, text in await site.world.said(new) if how == "visitor"] == ["still here"]
        assert (await site.fresh(ticket)).state == "open"
    outside(scenario)


@pytest.mark.parametrize("kind", KINDS)
def test_100_kb_and_template_syntax_arrive_in_parts(outside, kind):
    async def scenario(site):
        ticket = await site.ticket()
        text = "{{7*7}} <b>儲值</b>\n" + "字" * 100_000
        await site.say(ticket, text, "user")
        await site.round(2)
        said = [part for how, part in await site.world.said(await site.remote(ticket)) if how == "visitor"]
        whole = "".join(part.rstrip("\n") if kind == "request_tracker" else part for part in said)
        assert whole.count("字") == 100_000
        assert "{{7*7}} <b>儲值</b>" in whole
    outside(scenario, kind)


def test_two_workers_never_send_the_same_thing(outside):
    async def scenario(site):
        import asyncio

        from bot.conversations import leases
        from bot.desk.outbox.courier import Courier

        ticket = await site.ticket()
        for number in range(5):
            await site.say(ticket, f"line {number}")
        second = Courier("second", site.told.append)
        leases_elect = leases.elect
        leases.elect = lambda holder: True  # as when a lease ran out while its holder was busy
        try:
            await asyncio.gather(site.courier.round(), second.round())
            await asyncio.gather(site.courier.settled(), second.settled())
            await asyncio.gather(site.courier.round(), second.round())
            await asyncio.gather(site.courier.settled(), second.settled())
        finally:
            leases.elect = leases_elect
        said = [text for how, text in await site.world.said(await site.remote(ticket)) if how == "visitor"]
        assert said == [f"line {number}" for number in range(5)]
        assert await site.world.count(ticket.number) == 1
    outside(scenario)


def test_files_go_along(outside):
    import io

    from bot.conversations import log, uploads
    from tests.desk.adapters.conftest import PNG

    def sent(ticket):
        kept = uploads.keep(ticket.conversation_id, io.BytesIO(PNG))
        log.append_inbound(log.Inbound(ticket.conversation_id, "file-0001", file=kept.described("截图.png")))

    async def scenario(site):
        ticket = await site.ticket()
        await site.do(sent, ticket)
        await site.round(2)
        comment = site.stub.comments[int(await site.remote(ticket))][-1]
        assert comment["attachments"][0]["file_name"] == "截图.png"
        assert "截图.png" in comment["body"]
    outside(scenario)


def test_a_desk_error_never_holds_the_visitors_words(outside):
    assert str(Unreachable("http_500")) == "http_500"
