"""Fits what must not be typed by hand - temperature, chances, thresholds - on cross-validated predictions. Knows no texts."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

FOLDS = 4
WRONG_AT_MOST = 0.04
"""Share of the messages in scope that may be acted upon wrongly; what is less sure is asked about."""
REJECTED = 0.9
"""Share of the out-of-scope examples that must not be understood."""
HEED_RECALL = 0.98
"""Share of the messages about safety that are acted upon or asked about as such."""
HEED_COST = 0.05
"""Share of the other messages in scope that may be asked about for safety's sake."""


@dataclass(frozen=True)
class Thresholds:
    """`score` below `clarify`: not understood. Else `sure` from `act` on: do it; below: ask which."""

    act: float
    clarify: float
    heed: float = 1.0
    """A safety topic with this confidence is asked about though another comes first."""


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


def fit_chance(evidence: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Weights, and the bias last, of the chance that something is true of a row."""
    from sklearn.linear_model import LogisticRegression
    if true.all() or not true.any():  # too little data to tell
        return np.array([10.0] + [0.0] * (evidence.shape[1] - 1) + [0.0])
    fitted = LogisticRegression(C=10.0, max_iter=1000).fit(evidence, true)
    return np.append(fitted.coef_[0], fitted.intercept_[0])


def chance(evidence: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The chance (0-1) of each row."""
    return 1 / (1 + np.exp(-np.clip(evidence @ weights[:-1] + weights[-1], -30, 30)))


def fit_thresholds(scores: np.ndarray, sure: np.ndarray, right: np.ndarray, inside: np.ndarray,
                   safety: np.ndarray | None = None, meant: np.ndarray | None = None) -> tuple[Thresholds, dict[str, float]]:
    """The thresholds, and the cross-validated figures they were chosen on.

    `scores`, `sure`: the chances that a row is in scope, and that its first candidate is right; `right`, `inside`: whether it is;
    `safety`, `meant`: confidence in each safety topic, and whether it was meant.
    `clarify` is the score that REJECTED of what is out of scope stay below; `act` is the lowest from which on no more
    than WRONG_AT_MOST of what is in scope goes wrong; `heed` the highest that finds HEED_RECALL of safety at no more than HEED_COST.
    """
    outside = ~inside
    clarify = float(np.quantile(scores[outside], REJECTED)) if outside.any() else 0.1
    order = np.argsort(-sure, kind="stable")
    wrong = np.cumsum((~right & inside & (scores >= clarify))[order]) / max(1, inside.sum())
    enough = np.flatnonzero(wrong <= WRONG_AT_MOST)
    act = float(sure[order[enough[-1]]]) if len(enough) else 1.0
    heed = _fit_heed(safety, meant, inside) if safety is not None and meant is not None and meant.any() else 1.0
    acted = (sure >= act) & (scores >= clarify)
    report = {
        "accuracy": float(right[inside].mean()) if inside.any() else 0.0,
        "acted": float(acted[inside].mean()) if inside.any() else 0.0,
        "acted_right": float(right[acted].mean()) if acted.any() else 1.0,
        "understood": float((scores[inside] >= clarify).mean()) if inside.any() else 0.0,
        "outside_rejected": float((scores[outside] < clarify).mean()) if outside.any() else 1.0,
        "auroc": _auroc(scores, inside),
    }
    return Thresholds(act, clarify, heed), {name: round(value, 4) for name, value in report.items()}


def _fit_heed(safety: np.ndarray, meant: np.ndarray, inside: np.ndarray) -> float:
    about = meant.any(axis=1)
    wanted = np.sort(safety[meant])[int((1 - HEED_RECALL) * meant.sum())]
    others = np.sort(safety[inside & ~about].max(axis=1))[::-1]
    allowed = others[int(HEED_COST * len(others))] if len(others) else 0.0
    return float(max(wanted, allowed))


def _auroc(scores: np.ndarray, inside: np.ndarray) -> float:
    if inside.all() or not inside.any():
        return 1.0
    from sklearn.metrics import roc_auc_score
    return float(roc_auc_score(inside, scores))
