from __future__ import annotations

import dataclasses

import pytest

from bot.dialogue import engine
from bot.dialogue.heard import Heard
from bot.dialogue.talk import Checked

HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


def begin(chat, *entities):
    chat.say("币没到", "coins", *entities)
    return chat


def test_a_flow_gives_advice_and_asks_its_first_question(chat):
    begin(chat)
    assert (chat.step, chat.turn.stage) == ("shown", "asking")
    assert "https://" in chat.said
    assert chat.titles == ["已成功", "处理中", "失败", "不确定/看不懂"]
    assert chat.state["tried"] == ["coins.tip"]


def test_what_the_first_message_said_is_noted_and_not_asked_again(chat):
    begin(chat, ("network", "TRC20"), ("tx_hash", HASH), ("amount", "0.5"))
    assert "TRC20" in chat.said
    chat.say("成功")
    assert chat.step == "same"
    chat.press("不一致")
    assert chat.state["collect"]["asked"] == "uid"
    assert "数量" not in chat.said.replace("记下了", "")


def test_a_solved_flow_closes(chat):
    begin(chat, ("network", "TRC20"), ("tx_hash", HASH))
    chat.say("成功")
    chat.say("一致")
    assert (chat.turn.outcome, chat.turn.stage, chat.state["flow"]) == ("solved", "solved", None)


def test_help_is_shown_to_who_is_not_sure_and_the_question_stays(chat):
    begin(chat)
    chat.press("不确定/看不懂")
    assert "状态" in chat.said
    assert chat.titles == ["已成功", "处理中", "失败", "转人工"]
    assert chat.step == "shown"


def test_a_skipped_value_is_declined_and_not_asked_again(chat):
    begin(chat)
    chat.say("成功")
    chat.press("跳过")
    assert chat.step == "chain"
    assert chat.state["fields"]["tx_hash"]["declined"] is True


def test_a_faulty_value_is_explained_then_kept(chat):
    begin(chat)
    chat.say("成功")
    chat.say(HASH[:62])
    assert "62" in chat.said
    assert chat.step == "hash"
    chat.say(HASH[:61])
    assert "61" in chat.said
    chat.say(HASH[:60])
    assert chat.step == "chain"
    assert chat.field("tx_hash") == HASH[:60]


def test_back_forgets_what_was_heard_since(chat):
    begin(chat)
    chat.say("成功")
    chat.say(HASH)
    chat.say("TRC20")
    assert (chat.step, chat.field("network")) == ("same", "TRC20")
    chat.say("", "go_back")
    assert (chat.step, chat.field("network"), chat.field("tx_hash")) == ("chain", None, HASH)
    chat.say("", "go_back")
    assert (chat.step, chat.field("tx_hash")) == ("hash", None)
    chat.say("", "go_back")
    chat.say("", "go_back")
    assert chat.step == "shown"
    assert "第一个" in chat.said


def test_back_keeps_what_the_first_message_said(chat):
    begin(chat, ("tx_hash", HASH))
    chat.say("成功")
    assert chat.step == "chain"
    chat.say("", "go_back")
    assert (chat.step, chat.field("tx_hash")) == ("shown", HASH)


def test_starting_over_forgets_what_was_said_but_not_what_was_verified(chat):
    chat.state["fields"] = {"uid": {"value": "123456", "said": None, "source": "verified", "declined": False}}
    begin(chat)
    chat.say("成功")
    chat.say(HASH)
    chat.say("", "start_over")
    assert (chat.step, chat.field("tx_hash"), chat.field("uid")) == ("shown", None, "123456")


def test_stopping_leaves_the_flow(chat):
    begin(chat)
    chat.say("", "stop_cancel")
    assert (chat.turn.stage, chat.turn.outcome, chat.state["flow"]) == (None, "stopped", None)


def test_another_problem_is_offered_and_the_first_comes_back_when_it_ends(chat):
    begin(chat)
    chat.say("成功")
    chat.say("app进不去", "door")
    assert chat.state["flow"]["name"] == "coins"
    assert "进不去" in chat.said
    chat.say("好的", "affirm")
    assert chat.step == "which"
    chat.press("应用")
    assert chat.turn.outcome == "solved"
    assert "币没到" in chat.said
    chat.say("是的", "affirm")
    assert (chat.state["flow"]["name"], chat.step) == ("coins", "hash")


def test_who_stays_with_the_first_problem_is_asked_about_the_other_afterwards(chat):
    begin(chat, ("network", "TRC20"), ("tx_hash", HASH))
    chat.say("app进不去", "door")
    chat.say("不", "deny")
    assert chat.step == "shown"
    chat.say("成功")
    chat.say("一致")
    assert "进不去" in chat.said
    chat.say("好", "affirm")
    assert chat.step == "which"


def test_an_answer_beside_an_open_offer_still_counts(chat):
    begin(chat)
    chat.say("app进不去", "door")
    chat.say("处理中")
    assert chat.turn.outcome == "wait"


def test_the_same_problem_named_again_is_no_new_start(chat):
    begin(chat)
    chat.say("成功")
    chat.say("我的币没到，TRC20", "coins", ("network", "TRC20"))
    assert (chat.step, chat.field("network")) == ("hash", "TRC20")


def test_the_same_problem_named_again_and_again_is_not_met_with_the_same_question(chat):
    begin(chat)
    chat.say("我的币还是没到", "coins")
    first = chat.said
    chat.say("我说了我的币没到", "coins")
    assert chat.step == "shown"
    assert chat.said != first


def test_of_two_problems_the_one_that_is_wanted_first_comes_first(chat):
    chat.say("币没到，app也进不去", "coins", queued=("door",))
    chat.say("先看app进不去", "door")
    assert chat.state["flow"]["name"] == "door"
    assert ([frame["name"] for frame in chat.state["parked"]], chat.state["queued"]) == (["coins"], [])


def test_an_answer_that_the_engine_took_with_doubt_is_confirmed_first(chat):
    begin(chat)
    chat.say("我这里是提交上去了的", "choose", choice="shown.ok", by="hedge")
    assert (chat.step, "已成功" in chat.said) == ("shown", True)


def test_two_problems_at_once_wait_for_their_turn(chat):
    chat.say("币没到，app也进不去", "coins", queued=("door",))
    assert chat.state["queued"] == ["door"]
    chat.say("失败")
    chat.press("跳过")
    chat.press("跳过")
    assert chat.turn.outcome == "handoff"
    assert "进不去" in chat.said


def test_a_knowledge_question_is_answered_and_the_question_asked_again(chat):
    begin(chat)
    chat.say("KYC是什么意思？", "concept_kyc")
    assert "KYC" in chat.said
    assert chat.turn.replies[-1].text == "记录里显示什么？"
    assert chat.step == "shown"


@pytest.mark.parametrize("text", ["不对，是TRC20", "no, it was TRC20", "说错了，TRC20"])
def test_a_value_taken_back_is_changed_and_the_flow_goes_on(chat, text):
    begin(chat)
    chat.say("成功")
    chat.say(HASH)
    chat.say("ERC20", "inform", ("network", "ERC20"))
    chat.say(text, "deny", ("network", "TRC20"))
    assert (chat.step, chat.field("network"), chat.field("tx_hash")) == ("same", "TRC20", HASH)
    assert "TRC20" in chat.said


def test_an_edited_message_changes_what_it_said_before_without_any_word_of_correction(chat):
    begin(chat)
    chat.say("成功")
    chat.say(HASH)
    chat.say("ERC20，0.5个", "inform", ("network", "ERC20"), ("amount", "0.5"))
    chat.state["edited"] = True
    chat.say("TRC20，0.7个", "inform", ("network", "TRC20"), ("amount", "0.7"))
    assert (chat.step, chat.field("network"), chat.field("amount"), chat.field("tx_hash")) == ("same", "TRC20", "0.7", HASH)
    assert "已改为" in chat.said
    assert all(value in chat.said for value in ("TRC20", "0.7"))


def test_an_edited_message_that_says_the_same_corrects_nothing(chat):
    begin(chat)
    chat.say("成功")
    chat.say(HASH)
    chat.say("ERC20", "inform", ("network", "ERC20"))
    chat.state["edited"] = True
    chat.say("我用的是ERC20", "inform", ("network", "ERC20"))
    assert (chat.step, chat.field("network")) == ("same", "ERC20")
    assert "已改为" not in chat.said


def test_an_edited_answer_counts_instead_of_the_first(chat):
    begin(chat)
    chat.say("显示成功")
    chat.state["edited"] = True
    chat.say("显示失败", "nlu_fallback")
    assert chat.turn.stage == "handoff"


def test_an_old_button_changes_the_answer_given_then(chat):
    begin(chat)
    old = next(b.payload for b in chat.turn.replies[-1].buttons if b.title == "处理中")
    chat.say("成功")
    chat.say(HASH)
    chat.send(old)
    assert chat.turn.outcome == "wait"
    assert (chat.field("status"), chat.field("tx_hash")) == ("pending", HASH)


def test_an_earlier_answer_can_be_taken_back_in_words(chat):
    begin(chat)
    chat.say("成功")
    chat.say("不对，是失败了", "deny")
    assert chat.turn.stage == "handoff"


def test_a_button_of_a_question_that_is_gone_is_named_as_such(chat):
    chat.send('/choose{"choice":"shown.ok"}')
    assert "按钮" in chat.said
    begin(chat)
    chat.send('/choose{"choice":"nowhere.ok"}')
    assert chat.step == "shown"
    assert "按钮" in chat.said


def test_not_understood_is_asked_in_other_words_with_numbers_then_a_person_is_offered(chat):
    begin(chat)
    chat.say("嘟嘟嘟")
    first = chat.said
    assert "1. 已成功" in first
    chat.say("哒哒哒")
    second = chat.said
    assert "转人工" in chat.titles
    chat.say("啦啦啦")
    assert len({first, second, chat.said}) == 3
    assert "转人工" in chat.titles
    assert chat.step == "shown"
    chat.say("1")
    assert chat.step == "hash"


def test_after_the_offer_of_a_person_the_question_can_still_be_answered(chat):
    begin(chat)
    chat.say("嘟嘟嘟")
    chat.say("哒哒哒")
    chat.say("成功")
    assert chat.step == "hash"


def test_a_hedged_answer_is_confirmed_first(chat):
    begin(chat)
    chat.say("好像是成功了")
    assert chat.step == "shown"
    assert "已成功" in chat.said
    chat.say("对", "affirm")
    assert chat.step == "hash"


def test_a_hedged_answer_that_is_denied_is_asked_again(chat):
    begin(chat)
    chat.say("好像是成功了")
    chat.say("不是", "deny")
    assert chat.step == "shown"
    assert "1. 已成功" in chat.said


def test_a_vanished_step_restarts_the_flow_and_keeps_what_was_said(chat):
    begin(chat)
    chat.say("成功")
    chat.say(HASH)
    chat.state["flow"]["step"] = "removed"
    chat.say("TRC20", "inform", ("network", "TRC20"))
    assert "更新" in chat.said
    assert (chat.step, chat.field("tx_hash")) == ("shown", HASH)


def test_a_vanished_flow_is_said_so(chat):
    begin(chat)
    chat.state["flow"]["name"] = "removed"
    chat.say("成功")
    assert chat.state["flow"] is None
    assert chat.titles


def test_a_waiting_problem_is_kept_and_offered_again(chat):
    begin(chat)
    chat.say("处理中")
    assert (chat.turn.outcome, chat.turn.stage) == ("wait", None)
    assert "解决了吗" not in chat.said
    chat.say("币没到", "coins")
    assert chat.state["flow"] is None
    chat.press("接着看")
    assert chat.step == "shown"


def test_a_waiting_problem_that_is_done_is_closed(chat):
    begin(chat)
    chat.say("处理中")
    chat.press("已经好了")
    assert chat.turn.stage == "solved"
    assert chat.state["parked"] == []


def test_coming_back_with_a_greeting_offers_what_waits(chat):
    begin(chat)
    chat.say("处理中")
    chat.say("在吗", "greet")
    assert "币没到" in chat.said
    chat.say("是", "affirm")
    assert chat.step == "shown"


def test_money_is_gone_without_more_is_asked_first(chat):
    chat.say("我的钱不见了", "coins")
    assert chat.state["flow"]["name"] == "vague"
    chat.press("转进来")
    assert (chat.state["flow"]["name"], chat.step) == ("coins", "shown")


@pytest.mark.parametrize(("text", "entities"), [("充值的钱不见了", ()), ("我的钱不见了 TRC20", (("network", "TRC20"),))])
def test_money_is_gone_with_more_starts_the_problem_itself(chat, text, entities):
    chat.say(text, "coins", *entities)
    assert chat.state["flow"]["name"] == "coins"


def test_a_check_that_is_quick_is_answered_in_the_same_turn(chat):
    seen = []

    def run(name, args):
        if name != "read_reference":
            return "unknown"
        seen.append((name, dict(args)))
        return Checked("ok", {"network": "TRC20"})

    begin(chat)
    chat.say("成功")
    turn = engine.answer(chat.content, chat.state, Heard(text=HASH), run_check=run)
    assert seen == [("read_reference", {"reference": HASH})]
    assert turn.state["flow"]["step"] == "same"
    assert turn.state["fields"]["network"]["source"] == "read"


def test_a_slow_check_says_so_and_goes_on_with_its_outcome(chat):
    begin(chat)
    chat.say("成功")
    turn = engine.answer(chat.content, chat.state, Heard(text=HASH), run_check=lambda name, args: None)
    assert turn.check == {"name": "read_reference", "args": {"reference": HASH}, "step": "read"}
    assert turn.replies[-1].text == chat.content.replies["look"].zh
    again = engine.walk(chat.content, turn.state, "ok")
    assert again.state["flow"]["step"] == "chain"
    assert again.check is None


def test_a_check_that_nobody_waits_for_any_more_changes_nothing(chat):
    begin(chat)
    chat.say("成功")
    turn = engine.answer(chat.content, chat.state, Heard(text=HASH), run_check=lambda name, args: None)
    left = engine.stop(chat.content, turn.state)
    late = engine.walk(chat.content, left.state, "ok")
    assert late.replies == ()
    assert late.state["flow"] is None


def test_an_outcome_nobody_knows_counts_as_unknown(chat):
    begin(chat)
    chat.say("成功")
    turn = engine.answer(chat.content, chat.state, Heard(text=HASH), run_check=lambda name, args: "surprise")
    assert ["read", "unknown"] in turn.state["flow"]["path"]


def test_a_check_that_breaks_counts_as_unknown(chat):
    def broken(name, args):
        raise OSError("no line")

    begin(chat)
    chat.say("成功")
    turn = engine.answer(chat.content, chat.state, Heard(text=HASH), run_check=broken)
    assert ["read", "unknown"] in turn.state["flow"]["path"]


def test_another_language_repeats_the_question_in_it(chat):
    begin(chat)
    chat.say("说英文", "change_language")
    assert chat.state["lang"] == "en"
    assert chat.turn.replies[-1].text == "What does the record show?"
    chat.say("用繁體", "change_language")
    assert chat.state["lang"] == "zh-Hant"


def test_resuming_repeats_the_open_question(chat):
    begin(chat)
    turn = engine.resume(chat.content, chat.state)
    assert turn.replies[-1].text == "记录里显示什么？"


def test_the_state_that_came_in_is_never_changed(content):
    import copy

    first = engine.start(content, {}, Heard(text="币没到", intent="coins"))
    kept = copy.deepcopy(first.state)
    engine.answer(content, first.state, Heard(text="成功"))
    engine.back(content, first.state)
    engine.human(content, first.state, Heard())
    assert first.state == kept


def test_a_queue_of_a_flow_goes_with_the_hand_off(chat):
    begin(chat)
    chat.say("失败")
    assert (chat.state["collect"]["queue"], chat.state["collect"]["facts"]) == ("recovery", ["money_missing"])


def test_texts_may_show_a_value_but_personal_ones_are_masked(content):
    from bot.dialogue import render
    from bot.dialogue import state as states
    from bot.dialogue.model import Text

    state = states.fresh({"fields": {"email": states.record("someone@mail.com", ""), "uid": states.record("12345678", ""), "amount": states.record("0.5", "")}})
    text = Text("{field.email} {field.uid} {field.amount} {field.memo}", "")
    assert render.reply(content, state, text).text == "so***@mail.com 12****78 0.5 [Memo/Tag（备注标签）]"


def test_links_and_values_are_kept_apart_from_words_that_are_converted(chat):
    begin(chat)
    link = next(p for r in chat.turn.replies for p in r.parts if p.fixed)
    assert link.text.startswith("https://")
    shown = chat.turn.replies[0].converted(lambda text: text.upper().replace("先看", "先睇"))
    assert link.text in shown["text"]
    assert "先睇" in shown["text"]


def test_a_flow_whose_end_names_no_flow_that_exists_goes_to_a_person(chat):
    chat.content = dataclasses.replace(chat.content, flows={n: f for n, f in chat.content.flows.items() if n != "coins"})
    chat.say("我的钱不见了", "coins")
    assert chat.state["flow"]["name"] == "vague"
    chat.press("转进来")
    assert chat.turn.outcome == "handoff"


def test_back_from_a_flow_that_an_answer_led_into_asks_that_question_again(real, english):
    english.content = real
    english.say("i cant log in", "login_other")
    asked = english.said
    english.press("Wrong password")
    assert english.state["flow"]["name"] != "login_other"
    english.send("/go_back")
    assert (english.state["flow"]["name"], english.said.splitlines()[-1] in asked) == ("login_other", True)
