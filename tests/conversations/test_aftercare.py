"""Around a ticket, in words and by buttons: how it stands, a supervisor, another person's field, the answer "not solved", the score, the record."""
from __future__ import annotations

import json

import pytest

from bot.conversations.database import run
from bot.conversations.sentences import say
from bot.desk import contact, handling
from bot.desk.models import Agent, Notice, Paper, Ticket


async def waiting(site):
    visitor = await site.visitor()
    await site.send(visitor, "充值没到账")
    await site.send(visitor, payload="/human_agent")
    ticket, = await site.tickets(visitor)
    return visitor, ticket, await run(lambda: Agent.objects.create(username="li", alias="小李"))


async def closed(site, reason="solved"):
    visitor, ticket, agent = await waiting(site)
    await run(handling.take, ticket, agent)
    await run(handling.reply, ticket, agent, "已经入账了")
    await run(handling.resolve, ticket, agent, reason)
    return visitor, ticket, agent


async def press(site, visitor, title):
    """Presses the newest button of that title."""
    for message in reversed(await site.messages(visitor)):
        for button in message.get("buttons", ()):
            if button["title"] == title:
                await site.send(visitor, payload=button["payload"])
                return
    raise AssertionError(f"no button {title}")


async def now(ticket):
    await run(ticket.refresh_from_db)
    return ticket


async def last(site, visitor):
    return (await site.said(visitor))[-1]


@pytest.mark.parametrize("text", ["还是不行", "充值没到账"])
def test_a_reply_that_it_is_not_solved_opens_the_ticket_again(site, text):
    async def scenario(site):
        visitor, ticket, _ = await closed(site)
        turns = len(site.engine.turns)
        await site.send(visitor, text)
        assert (await now(ticket)).state == "open"
        assert (await site.fresh(visitor)).owner == "waiting"
        assert say("ticket.reopened", "zh-Hans", number=ticket.number).text in await site.said(visitor)
        assert len(site.engine.turns) == turns
        assert len(await site.tickets(visitor)) == 1
    site(scenario)


def test_the_button_does_the_same_and_something_else_takes_it_back(site):
    async def scenario(site):
        visitor, ticket, _ = await closed(site)
        await press(site, visitor, "还没解决")
        assert (await now(ticket)).state == "open"
        await press(site, visitor, "是另一件事")
        assert (await now(ticket)).state == "resolved"
        assert (await site.fresh(visitor)).owner == "bot"
    site(scenario)


def test_another_problem_after_a_resolved_one_is_the_bots(site):
    async def scenario(site):
        visitor, ticket, _ = await closed(site)
        await site.send(visitor, "忘记密码了")
        assert (await now(ticket)).state == "resolved"
        assert (await site.fresh(visitor)).dialogue["flow"]["name"] == "forgot_password"
    site(scenario)


def test_the_bot_starts_clean_after_the_desk(site):
    async def scenario(site):
        visitor, _, _ = await closed(site)
        assert (await site.fresh(visitor)).state == {}
        assert visitor.language == "zh-Hans"
    site(scenario)


@pytest.mark.parametrize("by", ["button", "text"])
def test_a_score_and_a_comment_are_kept_and_a_low_one_is_told_to_supervisors(site, by):
    async def scenario(site):
        visitor, ticket, _ = await closed(site)
        if by == "button":
            await press(site, visitor, "2")
        else:
            await site.send(visitor, "2")
        await site.send(visitor, "等得太久")
        await now(ticket)
        assert (ticket.score, ticket.comment) == (2, "等得太久")
        assert await run(lambda: Notice.objects.get(kind="low_score").audience) == "supervisors"
        assert await last(site, visitor) == say("survey.thanks", "zh-Hans").text
        await press(site, visitor, "请主管来看")
        assert (await now(ticket)).level == "supervisor"
        assert (await site.fresh(visitor)).owner == "waiting"
    site(scenario)


def test_after_a_confirmed_loss_nobody_is_asked_how_it_was(site):
    async def scenario(site):
        visitor, ticket, _ = await closed(site, "loss")
        assert say("survey.ask", "zh-Hans").text not in await site.said(visitor)
    site(scenario)


def test_after_despair_or_a_hack_nobody_is_asked_how_it_was(site):
    async def scenario(site):
        visitor, ticket, agent = await waiting(site)
        await site.send(visitor, "不想活了")
        await run(handling.take, ticket, agent)
        await run(handling.resolve, ticket, agent)
        assert say("survey.ask", "zh-Hans").text not in await site.said(visitor)
    site(scenario)


def test_where_it_stands_is_told_after_it_was_closed_too(site):
    async def scenario(site):
        visitor, ticket, _ = await closed(site)
        await site.send(visitor, "到哪一步了")
        assert ticket.number in await last(site, visitor)
        assert "已处理完成" in await last(site, visitor)
    site(scenario)


def test_a_supervisor_asked_for_too_early_is_noted_and_told_when(site):
    async def scenario(site):
        visitor, ticket, _ = await waiting(site)
        await site.send(visitor, "找你们主管")
        assert await last(site, visitor) == say("ladder.not_yet", "zh-Hans", number=ticket.number, hours=24).text
        assert "asked_to_escalate" in (await now(ticket)).reasons
        assert ticket.level == "desk"
    site(scenario)


def test_an_urgent_ticket_goes_to_a_supervisor_when_asked(site):
    async def scenario(site):
        visitor, ticket, _ = await waiting(site)
        await site.send(visitor, "不想活了")
        await site.send(visitor, "找你们主管")
        assert (await now(ticket)).level == "supervisor"
        assert await last(site, visitor) == say("promise.supervisor", "zh-Hans", number=ticket.number).text
    site(scenario)


def test_the_facts_of_complaint_and_regulator_can_be_read_at_any_time(site):
    async def scenario(site):
        visitor, ticket, _ = await waiting(site)
        await site.send(visitor, "我要投诉")
        assert "投诉" in await last(site, visitor)
        await press(site, visitor, "正式投诉")
        assert (await now(ticket)).level == "desk"
        await site.send(visitor, "去哪里投诉你们")
        assert "监管机构" in await last(site, visitor)
    site(scenario)


def test_an_agents_question_is_filled_in_while_the_bot_stays_silent(site):
    async def scenario(site):
        visitor, ticket, agent = await waiting(site)
        await run(handling.take, ticket, agent)
        await run(handling.await_field, ticket, agent, "uid")
        turns = len(site.engine.turns)
        await site.send(visitor, "123")
        assert "少了几位" in await last(site, visitor)
        assert (await now(ticket)).awaiting == "uid"
        await site.send(visitor, "12345678")
        await now(ticket)
        assert (ticket.awaiting, ticket.fields["uid"]["value"]) == ("", "12345678")
        assert len(site.engine.turns) == turns
        assert [each["author"] for each in await site.messages(visitor)][-2:] == ["user", "system"]
    site(scenario)


def test_what_cannot_be_read_twice_is_kept_as_it_was_said(site):
    async def scenario(site):
        visitor, ticket, agent = await waiting(site)
        await run(handling.take, ticket, agent)
        await run(handling.await_field, ticket, agent, "tx_hash")
        await site.send(visitor, "abc123" * 10)
        await site.send(visitor, "就是这个啊")
        assert (await now(ticket)).fields["tx_hash"]["value"] == "就是这个啊"
        assert ticket.awaiting == ""
    site(scenario)


def test_skipping_an_agents_question_is_an_answer(site):
    async def scenario(site):
        visitor, ticket, agent = await waiting(site)
        await run(handling.take, ticket, agent)
        await run(handling.await_field, ticket, agent, "uid")
        await press(site, visitor, "跳过")
        assert (await now(ticket)).fields["uid"]["declined"]
        assert ticket.awaiting == ""
    site(scenario)


def test_an_address_for_news_is_asked_for_once_and_can_be_left_out(site, monkeypatch):
    monkeypatch.setattr(contact, "by_mail", lambda: True)

    async def scenario(site):
        visitor, ticket, _ = await waiting(site)
        assert say("contact.ask", "zh-Hans").text in await site.said(visitor)
        await press(site, visitor, "发邮件")
        await site.send(visitor, "我是@小明")
        assert (await now(ticket)).contact == {}
        await site.send(visitor, "someone@example.com")
        assert (await now(ticket)).contact == {"way": "email", "address": "someone@example.com"}
        assert "不用在这里等着" in await last(site, visitor)
        assert "someone@example.com" not in await last(site, visitor)
    site(scenario)


def test_who_puts_his_ticket_aside_talks_to_the_bot_and_keeps_his_place(site):
    async def scenario(site):
        visitor, ticket, agent = await waiting(site)
        await site.send(visitor, payload=await offered(visitor, ticket, "aside"))
        assert (await site.fresh(visitor)).owner == "bot"
        assert (await now(ticket)).state == "open"
        await site.send(visitor, "KYC是什么意思")
        assert "KYC" in await last(site, visitor)
        await site.send(visitor, "到哪一步了")
        assert ticket.number in await last(site, visitor)
        await run(handling.take, ticket, agent)
        assert (await site.fresh(visitor)).owner == "human"
    site(scenario)


def test_a_button_of_somebody_elses_ticket_does_nothing(site):
    async def scenario(site):
        _, theirs, _ = await waiting(site)
        visitor = await site.visitor()
        await site.send(visitor, payload=await offered(visitor, theirs, "aside"))
        assert (await now(theirs)).aside is False
        assert await last(site, visitor) == say("stale", "zh-Hans").text
    site(scenario)


@pytest.mark.parametrize("payload", ['/desk{"do":"rate","t":"TK-1","n":9}', "/desk{", '/desk{"do":[]}', '/desk{"do":"rate"}', '/desk{"do":"nothing"}', "/desknonsense"])
def test_a_payload_that_means_nothing_is_answered_and_changes_nothing(site, payload):
    async def scenario(site):
        visitor, ticket, _ = await waiting(site)
        await offer(visitor, payload)
        await site.send(visitor, payload=payload)
        assert await last(site, visitor) == say("stale", "zh-Hans").text
        assert (await now(ticket)).score is None
    site(scenario)


def test_the_record_is_offered_below_the_card_and_asked_for_once(site):
    async def scenario(site):
        visitor = await site.visitor()
        await site.send(visitor, "给我记录")
        await press(site, visitor, "给我记录")
        await press(site, visitor, "给我记录")
        assert await run(Paper.objects.count) == 1
        assert await last(site, visitor) == say("record.making", "zh-Hans").text
    site(scenario)


def test_who_waits_for_a_person_gets_the_record_too(site):
    async def scenario(site):
        visitor, _, _ = await waiting(site)
        await site.send(visitor, "给我记录")
        await press(site, visitor, "给我记录")
        assert await last(site, visitor) == say("record.making", "zh-Hans").text
        assert await run(Paper.objects.count) == 1
    site(scenario)


def test_the_advice_about_a_secret_is_given_while_a_person_is_there_too(site):
    async def scenario(site):
        visitor, ticket, agent = await waiting(site)
        await run(handling.take, ticket, agent)
        await site.send(visitor, "密码是 Qwe!2023abc")
        assert await last(site, visitor) == say("secret.password", "zh-Hans").text
        assert (await site.messages(visitor))[-1]["author"] == "system"
    site(scenario)


def test_two_agents_who_take_it_at_once_one_wins_and_the_other_is_told(site):
    async def scenario(site):
        import asyncio

        visitor, ticket, agent = await waiting(site)
        colleague = await run(lambda: Agent.objects.create(username="wang", alias="小王"))
        both = await asyncio.gather(run(handling.take, ticket, agent), run(handling.take, ticket, colleague), return_exceptions=True)
        refused = [each for each in both if each is not None]
        assert len(refused) == 1
        assert "is with" in str(refused[0])
        assert len([each for each in await site.said(visitor) if "已接手" in each]) == 1
    site(scenario)


async def offer(visitor, payload):
    from bot.conversations.models import Offer

    await run(lambda: Offer.objects.get_or_create(conversation=visitor, payload=payload, defaults={"title": "x"}))


async def offered(visitor, ticket, deed):
    payload = "/desk" + json.dumps({"do": deed, "t": ticket.number}, separators=(",", ":"))
    await offer(visitor, payload)
    return payload


def test_every_button_of_the_desk_fits_into_64_bytes():
    from bot.desk.aftercare import payload
    from bot.desk.wishes import ALONE, WISHES

    ticket = Ticket(number="TK-123456789")
    assert max(len(payload(deed, ticket, n=5).encode()) for deed in {*WISHES, *ALONE}) <= 64
    assert len(payload("same", ticket, i="TK-987654321").encode()) <= 64


def test_a_typed_label_is_its_button_after_the_ticket_too(site):
    async def scenario(site):
        visitor, ticket, _ = await closed(site)
        await site.send(visitor, "还没解决。")
        assert (await now(ticket)).state == "open"
        assert (await site.fresh(visitor)).owner == "waiting"
    site(scenario)


def test_words_without_a_digit_are_no_uid_for_an_agent_either(site):
    async def scenario(site):
        visitor, ticket, agent = await waiting(site)
        await run(handling.take, ticket, agent)
        await run(handling.await_field, ticket, agent, "uid")
        await site.send(visitor, "我登录不了看不到啊")
        assert ((await now(ticket)).fields["uid"]["value"], ticket.fields["uid"]["declined"], ticket.awaiting) == (None, True, "")
    site(scenario)


@pytest.mark.parametrize("text", ["跳过", "skip", "不知道"])
def test_skipping_an_agents_question_in_words_is_an_answer(site, text):
    async def scenario(site):
        visitor, ticket, agent = await waiting(site)
        await run(handling.take, ticket, agent)
        await run(handling.await_field, ticket, agent, "device")
        await site.send(visitor, text)
        assert (await now(ticket)).fields["device"]["declined"]
        assert ticket.awaiting == ""
    site(scenario)
