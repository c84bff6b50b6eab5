"""The check of the examples finds what was planted, and the shipped examples contradict nothing."""
from __future__ import annotations

from bot.engine.data_check import Example, check, doubles, lines, read
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


def test_no_shipped_example_stands_under_two_topics():
    contradicting, _ = doubles(read())
    assert contradicting == []
