"""The check of the examples finds what was planted, and the shipped examples contradict nothing."""
from __future__ import annotations

import pytest

from bot.engine.hybrid import Examples
from bot.insight.examples import Example, read
from bot.insight.understanding.data_check import check, doubles, kinds, lines, near_doubles, short
from tests.engine.test_hybrid import TOPICS


def planted(*more):
    return [Example(text, topic, "zh/x.yml") for topic, texts in TOPICS.items() for text in texts] + [Example(text, topic, "zh/x.yml") for text, topic in more]


def test_a_text_under_two_topics_and_one_written_twice_are_found():
    contradicting, repeated = doubles(planted(("充值没到账", "password"), ("忘記密碼了", "password")))
    assert contradicting == [("充值没到账", ["deposit", "password"])]
    assert repeated == [("password", "忘记密码了", 2)]


def test_nearly_the_same_text_under_another_topic_is_found():
    report = check(planted(("充值没到账。", "password")))
    assert [(one, other) for one, _, other, _ in report.near] == [("deposit", "password")]


def test_a_wrong_label_is_doubted_before_any_other():
    report = check(planted(("登录密码忘了怎么找回", "deposit")))
    assert (report.doubts[0].topic, report.doubts[0].likelier) == ("deposit", "password")


def test_every_topic_is_measured_and_the_report_can_be_read():
    report = check(planted())
    assert sorted(one.topic for one in report.weakest) == sorted(TOPICS)
    assert all(0 <= one.recall <= 1 for one in report.weakest)
    assert any("weakest" in line for line in lines(report))


@pytest.mark.parametrize(("text", "counted"), [
    ("充值没到账", {"zh-Hans"}), ("儲值沒到帳", {"zh-Hant"}), ("my deposit", {"en"}), ("我的deposit没到", {"zh-Hans", "mixed"}), ("充了50U", {"zh-Hans"}),
])
def test_a_text_counts_by_its_script_and_as_mixed_where_latin_words_stand_in_chinese(text, counted):
    assert kinds(text) == counted


def test_a_topic_with_too_few_examples_of_a_kind_is_named():
    few = [Example(f"how do i get {n} coins back", "thanks", "data/nlu/en/thanks.yml") for n in range(20)]
    assert short(few) == [("thanks", "zh-Hans", 0, 30), ("thanks", "zh-Hant", 0, 8), ("thanks", "mixed", 0, 5)]
    assert short([Example("天气", "out_of_scope", "data/nlu/zh/out_of_scope.yml")]) == [("out_of_scope", "all", 1, 600)]


def test_no_shipped_example_stands_under_two_topics_and_no_topic_has_too_few():
    examples = read()
    contradicting, _ = doubles(examples)
    assert contradicting == []
    assert short(examples) == []


def test_no_shipped_examples_say_nearly_the_same_under_different_topics():
    examples = read()
    assert near_doubles(Examples.of([one.text for one in examples], [one.topic for one in examples])) == []
