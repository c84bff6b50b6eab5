"""Understanding read from a model's archive is that of the engine."""
from __future__ import annotations

from bot.insight.outcomes import OUTSIDE, Labelled


def test_a_message_comes_back_with_topic_chance_and_time(understanding):
    found, = understanding.predict([Labelled("充值没到账", ("deposit",), "zh-1", "plain")])
    assert (found.first, found.id, found.group) == ("deposit", "zh-1", "plain")
    assert 0 <= found.sure <= 1
    assert found.ms > 0


def test_a_value_alone_has_no_topic_whatever_the_classifier_thinks(understanding):
    found, = understanding.predict([Labelled("0.5 BTC", (OUTSIDE,))])
    assert (found.ranking, found.decision, found.outcome) == ((), "fallback", "right")


def test_hostile_texts_are_understood_or_not_without_an_exception(understanding):
    for text in ("", "\ud800", "7" * 200_000, "\x00", "\u202e" * 3000):
        assert understanding.predict([Labelled(text, (OUTSIDE,))])[0].decision in ("act", "clarify", "fallback")
