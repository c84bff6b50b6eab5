"""Turns: one answer a message, in order, whoever owns the conversation and whatever breaks."""
from __future__ import annotations

import asyncio

import pytest

from bot.conversations import leases
from bot.conversations.database import run
from bot.conversations.models import Conversation, Message


def test_a_new_conversation_begins_with_the_greeting_once(site):
    async def scenario(site):
        from bot.conversations import opening

        visitor = await site.visitor()
        await run(opening.open_conversation, "web", visitor.visitor)
        messages = await site.messages(visitor)
        assert [each["author"] for each in messages] == ["bot"]
        assert "/human_agent" in [button["payload"] for button in messages[0]["buttons"]]
    site(scenario)


def test_a_message_is_answered_and_the_state_is_kept(site):
    async def scenario(site):
        visitor = await site.visitor()
        accepted = await site.send(visitor, "充值没到账")
        messages = await site.messages(visitor)
        assert messages[1]["text"] == "充值没到账"
        assert messages[2]["reply_to"] == accepted.seq
        assert (await site.fresh(visitor)).dialogue["flow"]["name"] == "deposit_missing"
        assert not await run(Message.objects.filter(unanswered=True).exists)
    site(scenario)


def test_the_same_client_id_twice_is_answered_once(site):
    async def scenario(site):
        visitor = await site.visitor()
        first, second = await asyncio.gather(site.post(visitor, "充值没到账", "once"), site.post(visitor, "充值没到账", "once"))
        await site.settled()
        again = await site.send(visitor, "充值没到账", "once")
        assert first.seq == second.seq == again.seq
        assert again.duplicate
        assert len(site.engine.turns) == 1
    site(scenario)


def test_messages_sent_at_once_are_answered_in_their_order(site):
    async def scenario(site):
        visitor = await site.visitor()
        await asyncio.gather(*(site.post(visitor, f"nonsense {n}") for n in range(8)))
        await site.settled()
        messages = await site.messages(visitor)
        asked = [each["seq"] for each in messages if each["author"] == "user"]
        answered = [each["reply_to"] for each in messages if each["author"] == "bot" and "reply_to" in each]
        assert sorted(set(answered)) == asked
        assert answered == sorted(answered)
        assert [turn["turn"] for turn in site.engine.turns] == [f"{visitor.key}:{seq}" for seq in asked]
    site(scenario)


def test_conversations_do_not_wait_for_each_other(site):
    async def scenario(site):
        site.engine.slow_seconds = 0.5
        visitors = [await site.visitor() for _ in range(4)]
        loop = asyncio.get_running_loop()
        began = loop.time()
        for visitor in visitors:
            await site.post(visitor, "充值没到账")
        await site.settled()
        assert loop.time() - began < 4 * 0.5
    site(scenario)


def test_a_leased_conversation_is_left_alone_until_the_lease_ends(site):
    async def scenario(site):
        visitor = await site.visitor()
        assert await run(leases.take, visitor.pk, "somebody else")
        await site.send(visitor, "充值没到账")
        assert site.engine.turns == []
        assert visitor.pk not in await run(leases.to_do, True)
        await run(leases.release, visitor.pk, "somebody else")
        assert visitor.pk in await run(leases.to_do, True)
        site.running.runner.submit(visitor.pk)
        await site.settled()
        assert len(site.engine.turns) == 1
    site(scenario)


def test_a_lease_that_ran_out_can_be_taken_and_its_old_holder_writes_nothing(site):
    async def scenario(site):
        from datetime import timedelta

        from django.utils.timezone import now

        from bot.conversations import work
        from bot.conversations.log import Reply

        visitor = await site.visitor()
        await run(leases.take, visitor.pk, site.running.runner.holder + "x")
        await site.send(visitor, "充值没到账")
        job = await run(work.next_job, visitor.pk, site.running.runner.holder + "x")
        await run(Conversation.objects.filter(pk=visitor.pk).update, lease_until=now() - timedelta(seconds=1))
        assert await run(leases.take, visitor.pk, "heir")
        with pytest.raises(leases.LeaseLost):
            await run(work.commit, job, work.Outcome(replies=[Reply("too late")], by="app"), site.running.runner.holder + "x")
        assert "too late" not in await site.said(visitor)
    site(scenario)


def test_a_turn_that_fails_three_times_ends_in_an_apology_and_the_next_one_works(site):
    async def scenario(site):
        from bot.conversations.sentences import say

        visitor = await site.visitor()
        site.engine.fail = {"bad"}
        await site.send(visitor, "bad")
        await site.send(visitor, "充值没到账")
        assert [turn.get("text") for turn in site.engine.turns] == ["bad", "bad", "bad", "充值没到账"]
        messages = await site.messages(visitor)
        apology = next(each for each in messages if each["text"] == say("app.turn_failed", "zh-Hans").text)
        assert apology["buttons"][0]["payload"] == "/human_agent"
        assert (await site.fresh(visitor)).dialogue["flow"]["name"] == "deposit_missing"
    site(scenario)


def test_without_the_engine_the_visitor_is_told_once_and_answered_in_order_when_it_is_back(site):
    async def scenario(site):
        from bot.conversations.sentences import say
        from bot.conversations.sweeper import Sweeper

        sweeper = Sweeper(site.running.engine, site.running.runner, site.running.notifier)
        visitor = await site.visitor()
        site.engine.up = False
        first = await site.send(visitor, "充值没到账")
        second = await site.send(visitor, "KYC是什么意思")
        told = say("app.engine_down", "zh-Hans").text
        assert (await site.said(visitor)).count(told) == 1
        assert await sweeper.sweep() == 0
        site.engine.up = True
        assert await sweeper.sweep() == 1
        await site.settled()
        answered = [each["reply_to"] for each in await site.messages(visitor) if each["author"] == "bot" and each.get("reply_to")][1:]
        assert answered[0] == first.seq
        assert answered[-1] == second.seq
        site.engine.up = False
        await site.send(visitor, "again")
        assert (await site.said(visitor)).count(told) == 2
    site(scenario)


def test_without_the_engine_a_ticket_can_be_left_and_holds_what_was_waiting(site):
    async def scenario(site):
        visitor = await site.visitor()
        site.engine.up = False
        await site.send(visitor, "我充了 0.5 个 BTC 三个小时没到账")
        await site.send(visitor, payload="/human_agent")
        for _ in range(3):
            if await site.tickets(visitor):
                break
            await site.send(visitor, "充值一直没到账，请帮我查")
        ticket, = await site.tickets(visitor)
        assert "我充了 0.5 个 BTC 三个小时没到账" in [line["text"] for line in ticket.transcript]
        assert any(ticket.number in text for text in await site.said(visitor))
        assert (await site.fresh(visitor)).owner == "waiting"
        assert not await run(Message.objects.filter(unanswered=True).exists)
    site(scenario)


def test_typed_slashes_are_words_and_made_up_buttons_are_refused(site):
    async def scenario(site):
        from bot.conversations.inbound import NotOffered

        visitor = await site.visitor()
        await site.send(visitor, "／\u200brestart")
        assert site.engine.turns[0]["text"] == "restart"
        with pytest.raises(NotOffered):
            await site.post(visitor, payload="/restart")
        await site.send(visitor, payload="/stop_cancel")
        assert site.engine.turns[-1]["payload"] == "/stop_cancel"
    site(scenario)


def test_the_conversation_follows_the_language_until_one_is_asked_for(site):
    async def scenario(site):
        visitor = await site.visitor("zh-Hans")
        await site.send(visitor, "my deposit is missing")
        assert (await site.fresh(visitor)).language == "en"
        await site.send(visitor, "我的充值到底去哪里了")
        assert (await site.fresh(visitor)).language == "zh-Hans"
        await site.send(visitor, "English")
        assert (await site.fresh(visitor)).language == "en"
        await site.send(visitor, "我的充值到底去哪里了")
        assert (await site.fresh(visitor)).language == "en"
    site(scenario)


def test_a_slip_of_the_keyboard_does_not_change_the_language(site):
    async def scenario(site):
        visitor = await site.visitor("zh-Hans")
        await site.send(visitor, "充值没到账")
        await site.send(visitor, "qwpeoiru zmxn")
        assert (await site.fresh(visitor)).language == "zh-Hans"
        await site.send(visitor, "please answer me in the language that I write")
        assert (await site.fresh(visitor)).language == "en"
    site(scenario)


def test_what_the_dialogue_did_with_a_message_is_kept_with_its_turn(site):
    async def scenario(site):
        visitor = await site.visitor()
        for text in ("充值没到账", "nonsense"):
            await site.send(visitor, text)
        events = await run(lambda: list(Message.objects.filter(conversation=visitor, author="user").order_by("seq").values_list("turn__event", flat=True)))
        assert events == ["started", "missed"]
    site(scenario)


@pytest.mark.parametrize(("secret", "flow"), [("abandon ability able about above absent absorb abstract absurd abuse access accident", "seed_exposed"), ("我的密码是 Abc#12345xyz", "account_compromised")])
def test_a_pasted_secret_alone_is_answered_with_a_way_on(site, secret, flow):
    async def scenario(site):
        visitor = await site.visitor("zh-Hans")
        await site.send(visitor, secret)
        last = (await site.messages(visitor))[-1]
        assert [button["payload"] for button in last["buttons"]] == [f'/choose{{"topic":"{flow}"}}', "/human_agent"]
        assert secret.split()[-1] not in last["text"]
    site(scenario)
