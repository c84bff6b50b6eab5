"""The numbers behind the plots, against values worked out by hand."""
from __future__ import annotations

import numpy as np
import pytest

from bot.insight.outcomes import OUTSIDE, Prediction
from bot.insight.understanding import figures


def one(accepted: str, ranking: str, decision: str, score: float = 0.9, sure: float = 0.9, group: str = "") -> Prediction:
    return Prediction("text", tuple(accepted.split("|")), tuple((name, 0.5) for name in ranking.split("|") if name), score, sure, decision, group=group)


ROWS = [one("a", "a|b", "act"), one("a", "b|a", "clarify", sure=0.4), one("a", "b|c", "act", sure=0.8), one("b|a", "a|b", "act"), one(OUTSIDE, "a", "fallback", 0.1, 0.1)]


def test_a_rejected_message_counts_as_predicted_out_of_scope_and_a_second_label_as_the_first():
    names, counts = figures.confusion([*ROWS, one("c", "c", "fallback", 0.1)])
    place = {name: at for at, name in enumerate(names)}
    assert names[-1] == OUTSIDE
    assert counts[place["b"], place["b"]] == 1
    assert counts[place["c"], place[OUTSIDE]] == 1
    assert counts[place[OUTSIDE], place[OUTSIDE]] == 1


def test_the_threshold_curve_at_the_fitted_threshold_is_what_happened():
    shares = figures.over_act(ROWS, clarify=0.5)
    at = shares["threshold"].index(0.5)
    assert [shares[name][at] for name in ("right", "asked", "missed", "wrong")] == [0.5, 0.25, 0, 0.25]
    assert shares["wrong"][-1] == 0


def test_the_curves_of_all_outcomes_add_up_at_every_threshold():
    shares = figures.over_act(ROWS, clarify=0.5)
    assert np.allclose(sum(np.array(shares[name]) for name in ("right", "asked", "missed", "wrong")), 1)


def test_a_chance_that_is_true_so_often_is_reliable():
    bins, error = figures.reliability(np.array([0.25] * 4 + [0.75] * 4), np.array([True, False, False, False, True, True, True, False]))
    assert [(row["said"], row["found"], row["messages"]) for row in bins] == [(0.25, 0.25, 4), (0.75, 0.75, 4)]
    assert error == 0
    assert figures.reliability(np.array([1.0, 1.0]), np.array([True, False]))[1] == pytest.approx(0.5)


def test_groups_are_told_apart_where_the_file_names_them():
    assert figures.by_group(ROWS) == []
    rows = figures.by_group([one("a", "a", "act", group="typo"), one("a", "b", "act", group="plain")])
    assert [(row["group"], row["right"]) for row in rows] == [("plain", 0), ("typo", 1)]
