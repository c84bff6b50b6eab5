"""Texts that say the same are found, and similar ones stand together."""
from __future__ import annotations

from bot.insight.understanding.likeness import groups, near


def test_a_text_that_another_list_has_in_other_writing_is_near():
    to_known, to_held, to_each = near(["充值沒到賬！", "怎么提现", "怎么提现?"], [["密码忘了", "充值没到账"], ["今天天气"]])
    assert to_known == [(0, 1)]
    assert to_held == []
    assert to_each == [(2, 1)]


def test_nothing_new_is_near_nothing():
    assert near([], [["a"]]) == [[], []]
    assert near(["充值没到账"], [[], []]) == [[], [], []]


def test_similar_messages_stand_in_one_group_and_others_apart():
    texts = ["比特币会涨吗", "密码忘记了怎么办", "比特币明天会涨吗", "忘记密码了怎么办", "比特币还会涨吗"]
    found = [sorted(group) for group in groups(texts)]
    assert sorted(found) == [[0, 2, 4], [1, 3]]


def test_every_text_is_in_exactly_one_group():
    texts = ["", "。", "a", "充值", "充值没到账", "\ud800"]
    assert sorted(place for group in groups(texts) for place in group) == list(range(len(texts)))
    assert groups([]) == []
    assert groups(["one"]) == [[0]]
