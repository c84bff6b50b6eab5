"""The figures `bot parse` prints, against values worked out by hand."""
from __future__ import annotations

import pytest

from bot.insight.scores import Row, auroc, macro_f1, percentile, summary


def row(topic: str, predicted: str, score: float = 0.5, alt: str = "", ms: float = 1.0) -> Row:
    return Row([topic], alt.split("|") if alt else [], predicted, score, ms)


def test_auroc_is_the_share_of_pairs_in_the_right_order_with_ties_counted_half() -> None:
    assert auroc([0.9, 0.8, 0.5], [0.1, 0.5]) == pytest.approx(5.5 / 6, abs=1e-4)
    assert auroc([0.1], [0.9]) == 0.0
    assert auroc([0.5, 0.5], [0.5]) == 0.5


def test_auroc_needs_both_kinds() -> None:
    assert auroc([0.9], []) is None
    assert auroc([], [0.1]) is None


def test_macro_f1_averages_over_the_labels_that_occur() -> None:
    assert macro_f1(["a", "a", "b"], ["a", "b", "b"]) == pytest.approx(2 / 3, abs=1e-4)
    assert macro_f1(["a"], ["b"]) == 0.0
    assert macro_f1([], []) is None


def test_out_of_scope_recall_and_precision_look_at_what_was_rejected() -> None:
    figures = summary([row("out_of_scope", "out_of_scope", 0.1), row("out_of_scope", "a", 0.6), row("a", "a", 0.9), row("a", "out_of_scope", 0.2)], labelled=True)
    assert figures["oos_recall"] == 0.5
    assert figures["oos_precision"] == 0.5
    assert figures["oos_auroc"] == 0.75
    assert figures["accuracy"] == 0.5


def test_lenient_accuracy_accepts_the_alternatives() -> None:
    figures = summary([row("a", "b", alt="b|c"), row("a", "d", alt="b")], labelled=True)
    assert (figures["accuracy"], figures["accuracy_lenient"]) == (0.0, 0.5)


def test_without_labels_only_rows_and_times_are_told() -> None:
    figures = summary([row("", "a", ms=2.0)], labelled=False)
    assert figures["rows"] == 1
    assert figures["ms_p50"] == 2.0
    assert [name for name, value in figures.items() if value is None] == ["accuracy", "accuracy_lenient", "macro_f1", "oos_recall", "oos_precision", "oos_auroc"]


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 3.0
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([], 0.5) is None
