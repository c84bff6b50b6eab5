"""Whether words are affirmed: a wrong yes is about somebody's money."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import hedged, normalise, stance


def stance_of(text, words):
    text = normalise(text)
    start = text.index(words)
    return stance(text, start, start + len(words))


@pytest.mark.parametrize(("text", "words"), [
    ("都不一样", "一样"), ("不是我操作的", "操作"), ("取消不了", "取消"), ("取消失败", "取消"), ("成功了，但是没到账", "到账"), ("别给我转人工", "转人工"), ("hasn't arrived yet", "arrived"), ("nothing matches", "matches"),
    ("不一致", "一致"), ("没有成功", "成功"), ("沒有成功", "成功"), ("还没成功", "成功"), ("尚未确认", "确认"), ("未到账", "到账"), ("无法登录", "登录"), ("不太一致", "一致"), ("没有显示成功", "成功"),
    ("并没有收到", "收到"), ("不是钱包", "钱包"), ("成功不了", "成功"), ("登录不上", "登录"), ("一致？没有", "一致"), ("不是不行", "不行"), ("从来没有成功过", "成功"), ("没能成功", "成功"),
    ("地址和网络不完全一致", "一致"), ("别取消", "取消"), ("不要取消", "取消"), ("不是所有都一致", "一致"),
    ("not matched", "matched"), ("they don't match", "match"), ("it doesn’t match", "match"), ("it was never confirmed", "confirmed"), ("not all of them match", "match"),
    ("no wallet", "wallet"), ("it has not been confirmed", "confirmed"), ("didnt match", "match"), ("cannot log in", "log in"), ("withdrawal failed to complete", "complete"),
    ("isn't confirmed", "confirmed"), ("unable to confirm", "confirm"), ("without memo", "memo"),
])
def test_denied_words_are_negated(text, words):
    assert stance_of(text, words).negated


@pytest.mark.parametrize(("text", "words"), [
    ("一致", "一致"), ("全部一致", "一致"), ("成功", "成功"), ("没问题，一致", "一致"), ("没错，成功了", "成功"), ("不是不行", "行"), ("不是没有成功", "成功"), ("别的交易所", "交易所"), ("特别成功", "成功"),
    ("不是钱包，是交易所", "交易所"), ("不是钱包是交易所", "交易所"), ("没到账显示成功", "成功"), ("没到账，但是显示成功", "成功"), ("不好意思，成功了", "成功"), ("识别成功", "成功"), ("非常一致", "一致"),
    ("is confirmed", "confirmed"), ("was successful", "successful"), ("are all the same", "all the same"), ("都一样", "都一样"), ("地址没错", "没错"), ("成功了，但是没到账", "成功"), ("nothing wrong", "nothing wrong"),
    ("confirmed", "confirmed"), ("no, it matched", "matched"), ("not credited but confirmed", "confirmed"), ("yes all match", "match"), ("no problem all match", "match"),
    ("I did not choose the wrong one, it matched", "matched"), ("I'm not new here. it is confirmed", "confirmed"),
])
def test_affirmed_words_are_affirmed(text, words):
    assert stance_of(text, words).affirmed


@pytest.mark.parametrize(("text", "words"), [
    ("成功了吗", "成功"), ("成功了吗？", "成功"), ("成功了没有", "成功"), ("成功没", "成功"), ("成功不成功", "成功"), ("是否成功", "成功"), ("是不是一致", "一致"), ("怎么知道成功了", "成功"), ("一致？", "一致"),
    ("isn't it confirmed?", "confirmed"), ("it's confirmed, isn't it", "confirmed"), ("is it confirmed", "confirmed"), ("how do I know it matched", "matched"), ("confirmed, right?", "confirmed"),
])
def test_questions_are_asked_and_not_affirmed(text, words):
    found = stance_of(text, words)
    assert found.asked
    assert not found.affirmed


@pytest.mark.parametrize("text", ["应该吧", "应该是一致的", "好像一致", "可能是", "大概吧", "估计成功了", "我不确定", "不太确定", "说不准", "對吧", "好吧，一致", "不知道", "好像沒有", "應該是",
                                  "probably", "maybe", "I think so", "i guess", "not sure", "I'm not really sure", "I don't know", "it seems to match", "might be", "should be fine", "dunno"])
def test_hedges_are_heard(text):
    assert hedged(normalise(text))


@pytest.mark.parametrize("text", ["是的", "一致", "我应该怎么办", "不应该", "不可能", "成功了", "yes", "all match", "confirmed", "I know", "I am sure"])
def test_plain_answers_are_no_hedges(text):
    assert not hedged(normalise(text))


def test_the_matched_words_themselves_are_no_hedge():
    assert stance_of("不确定", "不确定").affirmed


@given(st.text(st.sampled_from("不没未别成功一致了吗是应该 ?,。notn'tand \u2019")), st.integers(0, 30), st.integers(0, 30))
def test_any_span_of_any_text_gets_a_stance(text, a, b):
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    assert stance(text, start, max(end, start)).affirmed in (True, False)
