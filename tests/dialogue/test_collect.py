from __future__ import annotations

import pytest

from bot.dialogue import collect, engine
from bot.dialogue.heard import Heard


def filling(chat):
    chat.say("币没到", "coins")
    chat.say("失败")
    assert chat.state["collect"]["asked"] == "uid"
    return chat


def test_only_what_is_missing_is_asked(chat):
    chat.say("币没到", "coins", ("amount", "0.5"))
    chat.say("失败")
    chat.say("12345678")
    assert (chat.turn.outcome, chat.field("uid"), chat.field("amount")) == ("handoff", "12345678", "0.5")


def test_a_faulty_answer_is_explained_once_then_kept(chat):
    filling(chat)
    chat.say("123")
    assert "3" in chat.said
    assert chat.state["collect"]["asked"] == "uid"
    chat.say("123")
    assert chat.state["collect"]["asked"] == "amount"
    assert chat.field("uid") == "123"


def test_i_do_not_have_it_declines(chat):
    filling(chat)
    chat.say("我没有")
    assert chat.state["fields"]["uid"]["declined"] is True
    assert chat.state["collect"]["asked"] == "amount"


def test_a_value_for_another_field_is_kept_and_the_question_asked_again(chat):
    filling(chat)
    chat.say("数量是0.5个", "inform", ("amount", "0.5"))
    assert chat.field("amount") == "0.5"
    assert chat.state["collect"]["asked"] == "uid"


def test_a_correction_while_filling_in_changes_the_value(chat):
    chat.say("币没到", "coins", ("network", "ERC20"))
    chat.say("失败")
    chat.say("不对，是TRC20", "deny", ("network", "TRC20"))
    assert chat.field("network") == "TRC20"
    assert chat.state["collect"]["asked"] == "uid"


def test_back_takes_the_last_answer_back_then_leaves_the_ticket(chat):
    filling(chat)
    chat.say("12345678")
    assert chat.state["collect"]["asked"] == "amount"
    chat.say("", "go_back")
    assert (chat.state["collect"]["asked"], chat.field("uid")) == ("uid", None)
    chat.say("", "go_back")
    assert (chat.turn.stage, chat.step) == ("asking", "shown")


def test_starting_over_leaves_the_ticket(chat):
    filling(chat)
    chat.say("", "start_over")
    assert (chat.turn.stage, chat.step) == ("asking", "shown")


def test_stopping_leaves_the_ticket(chat):
    filling(chat)
    chat.say("", "stop_cancel")
    assert (chat.turn.stage, chat.turn.outcome) == (None, "stopped")


def test_a_knowledge_question_is_answered_and_the_field_asked_again(chat):
    filling(chat)
    chat.say("KYC是什么", "concept_kyc")
    assert "KYC" in chat.said
    assert "UID" in chat.turn.replies[-1].text


def test_another_problem_waits_until_the_ticket_is_in(chat):
    filling(chat)
    chat.say("app进不去", "door")
    assert chat.state["queued"] == ["door"]
    chat.press("直接提交")
    assert "进不去" in chat.said


def test_an_old_button_leads_back_into_the_flow(chat):
    chat.say("币没到", "coins")
    chat.say("失败")
    chat.send('/choose{"choice":"shown.ok"}')
    assert (chat.turn.stage, chat.step) == ("asking", "hash")


def test_nobody_is_asked_for_what_is_verified(chat):
    chat.state["fields"] = {"uid": {"value": "123456", "said": None, "source": "verified", "declined": False}}
    chat.say("币没到", "coins")
    chat.say("失败")
    assert chat.state["collect"]["asked"] == "amount"


def test_values_in_passing_are_taken_only_where_unknown(content):
    state, names = collect.take(content, {"fields": {"coin": {"value": "BTC", "said": "BTC", "source": "said", "declined": False}}},
                                ({"entity": "coin", "value": "ETH"}, {"entity": "amount", "value": "2"}, {"entity": "nothing", "value": "x"}))
    assert names == ("amount",)
    assert state["fields"]["coin"]["value"] == "BTC"


def test_without_an_open_ticket_nothing_is_missing_and_nothing_read(content):
    assert collect.missing(content, {}) == ()
    assert collect.ask(content, {}).replies == ()
    assert collect.read(content, {}, Heard(text="12345678")).replies == ()


def test_opening_closes_the_collector_and_gives_the_number(content):
    handed = engine.human(content, {"lang": "en", "fields": {"coin": {"value": "BTC", "said": "BTC", "source": "said", "declined": False}}}, Heard(text="a person please"))
    opened = engine.opened(content, handed.state, "TK-123456784")
    assert "TK-123456784" in opened.replies[0].text
    assert (opened.state["collect"], opened.stage) == (None, None)


def test_who_cannot_find_a_value_is_told_where_it_is_and_asked_again(chat):
    chat.say("币没到", "coins")
    chat.say("失败")
    chat.state["collect"]["wanted"] = ["tx_hash"]
    chat.state["collect"]["asked"] = "tx_hash"
    chat.say("不会找")
    assert "点旁边的复制图标" in chat.said
    assert chat.state["collect"]["asked"] == "tx_hash"
    assert chat.state["collect"]["tries"] == 0


@pytest.mark.parametrize("said", ["i dont remember sorry", "不知道在哪", "我没有uid", "my name is john", "登录不了看不到"])
def test_words_without_a_digit_never_become_a_uid(chat, said):
    filling(chat)
    while chat.state["collect"]["asked"] == "uid":
        chat.say(said)
    assert chat.state["fields"]["uid"] == {"value": None, "said": None, "source": "said", "declined": True}
    assert chat.state["collect"]["asked"] == "amount"


@pytest.mark.parametrize("said", ["uid在哪看", "where do i find that"])
def test_who_asks_where_the_uid_is_is_told(chat, said):
    filling(chat)
    chat.say(said)
    assert "6 到 12 位" in chat.said
    assert chat.state["collect"]["asked"] == "uid"


def alarmed(real, text, **more):
    state = {"lang": "zh-Hans", "collect": {"wanted": ["email"], "asked": "email", "tries": 0, "queue": "security", "facts": ["account_taken_over"], "flow": "account_compromised",
                                            "frame": None, "order": []}}
    return collect.read(real, state, Heard(text=text, **more))


@pytest.mark.parametrize("text", ["那还要转吗", "那我要不要交", "他又让我再转200", "he is still on the other line, what shall i tell him", "should I send him the rest or not"])
def test_whoever_asks_in_an_alarm_whether_to_pay_on_is_told_no(real, text):
    turn = alarmed(real, text)
    assert "骗局" in turn.replies[0].text
    assert turn.state["collect"]["asked"] == "email"
    assert turn.state["collect"]["tries"] == 0


@pytest.mark.parametrize("words", [("我什么都没做错", "那现在怎么办"), ("i did nothing wrong", "so what now"), ("我姓王", "我姓王呀")])
def test_words_that_cannot_be_an_address_are_not_kept_as_one(real, words):
    state = {"lang": "en", "collect": {"wanted": ["email"], "asked": "email", "tries": 0, "queue": "account", "facts": [], "flow": "account_locked", "frame": None, "order": []}}
    for text in words:
        state = collect.read(real, state, Heard(text=text)).state
    assert state["fields"]["email"]["value"] is None
    assert state["collect"]["asked"] is None


def test_a_question_is_not_kept_as_a_device(real):
    state = {"lang": "en", "collect": {"wanted": ["memo"], "asked": "memo", "tries": 1, "queue": "deposits", "facts": [], "flow": "deposit_missing", "frame": None, "order": []}}
    assert collect.read(real, state, Heard(text="what do you mean by that")).state["fields"].get("memo", {}).get("value") is None


@pytest.mark.parametrize(("asked", "text", "entity"), [
    ("app_version", "btc/usdt", ("pair", "BTC/USDT", "btc/usdt")), ("error_code", "14:20 today", ("time", "2025-12-01T14:20:00+08:00", "14:20 today")),
    ("time", "uid 12345678", ("uid", "12345678", "12345678"))])
def test_the_value_of_another_field_is_no_answer(real, asked, text, entity):
    state = {"lang": "en", "collect": {"wanted": [asked], "asked": asked, "tries": 0, "queue": "trading", "facts": [], "flow": "trading_lag", "frame": None, "order": []}}
    name, value, said = entity
    turn = collect.read(real, state, Heard(text=text, entities=({"entity": name, "value": value, "text": said, "start": 0, "end": len(said)},)))
    assert turn.state["fields"][name]["value"] == value
    assert asked not in turn.state["fields"]


@pytest.mark.parametrize("text", ["提交", "直接提交吧", "submit it now"])
def test_a_word_sends_the_ticket_as_it_is(chat, text):
    filling(chat)
    chat.say(text)
    assert chat.turn.outcome == "handoff"


def test_what_was_answered_last_can_be_taken_back_without_naming_it(chat):
    filling(chat)
    chat.say("12345678")
    chat.say("i meant 7788991")
    assert chat.field("uid") == "7788991"
    assert chat.state["collect"]["asked"] == "amount"


def test_a_frightened_question_in_an_alarms_ticket_is_no_further_problem(real):
    state = {"lang": "zh-Hans", "collect": {"wanted": ["email"], "asked": "email", "tries": 0, "queue": "security", "facts": ["account_taken_over"], "flow": "account_compromised",
                                            "frame": None, "order": []}}
    turn = engine.start(real, state, Heard(text="那我钱是不是没了", intent="deposit_missing"))
    assert turn.state["queued"] == []
    assert "接手的同事" in turn.replies[0].text


def test_nobody_in_an_alarm_is_asked_for_ever(real):
    first = alarmed(real, "能不能快点")
    assert first.state["collect"]["wanted"] == ["email"]
    second = collect.read(real, first.state, Heard(text="求你了快点"))
    assert second.state["collect"]["wanted"] == []
    assert "跳过" not in second.replies[0].text


def test_police_and_a_device_that_is_controlled_are_answered_inside_an_alarm(real):
    assert "案件编号" in alarmed(real, "要不要报警").replies[0].text
    assert "断网" in alarmed(real, "怎么断开啊").replies[0].text
