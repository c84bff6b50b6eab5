"""The intent model itself, without Rasa: linear classes over n-grams and sentence vectors, nearness to examples, fitted thresholds.

Confidence = 0.3 softmax (temperature by cross-validation) + 0.7 cosine to the nearest example of the class; the class is the
linear classifier's. The class of out-of-scope examples never wins: it lowers the score. Score (0-1) is the cross-validated chance
that the first candidate is right, so that a message nobody can help with scores low too.
"""
from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack

from bot.engine import encoder
from bot.engine.calibration import Thresholds, fit_scorer, fit_temperature, fit_thresholds, folds, softmax
from bot.engine.features import Vocabulary, characters, feature_text, pinyin
from bot.engine.topics import OUTSIDE

SOFTMAX_SHARE = 0.3
SVM = {"C": 1.0, "class_weight": "balanced", "random_state": 0}


@dataclass(frozen=True)
class Guess:
    """What the model makes of one text."""

    ranking: tuple[tuple[str, float], ...]
    """Intents with confidences (0-1), best first, without the out-of-scope class."""
    score: float
    """0-1; higher means surer and more in scope."""


class HybridModel:
    """A fitted model. Make one with `fit` or `load`; it computes the same for one text as for many."""

    def __init__(self, labels: Sequence[str], grams: Vocabulary, sounds: Vocabulary, weights: np.ndarray, bias: np.ndarray,
                 examples: Sequence[str], classes: np.ndarray, vectors: np.ndarray | None, temperature: float,
                 scorer: np.ndarray, thresholds: Thresholds, report: dict[str, float]) -> None:
        self.labels = list(labels)
        self.thresholds = thresholds
        self.report = report
        self._grams, self._sounds = grams, sounds
        self._weights, self._bias = weights, bias
        self._examples, self._classes = list(examples), classes
        self._temperature, self._scorer = temperature, scorer
        self._vectors = vectors
        self._dense = vectors is not None and encoder.available()
        self._near = vectors if self._dense else grams.transform([characters(text) for text in self._examples])
        self._starts = np.searchsorted(classes, np.arange(len(self.labels)))
        self._outside = self.labels.index(OUTSIDE) if OUTSIDE in self.labels else None

    @classmethod
    def fit(cls, texts: Sequence[str], intents: Sequence[str]) -> HybridModel:
        """Train on labelled texts; deterministic. Raises ValueError with fewer than two intents."""
        order = sorted(range(len(texts)), key=lambda i: (intents[i], texts[i]))
        examples = [feature_text(texts[i]) for i in order]
        names = np.array([intents[i] for i in order])
        labels, classes = np.unique(names, return_inverse=True)
        if len(labels) < 2:
            raise ValueError("the classifier needs examples of at least two intents: add files to data/nlu")
        counted, sounded = [characters(text) for text in examples], [pinyin(text) for text in examples]
        grams, sounds = Vocabulary.fit(counted), Vocabulary.fit(sounded)
        vectors = encoder.encode(examples) if encoder.available() else None
        rows = _rows(grams.transform(counted), sounds.transform(sounded), vectors)
        near = vectors if vectors is not None else grams.transform(counted)

        margins, nearness = np.zeros((len(examples), len(labels))), np.zeros((len(examples), len(labels)))
        for rest, held in folds(classes):
            weights, bias = _linear(rows[rest], classes[rest], len(labels))
            margins[held] = rows[held] @ weights + bias
            nearness[held] = _nearest(near[held] @ near[rest].T, np.searchsorted(classes[rest], np.arange(len(labels))))
        temperature = fit_temperature(margins, classes)
        outside = list(labels).index(OUTSIDE) if OUTSIDE in labels else None
        evidence, best = _evidence(margins, softmax(margins * temperature), nearness, outside)
        right = (best == classes) & (classes != (-1 if outside is None else outside))
        scorer = fit_scorer(evidence, right)
        scores = _score(evidence, scorer)
        thresholds, report = fit_thresholds(scores, right, None if outside is None else classes == outside)
        weights, bias = _linear(rows, classes, len(labels))
        return cls(list(labels), grams, sounds, weights, bias, examples, classes, vectors, temperature, scorer, thresholds, report)

    def guess(self, texts: Sequence[str]) -> list[Guess]:
        """What the texts (as typed) most likely mean."""
        texts = [feature_text(text) for text in texts]
        counted = self._grams.transform([characters(text) for text in texts])
        vectors = encoder.encode(texts) if self._dense else None
        rows = _rows(counted, self._sounds.transform([pinyin(text) for text in texts]), vectors)
        margins = rows @ self._weights[:rows.shape[1]] + self._bias
        shares = softmax(margins * self._temperature)
        nearness = _nearest((vectors if self._dense else counted) @ self._near.T, self._starts)
        evidence, best = _evidence(margins, shares, nearness, self._outside)
        return [Guess(self._ranking(shares[i], nearness[i], best[i]), float(score)) for i, score in enumerate(_score(evidence, self._scorer))]

    def _ranking(self, shares: np.ndarray, nearness: np.ndarray, best: int) -> tuple[tuple[str, float], ...]:
        confidence = np.clip(SOFTMAX_SHARE * shares + (1 - SOFTMAX_SHARE) * nearness, 0, 1)
        confidence = np.minimum(confidence, confidence[best])  # the linear classifier says who is first
        order = [best, *(i for i in np.argsort(-confidence, kind="stable") if i != best)]
        return tuple((self.labels[i], float(confidence[i])) for i in order if i != self._outside)[:10]

    def save(self, folder: Path) -> None:
        """Write arrays and JSON into the folder; nothing in it is code."""
        np.savez_compressed(folder / "arrays.npz", weights=self._weights.astype(np.float16), bias=self._bias, classes=self._classes,
                            scorer=self._scorer, grams=self._grams.idf, sounds=self._sounds.idf,
                            vectors=np.zeros(0, np.float16) if self._vectors is None else self._vectors.astype(np.float16))
        (folder / "model.json").write_text(json.dumps({
            "labels": self.labels, "grams": self._grams.grams, "sounds": self._sounds.grams, "examples": self._examples,
            "temperature": self._temperature, "act": self.thresholds.act, "clarify": self.thresholds.clarify, "report": self.report,
        }, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> HybridModel:
        """Read what `save` wrote; the encoder is warm afterwards."""
        data = json.loads((folder / "model.json").read_text("utf-8"))
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            vectors = arrays["vectors"].astype(np.float32) if arrays["vectors"].size else None
            return cls(data["labels"], Vocabulary(data["grams"], arrays["grams"]), Vocabulary(data["sounds"], arrays["sounds"]),
                       arrays["weights"].astype(np.float32), arrays["bias"], data["examples"], arrays["classes"], vectors,
                       data["temperature"], arrays["scorer"], Thresholds(data["act"], data["clarify"]), data["report"])


def _rows(counted: csr_matrix, sounded: csr_matrix, vectors: np.ndarray | None) -> csr_matrix:
    blocks = [counted, sounded] + ([] if vectors is None else [csr_matrix(vectors)])
    return hstack(blocks).tocsr().astype(np.float32)


def _linear(rows: csr_matrix, classes: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (columns x classes) and bias of one-against-rest support vector machines."""
    from sklearn.svm import LinearSVC
    fitted = LinearSVC(**SVM).fit(rows, classes)
    coef, intercept = fitted.coef_, fitted.intercept_
    if count == 2 and len(coef) == 1:  # scikit-learn keeps one row for two classes
        coef, intercept = np.vstack([-coef, coef]), np.array([-intercept[0], intercept[0]])
    weights, bias = np.zeros((rows.shape[1], count), np.float32), np.full(count, -10.0)
    weights[:, fitted.classes_], bias[fitted.classes_] = coef.T, intercept
    return weights, bias


def _nearest(similar, starts: np.ndarray) -> np.ndarray:
    """The largest similarity per class; columns are examples sorted by class. A class without examples gets a neighbour's, harmlessly."""
    similar = similar.toarray() if hasattr(similar, "toarray") else similar
    return np.maximum.reduceat(similar, np.minimum(starts, similar.shape[1] - 1), axis=1)


def _evidence(margins: np.ndarray, shares: np.ndarray, nearness: np.ndarray, outside: int | None) -> tuple[np.ndarray, np.ndarray]:
    """What the score is made of, one row a text, and the best class that is in scope."""
    inside = margins.copy()
    if outside is not None:
        inside[:, outside] = -np.inf
    best = inside.argmax(1)
    row = np.arange(len(best))
    second = np.partition(inside, -2, axis=1)[:, -2] if inside.shape[1] > 2 else np.full(len(best), -1.0)
    confidence = SOFTMAX_SHARE * shares[row, best] + (1 - SOFTMAX_SHARE) * nearness[row, best]
    if outside is None:
        away, nearer = np.zeros(len(best)), np.zeros(len(best))
    else:
        away, nearer = shares[:, outside], nearness[:, outside] - nearness[row, best]
    return np.column_stack([confidence, inside[row, best], inside[row, best] - second, away, nearer]), best


def _score(evidence: np.ndarray, scorer: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(evidence @ scorer[:-1] + scorer[-1], -30, 30)))
