"""Figures for a labelled list of predictions: accuracy, macro-F1, out-of-scope recall, precision and AUROC, times. Pure."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class Row:
    """One message. `topic` and `alt`: accepted labels; `score`: 0-1, higher = more in scope; `ms`: milliseconds."""

    topic: Sequence[str]
    alt: Sequence[str]
    predicted: str
    score: float
    ms: float


def summary(rows: Sequence[Row], labelled: bool) -> dict[str, float | int | None]:
    """The line `bot parse` prints; figures that need labels are None without them."""
    times = sorted(row.ms for row in rows)
    known = [row for row in rows if row.topic] if labelled else []
    right = [row.predicted == row.topic[0] for row in known]
    lenient = [row.predicted in (*row.topic, *row.alt) for row in known]
    outside = [row for row in known if row.topic[0] == OUT_OF_SCOPE]
    rejected = [row for row in known if row.predicted == OUT_OF_SCOPE]
    caught = sum(row.predicted == OUT_OF_SCOPE for row in outside)
    return {
        "rows": len(rows),
        "accuracy": _share(sum(right), len(known)),
        "accuracy_lenient": _share(sum(lenient), len(known)),
        "macro_f1": macro_f1([row.topic[0] for row in known], [row.predicted for row in known]),
        "oos_recall": _share(caught, len(outside)),
        "oos_precision": _share(caught, len(rejected)),
        "oos_auroc": auroc([row.score for row in known if row.topic[0] != OUT_OF_SCOPE], [row.score for row in outside]),
        "ms_p50": percentile(times, 0.50),
        "ms_p95": percentile(times, 0.95),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def macro_f1(truth: Sequence[str], predicted: Sequence[str]) -> float | None:
    """Mean F1 over the labels that occur in `truth`; None where there are none."""
    scores = []
    for label in sorted(set(truth)):
        both = sum(t == label == p for t, p in zip(truth, predicted))
        scores.append(2 * both / (sum(t == label for t in truth) + sum(p == label for p in predicted)))
    return round(sum(scores) / len(scores), 4) if scores else None


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Probability that an in-scope message scores above an out-of-scope one, ties counted half (Mann-Whitney U)."""
    if not inside or not outside:
        return None
    ranked = sorted([(score, True) for score in inside] + [(score, False) for score in outside])
    above = below = 0.0
    at = 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        ins = sum(is_inside for _, is_inside in ranked[at:end])
        outs = end - at - ins
        above += ins * (below + outs / 2)
        below += outs
        at = end
    return round(above / (len(inside) * len(outside)), 4)


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The value at a share (0-1) of a sorted list, nearest rank."""
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2) if ordered else None
