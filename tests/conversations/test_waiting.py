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
        assert (await site.said(visitor))[-1] == say("waiting.noted", "zh-Hans", number=ticket.number, noted="UID 12****78").text
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


async def answer(site, visitor, text):
    """What is said to a message: the bubbles after it."""
    before = len(await site.messages(visitor))
    await site.send(visitor, text)
    return [each for each in (await site.messages(visitor))[before:] if each["author"] != "user"]


def titles(bubble):
    return [button["title"] for button in bubble.get("buttons", ())]


@pytest.mark.parametrize(("language", "text"), [("zh-Hans", "我排第几"), ("zh-Hans", "前面几个人"), ("en", "am i next"), ("en", "what number am i"), ("zh-Hans", "你们这个要多长时间"), ("en", "what's the wait")])
def test_who_asks_for_his_place_is_told(site, language, text):
    async def scenario(site):
        visitor, ticket = await waiting(site, language)
        told, = await answer(site, visitor, text)
        assert ("排在第 1 位" if language != "en" else "number 1 in line") in told["text"]
        assert ticket.number in told["text"]
    site(scenario)


@pytest.mark.parametrize(("language", "said"), [("zh-Hans", "刚刚提交"), ("zh-Hant", "剛剛提交"), ("en", "opened just now")])
def test_a_ticket_opened_this_minute_was_opened_just_now(site, language, said):
    async def scenario(site):
        visitor, _ = await waiting(site, language)
        await site.send(visitor, {"zh-Hans": "我排第几", "zh-Hant": "我排第幾", "en": "am i next"}[language])
        assert said in (await site.said(visitor))[-1]
    site(scenario)


@pytest.mark.parametrize(("language", "text", "says", "buttons"), [
    ("zh-Hans", "算了它自己到账了", "那就好", ["关闭", "先不关"]), ("en", "nevermind, it filled by itself", "Good to hear", ["Close it", "Leave it open"]),
    ("zh-Hans", "不用了", "要取消等待人工吗", ["取消等待", "继续等"]), ("en", "close it", "Do you want to stop waiting", ["Stop waiting", "Keep waiting"]), ("en", "stop waiting", "Do you want", ["Stop waiting", "Keep waiting"])])
@pytest.mark.parametrize("stays", [True, False])
def test_who_leaves_in_his_own_words_is_asked_and_the_answer_may_be_words_too(site, language, text, says, buttons, stays):
    async def scenario(site):
        visitor, ticket = await waiting(site, language)
        await answer(site, visitor, "到哪一步了")
        asked, = await answer(site, visitor, text)
        assert says in asked["text"]
        assert titles(asked) == buttons
        assert (await site.fresh(visitor)).owner == "waiting"
        await answer(site, visitor, ("no" if language == "en" else "不") if stays else ("yes" if language == "en" else "是的"))
        await run(ticket.refresh_from_db)
        assert ticket.state == ("open" if stays else "cancelled")
    site(scenario)


@pytest.mark.parametrize(("language", "label", "state"), [("zh-Hans", "关闭。", "cancelled"), ("zh-Hans", "先不关", "open"), ("en", "CLOSE IT", "cancelled"), ("en", "leave it open!", "open")])
def test_a_typed_label_is_its_button(site, language, label, state):
    async def scenario(site):
        visitor, ticket = await waiting(site, language)
        await answer(site, visitor, "到账了，不用了" if language != "en" else "nevermind it arrived")
        await answer(site, visitor, label)
        await run(ticket.refresh_from_db)
        assert ticket.state == state
    site(scenario)


@pytest.mark.parametrize("text", ["am i next", "还没到账", "不用了"])
def test_only_a_yes_closes_the_ticket(site, text):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        await answer(site, visitor, "不用了")
        await answer(site, visitor, text)
        assert (await site.fresh(visitor)).owner == "waiting"
    site(scenario)


@pytest.mark.parametrize(("language", "text", "says"), [("zh-Hans", "我没有想不开", "明白"), ("en", "i'm not suicidal", "Understood")])
def test_who_says_that_he_is_not_in_despair_is_taken_calmly_and_the_ticket_stays_urgent(site, language, text, says):
    async def scenario(site):
        visitor, ticket = await waiting(site, language)
        await answer(site, visitor, "不想活了")
        calm, status = await answer(site, visitor, text)
        assert says in calm["text"]
        assert ticket.number in status["text"]
        await run(ticket.refresh_from_db)
        assert (ticket.priority, "distress" in ticket.reasons) == ("urgent", True)
    site(scenario)


@pytest.mark.parametrize(("language", "text"), [("en", "yes thanks"), ("en", "ok"), ("zh-Hans", "好的谢谢"), ("zh-Hans", "谢谢"), ("zh-Hans", "嗯")])
def test_who_only_takes_note_adds_nothing(site, language, text):
    async def scenario(site):
        visitor, ticket = await waiting(site, language)
        told, = await answer(site, visitor, text)
        assert told["text"] in [say(key, language).text for key in ("waiting.thanked", "waiting.all_right")]
        assert titles(told) == (["查进度", "取消等待"] if language != "en" else ["Status", "Stop waiting"])
        fields = ticket.fields
        await run(ticket.refresh_from_db)
        assert ticket.fields == fields
    site(scenario)


@pytest.mark.parametrize(("known", "text", "value", "says"), [
    (None, "我的uid是88213377", "88213377", "已记下：UID 88****77"), ("12345678", "uid写错了 是 88213377", "88213377", "已改为：UID 88****77"), ("12345678", "sorry my uid is 87654321", "87654321", "changed to: UID 87****21"),
    ("12345678", "对方的uid是 88213377", "12345678", "已经补充到"), (None, "123456", None, None)])
def test_a_uid_in_words_is_read_and_put_right(site, known, text, value, says):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        if known:
            await answer(site, visitor, known)
        told = await answer(site, visitor, text)
        await run(ticket.refresh_from_db)
        if says:
            assert (ticket.fields.get("uid") or {}).get("value") == value
            assert says in told[0]["text"]
    site(scenario)


def test_further_words_are_not_answered_with_the_same_bubble_again_and_again(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        told = [(await answer(site, visitor, text))[0]["text"] for text in ("昨天就转了", "对方说发了", "转了两次", "都没看到")]
        assert told[0] == say("waiting.added", "zh-Hans", number=ticket.number).text
        assert told[0] not in told[1:]
        assert all(one != following for one, following in zip(told, told[1:]))
    site(scenario)


def test_another_problem_is_noted_and_looked_at_with_the_bot_only_by_its_button(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        told, = await answer(site, visitor, "忘记密码了")
        assert ticket.number in told["text"]
        assert titles(told)[0] == "现在看"
        assert (await site.fresh(visitor)).owner == "waiting"
        await answer(site, visitor, "现在看")
        assert (await site.fresh(visitor)).owner == "bot"
        assert visitor.dialogue["flow"]["name"] == "forgot_password"
        await run(ticket.refresh_from_db)
        assert (ticket.state, ticket.aside) == ("open", True)
    site(scenario)


@pytest.mark.parametrize(("language", "text", "says"), [
    ("zh-Hans", "冻结页面打不开", "换一个浏览器"), ("en", "the freeze page does not open", "Another browser"), ("zh-Hans", "怎么把币转走", "新建钱包"), ("en", "how do i move the coins", "create a new wallet")])
def test_a_question_about_the_steps_of_a_hacked_account_is_answered(site, language, text, says):
    async def scenario(site):
        visitor = await site.visitor(language)
        await site.send(visitor, "账号被盗了" if language != "en" else "hacked")
        await site.send(visitor, payload="/human_agent")
        told, = await answer(site, visitor, text)
        assert says in told["text"]
    site(scenario)


@pytest.mark.parametrize(("language", "text"), [("zh-Hans", "TK-2511230001 怎么样了"), ("en", "how is TK-2511230001 going")])
@pytest.mark.parametrize("waits", [True, False])
def test_a_number_that_is_not_his_is_not_looked_up_and_not_answered_twice_alike(site, language, text, waits):
    async def scenario(site):
        visitor = (await waiting(site, language))[0] if waits else await site.visitor(language)
        first, second = (await answer(site, visitor, text))[0], (await answer(site, visitor, text))[0]
        assert first["text"] == say("number.unseen", language, number="TK-2511230001").text
        assert second["text"] == say("number.unseen_again", language, number="TK-2511230001").text
        assert ("/human_agent" in [button["payload"] for button in first.get("buttons", ())]) is not waits
    site(scenario)


def test_somebody_elses_number_is_answered_like_one_that_does_not_exist(site):
    async def scenario(site):
        _, theirs = await waiting(site)
        visitor = await site.visitor()
        told, = await answer(site, visitor, f"{theirs.number} 怎么样了")
        assert told["text"] == say("number.unseen", "zh-Hans", number=theirs.number).text
    site(scenario)


def test_his_own_number_is_told_how_it_stands(site):
    async def scenario(site):
        visitor, ticket = await waiting(site)
        told, = await answer(site, visitor, f"{ticket.number} 怎么样了")
        assert "排在第 1 位" in told["text"]
        await answer(site, visitor, "不等了")
        await answer(site, visitor, "好")
        told, = await answer(site, visitor, f"{ticket.number} 怎么样了")
        assert f"{ticket.number}，刚刚提交，已结束" in told["text"]
    site(scenario)


@pytest.mark.parametrize(("text", "value", "says"), [
    ("trc20 for sure", "TRC20", "Noted: Chain TRC20"), ("不是erc20，是trc20", "TRC20", "已记下：链 TRC20"), ("sorry it was erc20 not trc20", "ERC20", "changed to: Chain ERC20"), ("不对，是erc20", "ERC20", "已改为：链 ERC20")])
def test_a_chain_is_noted_or_put_right_whatever_problem_the_words_were_taken_for(site, text, value, says):
    async def scenario(site):
        visitor, ticket = await waiting(site, "zh-Hans")
        if "Noted" not in says and "已记下" not in says:
            await answer(site, visitor, "trc20")
        told = await answer(site, visitor, text)
        await run(ticket.refresh_from_db)
        assert ticket.fields["network"]["value"] == value
        assert says in told[0]["text"]
    site(scenario)


def test_a_question_about_those_steps_is_answered_too_where_the_alarm_came_while_he_waited(site):
    async def scenario(site):
        visitor, _ = await waiting(site)
        await answer(site, visitor, "账号被盗了")
        told, = await answer(site, visitor, "冻结页面打不开")
        assert "换一个浏览器" in told["text"]
    site(scenario)


@pytest.mark.parametrize(("language", "text", "says"), [
    ("zh-Hans", "那我还要再转吗", "骗局"), ("zh-Hans", "他还在催我", "骗局"), ("en", "should i send him the rest or not", "scammer"), ("en", "what should i do while waiting", "Take the steps above"), ("zh-Hans", "那现在怎么办", "照上面的顺序")])
def test_who_waits_after_an_alarm_is_told_what_to_do_and_what_not(site, language, text, says):
    async def scenario(site):
        visitor = await site.visitor(language)
        await site.send(visitor, "账号被盗了" if language != "en" else "hacked")
        await site.send(visitor, payload="/human_agent")
        told, = await answer(site, visitor, text)
        assert says in told["text"]
    site(scenario)


def test_words_kept_in_a_field_give_way_to_a_value_that_can_be_read(site):
    async def scenario(site):
        visitor, ticket = await waiting(site, "en")
        ticket.fields["network"] = {"value": "so what now", "said": "so what now", "source": "user"}
        await run(ticket.save)
        await answer(site, visitor, "trc20")
        await run(ticket.refresh_from_db)
        assert ticket.fields["network"]["value"] == "TRC20"
    site(scenario)


def test_the_first_message_in_another_language_is_answered_in_it_by_the_desk_too(site):
    async def scenario(site):
        visitor = await site.visitor("zh-Hans")
        await site.send(visitor, "充值没到账")
        await site.send(visitor, "talk to a human please")
        assert all(not any("\u4e00" <= char <= "\u9fff" for char in text) for text in (await site.said(visitor))[-2:])
    site(scenario)


def test_a_ticket_without_a_problem_goes_where_the_problem_that_is_told_next_goes(site):
    async def scenario(site):
        visitor = await site.visitor("zh-Hans")
        await site.send(visitor, payload="/human_agent")
        for _ in range(3):
            if not await site.tickets(visitor):
                await site.send(visitor, payload="/human_agent")
        ticket, = await site.tickets(visitor)
        assert (ticket.flow, ticket.queue) == ("", "general")
        await answer(site, visitor, "充值没到账")
        await run(ticket.refresh_from_db)
        assert (ticket.flow, ticket.queue) == ("deposit_missing", "deposits")
        assert "money_missing" in ticket.reasons
        await answer(site, visitor, "忘记密码")
        await run(ticket.refresh_from_db)
        assert (ticket.flow, ticket.queue) == ("deposit_missing", "deposits")
    site(scenario)
