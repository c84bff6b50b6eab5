"""Who waits for a person: told where it stands, may leave, may add; the engine's turn has no say. Who talks to a person hears no bot."""
from __future__ import annotations

import pytest

from bot.conversations.database import run
from bot.conversations.sentences import content, say
from bot.desk import handling
from bot.desk.models import Agent
from bot.dialogue.model import Region, Text


async def waiting(site, language="zh-Hans", timezone=None):
    """A visitor with a ticket, and the ticket."""
    visitor = await site.visitor(language, timezone)
    await site.send(visitor, "充值没到账" if language != "en" else "my deposit is missing")
    await site.send(visitor, payload="/human_agent")
    ticket, = await site.tickets(visitor)
    assert (await site.fresh(visitor)).owner == "waiting"
    return visitor, ticket


def test_a_person_can_be_asked_for_inside_a_flow_without_a_further_question(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        assert any(ticket.number in text for text in await site.said(visitor))
        assert (ticket.flow, ticket.state, ticket.epoch) == ("deposit_missing", "open", 0)
        assert visitor.epoch == 1
        assert not visitor.dialogue["collect"]
    site(scenario)


def test_the_bot_takes_no_turn_while_somebody_waits(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        turns = len(site.engine.turns)
        await site.send(visitor, "充值没到账")
        await site.send(visitor, "转人工")
        assert len(site.engine.turns) == turns
        assert len(await site.tickets(visitor)) == 1
    site(scenario)


def test_status_names_the_ticket_and_promises_nothing(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        await site.send(visitor, "到哪一步了")
        last = (await site.messages(visitor))[-1]
        assert ticket.number in last["text"]
        assert "排在第 1 位" in last["text"]
        await site.send(visitor, payload=last["buttons"][0]["payload"])
        assert (await site.said(visitor))[-1] == last["text"]
    site(scenario)


def test_typed_leaving_is_asked_again_and_the_button_leaves_at_once(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        await site.send(visitor, "不等了")
        assert (await site.fresh(visitor)).owner == "waiting"
        await site.send(visitor, "好")
        assert (await site.fresh(visitor)).owner == "bot"
        await run(ticket.refresh_from_db)
        assert ticket.state == "cancelled"
        await site.send(visitor, "充值没到账")
        await site.send(visitor, payload="/human_agent")
        assert [each.epoch for each in await site.tickets(visitor)] == [0, 2]
        await site.send(visitor, payload="/stop_cancel")
        assert (await site.fresh(visitor)).owner == "bot"
    site(scenario)


def test_what_is_told_while_waiting_fills_the_tickets_fields(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        await site.send(visitor, "12345678")
        await run(ticket.refresh_from_db)
        assert ticket.fields["uid"]["value"] == "12345678"
        assert (await site.said(visitor))[-1] == say("waiting.added", "zh-Hans", number=ticket.number).text
    site(scenario)


def test_asking_for_a_supervisor_is_noted_and_does_not_change_the_priority(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        await site.send(visitor, "我要投诉")
        before = ticket.priority
        await run(ticket.refresh_from_db)
        assert "asked_to_escalate" in ticket.reasons
        assert ticket.priority == before
    site(scenario)


def test_despair_makes_the_waiting_ticket_urgent(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        await site.send(visitor, "不想活了")
        await run(ticket.refresh_from_db)
        assert (ticket.priority, ticket.reasons[0]) == ("urgent", "distress")
    site(scenario)


@pytest.mark.parametrize(("timezone", "line"), [("Asia/Taipei", "安心專線"), ("Europe/Paris", "当地的紧急电话"), (None, "当地的紧急电话")])
def test_somebody_in_despair_is_given_the_line_of_where_he_lives_and_none_is_guessed(site, monkeypatch, timezone, line):
    monkeypatch.setitem(content().exchange.regions, "taiwan", Region(("Asia/Taipei",), {"distress_line": Text("安心專線", "the made-up line")}))

    async def scenario(site):
        visitor = await site.visitor("zh-Hans", timezone)
        await site.send(visitor, "不想活了")
        assert f"请马上拨打{line}" in "".join(await site.said(visitor))
        visitor, _ = await waiting(site, timezone=timezone)
        await site.send(visitor, "不想活了")
        assert f"请马上拨打{line}" in "".join(await site.said(visitor))
    site(scenario)


def test_who_skips_a_question_while_he_waits_is_taken_at_his_word_whatever_the_classifier_reads(site):
    async def scenario(site):
        visitor, ticket = await waiting(site, "zh-Hant")
        before = ticket.priority
        await site.send(visitor, "跳過")
        await run(ticket.refresh_from_db)
        assert (ticket.priority, "distress" in ticket.reasons) == (before, False)
        assert ticket.number in (await site.said(visitor))[-1]
    site(scenario)


def test_who_waits_gets_the_card_that_fits_his_words(site):
    async def scenario(site):
        visitor, _ = await waiting(site)
        await site.send(visitor, "还能追回来吗")
        assert "我不能给您任何保证" in (await site.said(visitor))[-1]
    site(scenario)


def test_somebody_whose_account_is_being_emptied_while_he_waits_sees_the_freeze_first_and_comes_first(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        before = len(await site.said(visitor))
        await site.send(visitor, "账号被盗了")
        said = (await site.said(visitor))[before:]
        first = next(text for text in said if text != "账号被盗了")
        assert "https://www.example.com/account/freeze" in first
        assert any("不要再给对方转账" in text for text in said)
        await run(ticket.refresh_from_db)
        assert (ticket.priority, "account_taken_over" in ticket.reasons) == ("urgent", True)
    site(scenario)


def test_the_buttons_work_and_words_are_kept_while_the_engine_is_away(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        site.engine.up = False
        await site.send(visitor, "还有一笔也没到")
        assert (await site.said(visitor))[-1] == say("waiting.added", "zh-Hans", number=ticket.number).text
        await site.send(visitor, payload="/stop_cancel")
        assert (await site.fresh(visitor)).owner == "bot"
    site(scenario)


@pytest.mark.parametrize("text", ["/restart", "充值没到账", "转人工", "不等了", "12345678"])
def test_nothing_the_visitor_types_wakes_the_bot_while_a_person_answers(site, text):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        agent = await run(lambda: Agent.objects.create(username="li", alias="小李"))
        await run(handling.take, ticket, agent)
        before = (await site.fresh(visitor)).state
        said, turns = await site.said(visitor), len(site.engine.turns)
        await site.send(visitor, text)
        assert await site.said(visitor) == said
        assert len(site.engine.turns) == turns
        assert (await site.fresh(visitor)).owner == "human"
        assert visitor.state == before
    site(scenario)


def test_a_person_who_takes_over_while_the_engine_thinks_is_not_talked_over(site):
    async def scenario(site):
        import asyncio

        from bot.conversations import owner

        visitor = await site.visitor()
        site.engine.slow_seconds = 0.5
        await site.post(visitor, "充值没到账")
        while not site.engine.turns:
            await asyncio.sleep(0.01)

        def take_over():
            from django.db import transaction

            with transaction.atomic():
                owner.change(owner.locked(visitor.pk), "human")
        await run(take_over)
        said = await site.said(visitor)
        await site.settled()
        assert await site.said(visitor) == said
        assert (await site.fresh(visitor)).dialogue is None
    site(scenario)


def test_after_the_desk_is_done_the_bot_answers_again_and_the_next_ticket_is_another(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        agent = await run(lambda: Agent.objects.create(username="li", alias="小李"))
        await run(handling.take, ticket, agent)
        await run(handling.reply, ticket, agent, "我看一下")
        await run(handling.resolve, ticket, agent)
        messages = await site.messages(visitor)
        assert [(each["author"], each.get("name")) for each in messages[-4:]] == [("system", None), ("agent", "小李"), ("system", None), ("system", None)]
        await site.send(visitor, "忘记密码了")
        assert (await site.said(visitor))[-1] != messages[-1]["text"]
        await site.send(visitor, payload="/human_agent")
        assert len({each.number for each in await site.tickets(visitor)}) == 2
    site(scenario)


def test_traditional_characters_reach_who_writes_them(site):
    async def scenario(site):
        visitor = await site.visitor("zh-Hant")
        greeting = (await site.said(visitor))[0]
        assert "轉人工" in greeting or "幫" in greeting or "麼" in greeting
        await site.send(visitor, payload="/human_agent")
        assert (await site.fresh(visitor)).language == "zh-Hant"
    site(scenario)
