"""Numbers behind the plots of a report: confusion, figures by topic and group, reliability, what thresholds would do. Draws nothing."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.insight.outcomes import ASKED, MISSED, OFFERED, OUTCOMES, OUTSIDE, RIGHT, WRONG, Prediction, by_outcome
from bot.insight.scores import Row, summary

BINS = 10
STEPS = 101


def figures(predictions: Sequence[Prediction]) -> dict[str, Any]:
    """What `bot parse` prints, and how messages in scope ended."""
    rows = [Row([one.accepted[0]], one.accepted[1:], one.predicted, one.score, one.ms or 0.0) for one in predictions]
    known = summary(rows, labelled=True)
    if any(one.ms is None for one in predictions):
        known |= {"ms_p50": None, "ms_p95": None}
    return {**known, **by_outcome(predictions)}


def confusion(predictions: Sequence[Prediction]) -> tuple[list[str], np.ndarray]:
    """Topics, and how often a message of the row's topic was predicted as the column's; an accepted second label counts as the first."""
    names = [*sorted({name for one in predictions for name in (one.accepted[0], one.predicted)} - {OUTSIDE}), OUTSIDE]
    place = {name: at for at, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)), int)
    for one in predictions:
        counts[place[one.accepted[0]], place[one.accepted[0] if one.predicted in one.accepted else one.predicted]] += 1
    return names, counts


def confused(names: Sequence[str], counts: np.ndarray, most: int = 25) -> list[tuple[str, str, int]]:
    """(meant, predicted, how often), the commonest mistakes first."""
    pairs = [(names[i], names[j], int(counts[i, j])) for i, j in np.argwhere(counts) if i != j]
    return sorted(pairs, key=lambda pair: (-pair[2], pair))[:most]


def by_topic(names: Sequence[str], counts: np.ndarray) -> list[dict[str, Any]]:
    """`{topic, messages, recall, precision, f1}`, the lowest F1 first."""
    found = []
    for at, name in enumerate(names):
        own, taken, right = counts[at].sum(), counts[:, at].sum(), counts[at, at]
        if own:
            found.append({"topic": name, "messages": int(own), "recall": float(right / own), "precision": float(right / max(1, taken)), "f1": float(2 * right / (own + taken))})
    return sorted(found, key=lambda one: one["f1"])


def by_group(predictions: Sequence[Prediction]) -> list[dict[str, Any]]:
    """The outcome shares of each group of the file; empty where it has none."""
    groups: dict[str, list[Prediction]] = defaultdict(list)
    for one in predictions:
        if one.group:
            groups[one.group].append(one)
    return [{"group": name, "messages": len(group), **by_outcome(group)} for name, group in sorted(groups.items())]


def reliability(chances: np.ndarray, true: np.ndarray) -> tuple[list[dict[str, float]], float]:
    """`{said, found, messages}` for each tenth of the chance, and the expected calibration error (0-1)."""
    bins, error = [], 0.0
    place = np.minimum((chances * BINS).astype(int), BINS - 1)
    for at in range(BINS):
        own = place == at
        if own.any():
            said, found = float(chances[own].mean()), float(true[own].mean())
            bins.append({"said": said, "found": found, "messages": int(own.sum())})
            error += abs(said - found) * own.sum() / len(chances)
    return bins, float(error)


def reliabilities(predictions: Sequence[Prediction]) -> dict[str, tuple[list[dict[str, float]], float]]:
    """Of both chances the model gives: that its first candidate is meant, and that a message is in scope."""
    sure, score = np.array([one.sure for one in predictions]), np.array([one.score for one in predictions])
    right = np.array([one.inside and one.first in one.accepted for one in predictions])
    inside = np.array([one.inside for one in predictions])
    return {"the first candidate is meant (sure)": reliability(sure, right), "the message is in scope (score)": reliability(score, inside)}


def over_act(predictions: Sequence[Prediction], clarify: float) -> dict[str, list[float]]:
    """For every threshold `act` the shares of messages in scope that would be RIGHT, ASKED, MISSED, WRONG; `clarify` as it is."""
    inside = [one for one in predictions if one.inside]
    understood = np.array([one.score >= clarify for one in inside])
    sure = np.array([one.sure for one in inside])
    first = np.array([one.first in one.accepted for one in inside])
    offered = np.array([bool({name for name, _ in one.ranking[:OFFERED]} & set(one.accepted)) for one in inside])
    at = np.linspace(0, 1, STEPS)
    shares: dict[str, list[float]] = {"threshold": at.tolist(), **{name: [] for name in OUTCOMES}}
    for threshold in at:
        acted = understood & (sure >= threshold)
        asked = understood & ~acted & offered
        shares[RIGHT].append(float((acted & first).mean()))
        shares[WRONG].append(float((acted & ~first).mean()))
        shares[ASKED].append(float(asked.mean()))
        shares[MISSED].append(float((~acted & ~asked).mean()))
    return shares


def over_clarify(predictions: Sequence[Prediction]) -> dict[str, list[float]]:
    """For every threshold `clarify` the shares that would be rejected, of messages in scope and of the others."""
    scores = {True: np.array([one.score for one in predictions if one.inside]), False: np.array([one.score for one in predictions if not one.inside])}
    at = np.linspace(0, 1, STEPS)
    return {"threshold": at.tolist(), "inside": [float((scores[True] < one).mean()) for one in at],
            "outside": [float((scores[False] < one).mean()) if len(scores[False]) else 0.0 for one in at]}


def slowest(predictions: Sequence[Prediction], most: int = 15) -> list[Prediction]:
    """The messages that took longest."""
    return sorted((one for one in predictions if one.ms is not None), key=lambda one: -one.ms)[:most]


def mistakes(predictions: Sequence[Prediction], most: int = 60) -> list[Prediction]:
    """Messages acted upon wrongly, the surest first."""
    return sorted((one for one in predictions if one.decision == "act" and one.outcome == WRONG), key=lambda one: -one.sure)[:most]
