from __future__ import annotations

import pytest

from bot.dialogue import engine, places
from bot.dialogue.heard import Heard
from bot.dialogue.match import names


@pytest.mark.parametrize(("text", "place"), [
    ("手续费怎么收", "fee_rates"), ("手續費怎麼收", "fee_rates"), ("资金费率多久收一次", "futures"), ("what's the fee?", "fee_rates"),
    ("feedback", None), ("我的API密钥被盗用了", None), ("API key被别人拿去用", "api"), ("他让我交保证金", None), ("保证金不够了", "futures"),
    ("P2P手续费", "p2p"), ("是不是要下雨了", "small_talk"), ("I am in training", None), ("", None),
])
def test_a_place_is_found_by_its_longest_word(content, text, place):
    found = places.named(content, text)
    assert (found.name if found else None) == place


def test_words_are_whole_words_in_latin_letters():
    assert names("the fees are high", ["fee"]) == ""
    assert names("The FEE’s high", ["fee"]) == "fee"


def test_a_question_without_steps_gets_its_page_and_a_person_who_gets_the_question(chat):
    chat.say("怎么注销账户")
    assert "account/close" in chat.said
    assert chat.titles == ["转人工", "看看别的"]
    chat.say("转人工", "human_agent")
    assert "TK-" in chat.said
    assert chat.field("problem") == "怎么注销账户"


def test_the_ticket_goes_to_the_places_queue(content):
    first = engine.fallback(content, {"lang": "zh-Hans"}, Heard(text="P2P卖家不放币", intent="nlu_fallback"))
    handed = engine.human(content, first.state, Heard(text="转人工", intent="human_agent"))
    assert handed.state["collect"]["queue"] == "fiat"


def test_a_plain_no_leads_to_the_menu(chat):
    chat.say("手续费怎么收")
    chat.say("不用了", "deny")
    assert "币没到" not in chat.titles  # the menu is the real one; what matters is that it is shown
    assert "转人工" in chat.titles
    assert chat.state["offer"] is None


def test_a_number_answers_no_question_that_showed_none(chat):
    chat.say("手续费怎么收")
    chat.say("2", "choose")
    assert chat.turn.outcome != "handoff"


def test_two_meanings_one_of_them_a_place(content, chat):
    chat.turn = engine.clarify(content, {"lang": "zh-Hans"}, Heard(text="手续费没到", intent="nlu_clarify", ranking=(("coins", 0.4), ("door", 0.3))))
    chat.state = chat.turn.state
    assert chat.titles[0] == "手续费"
    chat.press("手续费")
    assert "rules/fees" in chat.said
    chat.press("转人工")
    assert chat.field("problem") == "手续费没到"


def test_inside_a_flow_a_place_is_told_once_and_the_question_stands(chat):
    chat.say("币没到", "coins")
    chat.say("返佣怎么算")
    assert "example.com/referral" in chat.said
    assert chat.step == "shown"
    chat.say("返佣怎么算")
    assert "example.com/referral" not in chat.said
    assert chat.step == "shown"


def test_what_is_elsewhere_is_no_answer_inside_a_flow(chat):
    chat.say("币没到", "coins")
    chat.say("支付宝")
    assert "别家平台" not in chat.said


def test_three_things_that_are_elsewhere_give_three_replies_the_third_offers_a_person(chat):
    said = []
    for text in ("天气怎么样", "天气怎么样", "天气怎么样"):
        chat.say(text)
        said.append(chat.said)
    assert len(set(said)) == 3
    assert chat.state["offer"]["kind"] == "handoff"


def test_a_card_asks_whether_it_helped_beside_its_next_steps(real, chat):
    chat.content = real
    chat.say("什么是工单", "concept_ticket_system")
    assert len(chat.turn.replies) == 1
    assert chat.said.endswith("这样说清楚了吗？")
    assert chat.titles[:2] == ["清楚了", "还不清楚"]
    assert len(chat.titles) == 5
    chat.say("嗯，清楚了")
    assert chat.turn.event == "helped"


@pytest.mark.parametrize("text", ["验证器没用了", "我的问题没解决啊客服", "the app is not clear to me at all"])
def test_a_message_that_only_holds_the_words_is_no_answer_to_whether_it_helped(real, chat, text):
    chat.content = real
    chat.say("什么是工单", "concept_ticket_system")
    chat.say(text)
    assert chat.turn.event not in ("helped", "not_helped")


def test_a_person_below_a_card_gets_its_queue_and_facts(real, chat):
    chat.content = real
    chat.say("找主管", "escalate_ticket")
    turn = engine.human(real, chat.state, Heard(intent="human_agent"))
    assert "asked_to_escalate" in turn.state["collect"]["facts"]
    chat.say("投诉", "file_complaint")
    assert engine.human(real, chat.state, Heard(intent="human_agent")).state["collect"]["queue"] == "complaints"


def test_the_card_whose_when_fits_goes_before_the_plain_one(real, chat):
    chat.content = real
    chat.say("这是官方吗", "official_channel_check")
    assert "verify" in chat.said
    chat.say("让我交解冻费，是真的吗", "official_channel_check")
    assert "解冻费" in chat.said


def test_the_problem_asked_for_may_name_a_problem(chat):
    chat.say("转人工", "human_agent")
    chat.say("币没到三天了", "coins")
    assert chat.field("problem") == "币没到三天了"
    assert "TK-" in chat.said
