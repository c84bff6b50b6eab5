"""Fits what must not be typed by hand - temperature, score, thresholds - on cross-validated predictions. Knows no texts."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

FOLDS = 4
WRONG_AT_MOST = 0.04
"""Share of the messages in scope that may be acted upon wrongly; what is less sure is asked about."""


@dataclass(frozen=True)
class Thresholds:
    """Score from `act` on: do it; from `clarify` on: ask which; below: not understood."""

    act: float
    clarify: float


def folds(classes: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(rest, held out) index pairs; every class is spread over the folds. Rows are sorted by class and stay so."""
    place = np.zeros(len(classes), int)
    shuffle = np.random.default_rng(0)
    for label in np.unique(classes):
        rows = np.flatnonzero(classes == label)
        place[shuffle.permutation(rows)] = np.arange(len(rows)) % FOLDS
    for fold in range(FOLDS):
        held = np.flatnonzero(place == fold)
        if len(held):
            yield np.flatnonzero(place != fold), held


def softmax(margins: np.ndarray) -> np.ndarray:
    """Row by row, without overflow."""
    raised = np.exp(margins - margins.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def fit_temperature(margins: np.ndarray, classes: np.ndarray) -> float:
    """The factor on the margins that makes their softmax most likely."""
    from scipy.optimize import minimize_scalar
    row = np.arange(len(classes))

    def loss(factor: float) -> float:
        return -float(np.log(softmax(margins * factor)[row, classes] + 1e-12).mean())

    return float(minimize_scalar(loss, bounds=(0.2, 30), method="bounded").x)


def fit_scorer(evidence: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Weights, and the bias last, of the chance that the first candidate is right."""
    from sklearn.linear_model import LogisticRegression
    if right.all() or not right.any():  # too little data to tell
        return np.array([10.0] + [0.0] * (evidence.shape[1] - 1) + [-5.0])
    fitted = LogisticRegression(C=10.0, max_iter=1000).fit(evidence, right)
    return np.append(fitted.coef_[0], fitted.intercept_[0])


def fit_thresholds(scores: np.ndarray, right: np.ndarray, outside: np.ndarray | None) -> tuple[Thresholds, dict[str, float]]:
    """Both thresholds, and the cross-validated figures they were chosen on.

    `act` is the lowest score from which on no more than WRONG_AT_MOST go wrong; `clarify` separates what is in scope from what
    is not with the best sum of both rates.
    """
    outside = np.zeros(len(scores), bool) if outside is None else outside
    order = np.argsort(-scores, kind="stable")
    wrong = np.cumsum(~right[order]) / max(1, (~outside).sum())
    enough = np.flatnonzero(wrong <= WRONG_AT_MOST)
    act = float(scores[order[enough[-1]]]) if len(enough) else 1.0
    if outside.any() and not outside.all():
        steps = np.quantile(scores, np.linspace(0, 1, 201))
        gains = [(scores[~outside] >= step).mean() + (scores[outside] < step).mean() for step in steps]
        clarify = float(steps[int(np.argmax(gains))])
    else:
        clarify = act / 3
    clarify = min(clarify, act)
    inside = ~outside
    report = {
        "accuracy": float(right[inside].mean()),
        "acted": float((scores[inside] >= act).mean()),
        "acted_right": float(right[scores >= act].mean()) if (scores >= act).any() else 1.0,
        "understood": float((scores[inside] >= clarify).mean()),
        "outside_rejected": float((scores[outside] < clarify).mean()) if outside.any() else 1.0,
        "auroc": _auroc(scores, inside),
    }
    return Thresholds(act, clarify), {name: round(value, 4) for name, value in report.items()}


def _auroc(scores: np.ndarray, inside: np.ndarray) -> float:
    if inside.all() or not inside.any():
        return 1.0
    from sklearn.metrics import roc_auc_score
    return float(roc_auc_score(inside, scores))
