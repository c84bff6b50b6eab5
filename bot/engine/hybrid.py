"""The intent model itself, without Rasa: kernel ridge regression over n-grams and sentence vectors, with fitted thresholds.

Two texts are as alike as their character n-grams, their pinyin n-grams and their sentence vectors are; the square of that, summed
over all examples with a weight per class, is a class's margin. The weights solve one system of linear equations. The class of
out-of-scope examples never wins: it lowers the score. `score` is the cross-validated chance that a text is in scope, `sure` the
chance that the first candidate is right.
"""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from bot.engine import encoder
from bot.engine.calibration import Thresholds, chance, fit_chance, fit_temperature, fit_thresholds, folds, softmax
from bot.engine.features import Vocabulary, characters, feature_text, pinyin, rows
from bot.engine.mending import Mender
from bot.engine.topics import OUTSIDE, SAFETY

CHARACTERS, SOUNDS, SENTENCE, COMMON = 1.0, 1.0, 1.2, 1.0
"""Shares in the likeness of two texts; COMMON is what any two have, so that the square keeps the single likenesses too."""
RIDGE = 0.3
WIDTH = 256
"""Principal components of the sentence vectors: half the time and space, and no measured loss."""
BLOCK = 1_000
"""Rows at a time, so that the products stay small."""


@dataclass(frozen=True)
class Guess:
    """What the model makes of one text."""

    ranking: tuple[tuple[str, float], ...]
    """Intents with confidences (0-1), best first, without the out-of-scope class."""
    score: float
    """0-1; higher means more in scope."""
    sure: float = 0.0
    """0-1: the chance that the first of the ranking is meant."""
    heed: str | None = None
    """A safety topic too likely to be passed over, whether it comes first or not."""


@dataclass(frozen=True)
class _Texts:
    """Texts as the kernel sees them; the shares are in the values."""

    grams: csr_matrix
    sentences: np.ndarray | None

    def __getitem__(self, rows: np.ndarray) -> _Texts:
        return _Texts(self.grams[rows], None if self.sentences is None else self.sentences[rows])


@dataclass(frozen=True)
class Examples:
    """Labelled examples, each once, sorted by topic, as the model is fitted on them."""

    texts: list[str]
    """As `feature_text` leaves them."""
    labels: list[str]
    classes: np.ndarray
    """For each text the place of its topic in `labels`."""
    grams: Vocabulary
    sounds: Vocabulary
    axes: np.ndarray | None
    known: _Texts
    mender: Mender

    @classmethod
    def of(cls, texts: Sequence[str], intents: Sequence[str]) -> Examples:
        """Raises ValueError with fewer than two intents."""
        once = distinct(texts, intents)
        labels, classes = np.unique([intent for intent, _ in once], return_inverse=True)
        if len(labels) < 2:
            raise ValueError("the classifier needs examples of at least two intents: add files to data/nlu")
        examples = [text for _, text in once]
        counted, sounded = [characters(text) for text in examples], [pinyin(text) for text in examples]
        grams, sounds = Vocabulary.fit(counted), Vocabulary.fit(sounded)
        vectors = encoder.encode(examples) if encoder.available() else None
        axes = None if vectors is None else _principal(vectors)
        known = _Texts(_weighted(counted, sounded, grams, sounds), None if vectors is None else _projected(vectors, axes))
        return cls(examples, [str(label) for label in labels], classes, grams, sounds, axes, known, Mender.fit(examples))

    def targets(self) -> np.ndarray:
        """1 for a text's own class, -1 for the others."""
        return np.where(self.classes[:, None] == np.arange(len(self.labels)), 1, -1).astype(np.float32)

    def kernel(self) -> np.ndarray:
        """The kernel of the examples with each other."""
        return _squared(self.alike(), self._whole)

    def alike(self) -> np.ndarray:
        """How much the examples have in common, two by two: at most the sum of the shares."""
        grams, sentences = self.known.grams, self.known.sentences
        columns = grams.T.tocsr()
        made = np.empty((grams.shape[0], grams.shape[0]), np.float32)
        for start in range(0, len(made), BLOCK):
            block, until = slice(start, start + BLOCK), min(start + BLOCK, len(made))
            made[block, :until] = (grams[block] @ columns[:, :until]).toarray()
            if sentences is not None:
                made[block, :until] += sentences[block] @ sentences[:until].T
            made[:start, block] = made[block, :start].T
        return made

    @property
    def _whole(self) -> float:
        return CHARACTERS + SOUNDS + (0 if self.known.sentences is None else SENTENCE)

    def likeness(self) -> np.ndarray:
        """The same as a share (0-1) of what a text has in common with itself."""
        return self.alike() / np.float32(self._whole)

    def held_out(self, kernel: np.ndarray) -> np.ndarray:
        """Margins of each text, read both ways, by a model that has not seen it."""
        targets = self.targets()
        margins = np.zeros_like(targets)
        for rest, held in folds(self.classes):
            weights = _solve(kernel[np.ix_(rest, rest)], targets[rest])
            margins[held] = kernel[np.ix_(held, rest)] @ weights
            second = _mended(Mender.fit(self.texts[at] for at in rest), [self.texts[at] for at in held])
            if second:
                twice = held[list(second)]
                margins[twice] = (margins[twice] + self._kernel_with(list(second.values()), rest) @ weights) / 2
        return margins

    def _kernel_with(self, texts: Sequence[str], examples: np.ndarray) -> np.ndarray:
        """The kernel of other texts with some of the examples."""
        known = self.known[examples]
        alike = _alike(_weighted_rows(texts, self.grams, self.sounds), known.grams.T.tocsr())
        if known.sentences is not None:
            alike += _projected(encoder.encode(texts), self.axes) @ known.sentences.T
        return _squared(alike, self._whole)


def distinct(texts: Iterable[str], intents: Iterable[str]) -> list[tuple[str, str]]:
    """(intent, text as `feature_text` leaves it), each once, in the order in which a model is fitted on them."""
    return sorted({(intent, feature_text(text)) for text, intent in zip(texts, intents)})


class HybridModel:
    """A fitted model. Make one with `fit` or `load`; it computes the same for one text as for many."""

    def __init__(self, labels: Sequence[str], grams: Vocabulary, sounds: Vocabulary, mender: Mender, axes: np.ndarray | None, examples: _Texts,
                 weights: np.ndarray, temperature: float, chances: np.ndarray, thresholds: Thresholds, report: dict[str, float],
                 held_out: np.ndarray | None = None) -> None:
        self.labels = list(labels)
        self.thresholds = thresholds
        self.report = report
        self.held_out = held_out
        """Margins of the examples by models that had not seen them, in the order of `distinct`; of a loaded model see `held_out_margins`."""
        self._grams, self._sounds, self._mender, self._axes = grams, sounds, mender, axes
        self._examples, self._weights = examples, weights
        self._by_gram = examples.grams.T.tocsr()
        self._temperature, self._chances = temperature, chances
        self._outside = self.labels.index(OUTSIDE) if OUTSIDE in self.labels else None
        self._safety = [self.labels.index(name) for name in SAFETY if name in self.labels]

    @classmethod
    def fit(cls, texts: Sequence[str], intents: Sequence[str]) -> HybridModel:
        """Train on labelled texts; deterministic. Raises ValueError with fewer than two intents.

        Needs about 10 bytes for each pair of examples: 1.4 GB for 12,000.
        """
        made = Examples.of(texts, intents)
        labels, classes = made.labels, made.classes
        kernel, targets = made.kernel(), made.targets()
        margins = made.held_out(kernel)
        weights = _solve(kernel, targets)

        temperature = fit_temperature(margins, classes)
        outside = labels.index(OUTSIDE) if OUTSIDE in labels else None
        evidence, best = _evidence(margins, outside)
        inside = classes != (-1 if outside is None else outside)
        right = (best == classes) & inside
        chances = np.vstack([fit_chance(evidence, inside), fit_chance(evidence, right)])
        safety = [labels.index(name) for name in SAFETY if name in labels]
        thresholds, report = fit_thresholds(chance(evidence, chances[0]), chance(evidence, chances[1]), right, inside,
                                            softmax(margins * temperature)[:, safety], classes[:, None] == np.array(safety, int))
        return cls(labels, made.grams, made.sounds, made.mender, made.axes, made.known, weights, temperature, chances, thresholds, report, margins)

    def guess(self, texts: Sequence[str]) -> list[Guess]:
        """What the texts (as typed) most likely mean."""
        margins = self.margins(texts)
        shares = softmax(margins * self._temperature)
        evidence, best = _evidence(margins, self._outside)
        score, sure = chance(evidence, self._chances[0]), chance(evidence, self._chances[1])
        return [Guess(self._ranking(shares[i], best[i]), float(score[i]), float(sure[i]), self._heeded(shares[i], best[i])) for i in range(len(best))]

    def margins(self, texts: Sequence[str]) -> np.ndarray:
        """For each text (as typed) how much speaks for each of `labels`: about -1 to 1; the mean of its readings."""
        texts = [feature_text(text) for text in texts]
        second = _mended(self._mender, texts)
        margins = self._kernel([*texts, *second.values()]) @ self._weights
        first = margins[:len(texts)]
        first[list(second)] = (first[list(second)] + margins[len(texts):]) / 2
        return first

    def _kernel(self, texts: Sequence[str]) -> np.ndarray:
        """The kernel of texts (as `feature_text` leaves them) with the examples."""
        alike = _alike(_weighted_rows(texts, self._grams, self._sounds), self._by_gram)
        if self._axes is None:
            return _squared(alike, CHARACTERS + SOUNDS)
        if encoder.available():
            alike += _projected(encoder.encode(texts), self._axes) @ self._examples.sentences.T
        else:  # n-grams stand in for the sentences that the examples were compared by
            alike *= (CHARACTERS + SOUNDS + SENTENCE) / (CHARACTERS + SOUNDS)
        return _squared(alike, CHARACTERS + SOUNDS + SENTENCE)

    def _ranking(self, shares: np.ndarray, best: int) -> tuple[tuple[str, float], ...]:
        order = [best, *(i for i in np.argsort(-shares, kind="stable") if i != best)]
        return tuple((self.labels[i], float(shares[i])) for i in order if i != self._outside)[:10]

    def _heeded(self, shares: np.ndarray, best: int) -> str | None:
        likely = sorted((i for i in self._safety if shares[i] >= self.thresholds.heed), key=lambda i: (i == best, -shares[i]))
        return self.labels[likely[0]] if likely else None

    def save(self, folder: Path) -> None:
        """Write arrays and JSON into the folder; nothing in it is code."""
        known, none = self._examples, np.zeros(0, np.float16)
        np.savez_compressed(folder / "arrays.npz", weights=self._weights.astype(np.float16), chances=self._chances,
                            grams=self._grams.idf, sounds=self._sounds.idf, axes=none if self._axes is None else self._axes,
                            sentences=none if known.sentences is None else known.sentences.astype(np.float16),
                            held_out=none if self.held_out is None else self.held_out.astype(np.float16),
                            values=known.grams.data.astype(np.float16), columns=known.grams.indices.astype(np.int32), starts=known.grams.indptr)
        (folder / "model.json").write_text(json.dumps({
            "labels": self.labels, "grams": self._grams.grams, "sounds": self._sounds.grams, "words": self._mender.words, "pairs": self._mender.pairs, "temperature": self._temperature,
            "thresholds": asdict(self.thresholds), "report": self.report,
        }, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> HybridModel:
        """Read what `save` wrote; the encoder is warm afterwards."""
        data = json.loads((folder / "model.json").read_text("utf-8"))
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            dense = bool(arrays["axes"].size)
            shape = (len(arrays["starts"]) - 1, len(data["grams"]) + len(data["sounds"]))
            known = _Texts(csr_matrix((arrays["values"].astype(np.float32), arrays["columns"], arrays["starts"]), shape=shape),
                           arrays["sentences"].astype(np.float32) if dense else None)
            return cls(data["labels"], Vocabulary(data["grams"], arrays["grams"]), Vocabulary(data["sounds"], arrays["sounds"]),
                       Mender(data["words"], data["pairs"]), arrays["axes"] if dense else None, known, arrays["weights"].astype(np.float32), data["temperature"], arrays["chances"],
                       Thresholds(**data["thresholds"]), data["report"])


def _mended(mender: Mender, texts: Sequence[str]) -> dict[int, str]:
    """Place and second reading of the texts that have one."""
    return {at: mended for at, text in enumerate(texts) if (mended := mender.mend(text)) != text}


def _weighted_rows(texts: Sequence[str], grams: Vocabulary, sounds: Vocabulary) -> csr_matrix:
    return _weighted([characters(text) for text in texts], [pinyin(text) for text in texts], grams, sounds)


def _weighted(counted: Sequence[Counter[str]], sounded: Sequence[Counter[str]], grams: Vocabulary, sounds: Vocabulary) -> csr_matrix:
    return rows([(grams, counted, CHARACTERS ** 0.5), (sounds, sounded, SOUNDS ** 0.5)])


def _alike(rows: csr_matrix, by_gram: csr_matrix) -> np.ndarray:
    return np.asarray((rows @ by_gram).todense(), np.float32)


def held_out_margins(folder: Path) -> np.ndarray:
    """What `save` kept of HybridModel.held_out: the gate and the reports ask what models made of examples they had not seen."""
    with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
        return arrays["held_out"].astype(np.float32)


def _principal(vectors: np.ndarray) -> np.ndarray:
    """The directions along which the vectors differ most, one column each."""
    values, axes = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))
    return np.ascontiguousarray(axes[:, np.argsort(-values, kind="stable")[:WIDTH]].astype(np.float32))


def _projected(vectors: np.ndarray, axes: np.ndarray) -> np.ndarray:
    return (vectors @ axes) * np.float32(SENTENCE ** 0.5)


def _squared(alike: np.ndarray, whole: float) -> np.ndarray:
    """The kernel from the likeness without COMMON; in place."""
    whole += COMMON
    alike += COMMON
    alike *= alike
    alike *= 1 / whole
    return alike


def _solve(kernel: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """The weights of the examples, one column a class; overwrites `kernel`."""
    kernel[np.diag_indices_from(kernel)] += RIDGE
    # The kernel is its own transpose; turned, its memory is in the order in which it can be factored where it is.
    return cho_solve(cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False), targets, check_finite=False)


def _evidence(margins: np.ndarray, outside: int | None) -> tuple[np.ndarray, np.ndarray]:
    """What the chances are made of, one row a text: the best class in scope, its lead, and the class of out-of-scope examples."""
    inside = margins.copy()
    if outside is not None:
        inside[:, outside] = -np.inf
    best = inside.argmax(1)
    first = inside[np.arange(len(best)), best]
    second = np.partition(inside, -2, axis=1)[:, -2] if inside.shape[1] - (outside is not None) > 1 else np.full(len(best), -1.0)
    away = np.full(len(best), -1.0) if outside is None else margins[:, outside]
    return np.column_stack([first, away, first - second]).astype(np.float64), best
