from __future__ import annotations

import pytest

from bot.dialogue import state as states
from bot.dialogue.expect import expect
from bot.dialogue.match import Pick, leaves, match
from bot.dialogue.model import Content


def at(content: Content, step: str, **more) -> dict:
    return expect(content, {"flow": {**states.frame("coins", step), **more}})


@pytest.mark.parametrize(("text", "choice"), [
    ("成功", "ok"), ("显示成功了", "ok"), ("已成功", "ok"), ("已確認", "ok"), ("it is confirmed", "ok"), ("CONFIRMED!", "ok"),
    ("没有成功", "failed"), ("未确认", "pending"), ("还是未确认", "pending"), ("unconfirmed", "pending"), ("失败了", "failed"), ("not successful", "failed"),
    ("1", "ok"), ("2.", "pending"), ("第三个", "failed"), ("②", "pending"), ("选1", "ok"), ("the second one", "pending"),
    ("处理中，没有失败", "pending"), ("没有失败，处理中", "pending"), ("不是失败，是处理中", "pending"), ("not failed but pending", "pending"),
])
def test_an_answer_picks_its_choice(content: Content, text: str, choice: str) -> None:
    pick = match(at(content, "shown"), text)
    assert pick
    assert (pick.choice, pick.by != "hedge") == (f"shown.{choice}", True)


@pytest.mark.parametrize("text", [
    "不成功", "还没成功", "并没有显示成功", "没失败", "not confirmed", "it hasn't been confirmed", "no success yet", "never confirmed",
    "不是没有成功", "并非没有成功", "成功了吗", "成功了吗？", "是不是成功了", "is it confirmed?", "did it succeed or was it confirmed?",
    "成功和失败有什么区别", "what does confirmed mean", "成功还是失败", "", "   ", "???", "knowledge", "4", "第九个", "1 USDT",
])
def test_what_is_denied_asked_or_unclear_picks_nothing(content: Content, text: str) -> None:
    pick = match(at(content, "shown"), text)
    assert pick is None or pick.choice == "shown.?unsure"


@pytest.mark.parametrize(("text", "choice"), [("不一致", "wrong"), ("一致", "match"), ("不一样", "wrong"), ("都一样", "match"), ("not the same", "wrong"), ("the same", "match")])
def test_the_longer_word_wins_over_the_one_inside_it(content: Content, text: str, choice: str) -> None:
    assert match(at(content, "same"), text).choice == f"same.{choice}"
    assert match(at(content, "same"), f"我看了，{text}") == Pick(f"same.{choice}", by="word")


@pytest.mark.parametrize("text", ["应该吧", "好像一致", "应该一致吧", "可能是", "大概一样", "probably", "I think so", "maybe the same", "I guess it's a match", "估计是的"])
@pytest.mark.parametrize("intent", ["affirm", "nlu_fallback"])
def test_a_hedge_is_never_a_yes(content: Content, text: str, intent: str) -> None:
    pick = match(at(content, "same"), text, intent=intent)
    assert pick is None or pick.by == "hedge" or pick.choice == "same.?unsure"


@pytest.mark.parametrize(("text", "choice"), [("是的", "match"), ("对", "match"), ("yes", "match"), ("Yep.", "match"), ("不是", "wrong"), ("no", "wrong")])
def test_a_plain_yes_or_no_needs_no_classifier(content: Content, text: str, choice: str) -> None:
    assert match(at(content, "same"), text).choice == f"same.{choice}"


@pytest.mark.parametrize("text", ["I know", "nothing", "notable", "summary", "yesterday"])
def test_latin_words_match_only_as_whole_words(content: Content, text: str) -> None:
    assert match(at(content, "same"), text) is None


def test_the_classifiers_intent_picks_where_no_word_does(content: Content) -> None:
    assert match(at(content, "same"), "没毛病", intent="affirm") == Pick("same.match", by="intent")
    assert match(at(content, "same"), "对得上吗？", intent="affirm") is None


@pytest.mark.parametrize(("text", "by"), [
    ("i want my money NOW", "hedge"), ("还我钱", "hedge"), ("不行了", "hedge"), ("还没收到了", "hedge"),
    ("我登上去了", "intent"), ("可以了", "intent"), ("Okay, it worked", "intent"),
])
def test_a_problem_is_over_when_somebody_says_so_not_when_a_model_takes_it_so(text: str, by: str) -> None:
    asked = {"choices": [{"id": "now.done", "labels": ["弄好了的"], "intents": ["feedback_resolved"]}, {"id": "now.not", "labels": ["没弄好的"]}]}
    assert match(asked, text, intent="feedback_resolved") == Pick("now.done", by=by)


@pytest.mark.parametrize("text", ["跳过", "skip", "我没有", "找不到", "忘了", "I don't have it", "can't find it", "不想说"])
def test_a_value_may_be_declined_in_words(content: Content, text: str) -> None:
    assert match(at(content, "hash"), text).choice == "hash.?skip"


@pytest.mark.parametrize("text", ["不确定", "看不懂", "怎么找？", "在哪里看", "not sure", "how do I find it?", "what do you mean"])
def test_not_understanding_the_question_is_an_answer(content: Content, text: str) -> None:
    assert match(at(content, "hash"), text).choice == "hash.?unsure"


def test_a_value_is_read_for_the_field_asked(content: Content) -> None:
    pick = match(at(content, "chain"), "trc-20")
    assert (pick.field, pick.value.value, pick.by) == ("network", "TRC20", "value")


def test_a_value_for_another_field_is_an_aside(content: Content) -> None:
    pick = match(at(content, "same"), "0.5个", [{"entity": "amount", "value": "0.5", "text": "0.5个"}])
    assert (pick.field, pick.by) == ("amount", "aside")


@pytest.mark.parametrize("text", ["不对，是TRC20", "no, it was TRC20", "说错了，TRC20", "actually TRC20", "搞错了 应该是TRC20"])
def test_taking_a_known_value_back_is_a_correction(content: Content, text: str) -> None:
    state = {"flow": states.frame("coins", "same"), "fields": {"network": states.record("ERC20", "ERC20")}}
    pick = match(expect(content, state), text, [{"entity": "network", "value": "TRC20", "text": "TRC20"}], "deny")
    assert (pick.field, pick.value.value, pick.by) == ("network", "TRC20", "correction")


@pytest.mark.parametrize("text", ["sorry 是 500 不是 0.5", "是500不是0.5", "不是0.5，是500", "写错了，是 500", "sorry it is 500 not 0.5", "not 0.5 but 500", "不对，500 USDT"])
def test_the_amount_is_put_right_with_a_bare_figure(content: Content, text: str) -> None:
    state = {"flow": states.frame("coins", "same"), "fields": {"amount": states.record("0.5", "0.5")}}
    pick = match(expect(content, state), text)
    assert pick is not None
    assert (pick.field, pick.value.value, pick.by) == ("amount", "500", "correction")


@pytest.mark.parametrize("text", ["是500不是0.7", "不对，是2", "不对，我等了500分钟", "不是0.5", "500", "是 500 还是 0.5"])
def test_a_figure_that_may_mean_something_else_changes_no_amount(content: Content, text: str) -> None:
    state = {"flow": states.frame("coins", "same"), "fields": {"amount": states.record("0.5", "0.5")}}
    pick = match(expect(content, state), text)
    assert pick is None or pick.field != "amount"


def test_a_choice_s_own_word_alone_counts_like_its_label(content: Content) -> None:
    assert match(at(content, "shown"), "没有成功") == Pick("shown.failed", by="label")
    assert match(at(content, "shown"), "这笔没有成功") == Pick("shown.failed", by="word")


@pytest.mark.parametrize("text", ["不会找", "怎么找", "找不到哈希怎么办", "i don't know how to find it", "where to find it"])
def test_who_asks_how_to_find_a_value_does_not_skip_it(content: Content, text: str) -> None:
    assert match(at(content, "hash"), text) == Pick("hash.?unsure", by="word")


@pytest.mark.parametrize("text", ["找不到", "没有哈希", "i can't find it", "不知道"])
def test_who_does_not_have_a_value_skips_it(content: Content, text: str) -> None:
    assert match(at(content, "hash"), text) == Pick("hash.?skip", by="word")


def test_taking_an_earlier_answer_back_is_a_correction(content: Content) -> None:
    asked = at(content, "same", path=[["shown", "ok"], ["hash", "?skip"], ["chain", "?skip"]], marks=[0, 1, 2])
    assert match(asked, "不对，是处理中") == Pick("shown.pending", by="correction")
    assert match(asked, "不对，不一致") == Pick("same.wrong", by="word")


def test_nothing_open_picks_nothing(content: Content) -> None:
    assert match({}, "1") is None
    assert match(expect(content, {}), "yes") is None


WARNED = {"kind": "helped", "card": "common_frauds", "topics": ["account_compromised", "can_it_come_back", "human_agent"]}
"""The question below a card that warns of frauds."""


@pytest.mark.parametrize("text", [
    "but i gave it already", "I already put my password there", "i did it", "too late, I sent him the code", "i've told her half of it", "we talked and i clicked the link",
    "我发给他一半单词", "已经转了", "我刚把验证码告诉他了", "给了对方验证码", "照他说的做了", "我已经装了", "晚了", "助记词我填了", "已經給他了",
])
def test_the_harm_told_below_a_warning_is_an_alarm(real: Content, text: str) -> None:
    assert match(expect(real, {"offer": WARNED}), text) == Pick("topic.account_compromised", by="admitted")


@pytest.mark.parametrize("text", [
    "no i have not opened it", "I didn't give him anything", "i never clicked", "没给", "我没点那个链接", "没有告诉他",
    "no i haven't told him anything", "i haven't clicked the link yet", "没有，我没给", "我还没告诉他验证码",
])
def test_harm_that_was_not_done_is_no_alarm(real: Content, text: str) -> None:
    assert match(expect(real, {"offer": WARNED}), text) == Pick("offer.helped", by="unharmed")


@pytest.mark.parametrize("text", ["还没转", "i did not send it"])
def test_coins_that_were_not_sent_may_be_a_theft_denied(real: Content, text: str) -> None:
    assert match(expect(real, {"offer": WARNED}), text) == Pick("offer.helped", by="word")


@pytest.mark.parametrize("text", ["他发了个链接给我", "对方已经发了三条消息", "what happens if they call again", "他让我给他验证码", "谢谢", "should I answer him?"])
def test_what_the_other_did_or_wants_is_no_admission(real: Content, text: str) -> None:
    pick = match(expect(real, {"offer": WARNED}), text)
    assert pick is None or pick.choice != "topic.account_compromised"


@pytest.mark.parametrize("text", ["i didn't do this withdrawal", "i did not send that", "i haven't told him anything but my coins are gone", "我没转这笔钱", "我没点，但是币没了"])
def test_a_theft_denied_below_a_warning_is_not_taken_for_safety(real: Content, text: str) -> None:
    pick = match(expect(real, {"offer": WARNED}), text)
    assert pick is None or pick.by != "unharmed"


def test_without_a_warning_nothing_is_admitted(real: Content) -> None:
    assert match(expect(real, {"offer": {"kind": "helped", "card": "concept_kyc", "topics": []}}), "I did it already") is None


@pytest.mark.parametrize(("text", "likely"), [
    ("算了没事了", ["feedback_resolved", "stop_cancel"]), ("nevermind, its cancelled now", ["cancel_order_problem", "feedback_resolved"]), ("刚刚自己解开了", []),
    ("close it", ["feedback_resolved", "stop_cancel"]), ("不用查了，它自己到账了", ["deposit_missing", "feedback_resolved"]), ("forget it", []), ("filled by itself", []),
])
def test_who_says_that_it_is_over_leaves(text: str, likely: list[str]) -> None:
    assert leaves(text, "nlu_clarify", likely)


@pytest.mark.parametrize(("text", "likely"), [
    ("到账了吗", ["feedback_resolved"]), ("已经好了但是钱没到", ["feedback_resolved"]), ("it works now but the balance is wrong", ["feedback_resolved"]), ("还没到账", ["feedback_unresolved"]),
    ("it never arrived", ["deposit_missing"]), ("撤销了但没退", ["cancel_order_problem"]), ("那个订单取消了吧我的钱呢", ["cancel_order_problem"]), ("close to my limit", ["withdrawal_limit"]),
])
def test_who_asks_or_goes_on_telling_does_not_leave(text: str, likely: list[str]) -> None:
    assert not leaves(text, "nlu_clarify", likely)


def test_a_chain_put_right_is_the_one_that_is_not_denied(content: Content) -> None:
    said = "sorry it was erc20 not trc20"
    entities = [{"entity": "network", "value": "ERC20", "text": "erc20"}, {"entity": "network", "value": "TRC20", "text": "trc20"}]
    pick = match(expect(content, {"flow": states.frame("coins", "hash"), "fields": {"network": states.record("TRC20", "trc20")}}), said, entities)
    assert pick
    assert (pick.by, pick.field, pick.value.value) == ("correction", "network", "ERC20")


def test_a_number_answers_the_question_which_problem_to_look_at(content: Content) -> None:
    open_flow = {"flow": states.frame("coins", "shown"), "offer": {"kind": "switch", "flow": "door"}}
    assert match(expect(content, open_flow), "1") == Pick("offer.switch", by="number")


@pytest.mark.parametrize(("text", "by"), [("yes", "intent"), ("yes of course", "intent"), ("yes i have a screenshot of that", "hedge"), ("对我这里是有截图的", "hedge")])
def test_a_yes_that_says_more_is_asked_back(content: Content, text: str, by: str) -> None:
    assert match(at(content, "same"), text, intent="affirm") == Pick("same.match", by=by)


@pytest.mark.parametrize(("text", "choice", "by"), [
    ("yes", "same.match", "word"), ("yes i have a screenshot of that", "same.match", "hedge"), ("yes but it is not the same", "same.wrong", "word"),
])
def test_a_yes_among_other_words_is_no_answer_for_sure(content: Content, text: str, choice: str, by: str) -> None:
    asked = at(content, "same")
    asked["choices"] = [{**one, "words": [*one["words"], "yes"]} if one["id"] == "same.match" else one for one in asked["choices"]]
    assert match(asked, text) == Pick(choice, by=by)


@pytest.mark.parametrize("text", ["wait, i have the hash now", "wait what, no", "i swear if you make me wait", "等等，我看错了", "你们让我等"])
def test_a_cry_or_a_complaint_is_no_wish_to_wait(real: Content, text: str) -> None:
    waits = {"choices": [{"id": "now.wait", "labels": ["我再等等", "I will wait"], "words": ["等等", "等", "wait", "will wait"], "intents": [], "entities": {}}]}
    assert match(waits, text) is None


@pytest.mark.parametrize("text", ["wait", "i will wait", "等等吧", "ok wait then", "wait a bit"])
def test_a_wish_to_wait_is_one(real: Content, text: str) -> None:
    waits = {"choices": [{"id": "now.wait", "labels": ["我再等等", "I will wait"], "words": ["等等", "等", "wait", "will wait"], "intents": [], "entities": {}}]}
    assert match(waits, text).choice == "now.wait"


def test_a_correction_may_begin_with_a_cry(content: Content) -> None:
    state = {"flow": states.frame("coins", "same"), "fields": {"network": states.record("ERC20", "erc20"), "coin": states.record("BTC", "btc"), "amount": states.record("0.5", "0.5")}}
    pick = match(expect(content, state), "wait no it was bep20 sorry", [{"entity": "network", "value": "BEP20", "text": "bep20"}])
    assert (pick.field, pick.value.value, pick.by) == ("network", "BEP20", "correction")
    pick = match(expect(content, state), "no wait it was 0.6 btc", [{"entity": "amount", "value": "0.6", "text": "0.6"}, {"entity": "coin", "value": "BTC", "text": "btc"}])
    assert (pick.field, pick.value.value, pick.by) == ("amount", "0.6", "correction")


@pytest.mark.parametrize("text", ["sorry wrong uid, it's 4455669", "change my uid to 4455669", "uid 写错了，是 4455669", "typo, my uid is 4455669"])
def test_a_uid_is_put_right_in_words(content: Content, text: str) -> None:
    state = {"flow": states.frame("coins", "same"), "fields": {"uid": states.record("4455668", "4455668")}}
    pick = match(expect(content, state), text)
    assert (pick.field, pick.value.value, pick.by) == ("uid", "4455669", "correction")


@pytest.mark.parametrize("text", ["我点进去了 但没填东西", "i clicked it but i did not type anything"])
def test_a_link_that_was_only_opened_is_no_harm(real: Content, text: str) -> None:
    assert match(expect(real, {"offer": WARNED}), text) == Pick("offer.helped", by="unharmed")


@pytest.mark.parametrize("text", ["gave password", "typed my login code", "我点进去填了密码，没填验证码", "he is connected"])
def test_few_words_of_harm_below_a_warning_are_an_alarm(real: Content, text: str) -> None:
    assert match(expect(real, {"offer": WARNED}), text) == Pick("topic.account_compromised", by="admitted")
