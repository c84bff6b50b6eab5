"""Cross-validation of the shipped pipeline on the shipped examples: each is understood by a model that has not seen it.

The margins are those that the training itself fits its thresholds on (`Examples.held_out`); thresholds and chances, eleven figures
fitted on all of them, are the trained model's. What it changes to fit these anew in each fold is told in docs/understanding.md.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.engine.features import feature_text
from bot.engine.hybrid import Examples, HybridModel, distinct, held_out_margins
from bot.insight.examples import Example
from bot.insight.outcomes import Labelled, Prediction
from bot.insight.understanding.parsing import CLASSIFIER, Understanding, unpacked

SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)
"""Of the examples, for the learning curve."""


class _Recalled(HybridModel):
    """A trained model that answers for the examples with the margins of models that have not seen them."""

    recalled: dict[str, np.ndarray]

    def margins(self, texts: Sequence[str]) -> np.ndarray:
        """Of the whole text; its parts, which a second problem is looked for in, have none of their own and follow it."""
        known = [self.recalled.get(feature_text(text)) for text in texts]
        whole = next(row for row in known if row is not None)
        return np.vstack([whole if row is None else row for row in known])


def kept_predictions(examples: Sequence[Example], archive: Path) -> list[Prediction]:
    """Each example as the pipeline of this model would have understood it, had the model not seen it; from the margins that the
    training kept, so that nothing is fitted anew. Raises ValueError where the model was trained on other examples.
    """
    rows = distinct([one.text for one in examples], [one.topic for one in examples])
    with unpacked(archive) as parts:
        margins = held_out_margins(parts[CLASSIFIER])
    if len(margins) != len(rows):
        raise ValueError("the model was trained on other examples than data/nlu has; train it again")
    return _predictions(archive, sorted({topic for topic, _ in rows}), rows, _originals(examples), margins)


def _originals(examples: Sequence[Example]) -> dict[tuple[str, str], str]:
    """The texts as written, by (topic, text as the classifier sees it)."""
    first: dict[tuple[str, str], str] = {}
    for one in examples:
        first.setdefault((one.topic, feature_text(one.text)), one.text)
    return first


def _predictions(archive: Path, labels: list[str], rows: Sequence[tuple[str, str]], originals: dict[tuple[str, str], str], margins: np.ndarray) -> list[Prediction]:
    with unpacked(archive) as parts:
        model = _Recalled.load(parts[CLASSIFIER])
    if model.labels != labels:
        raise ValueError("the model was trained on other topics than data/nlu has; train it again")
    understanding = Understanding.of(archive)
    found = []
    for (topic, text), row in zip(rows, margins):
        model.recalled = {text: row[None, :]}
        found += understanding.predict([Labelled(originals[topic, text], (topic,))], model)
    return [replace(one, ms=None) for one in found]


@dataclass(frozen=True)
class CrossValidation:
    """Examples with what held-out models make of them, made anew."""

    made: Examples
    margins: np.ndarray
    kernel: np.ndarray
    originals: dict[tuple[str, str], str]

    @classmethod
    def of(cls, examples: Sequence[Example]) -> CrossValidation:
        """A minute for 14,000 examples. Raises ValueError with fewer than two topics."""
        made = Examples.of([one.text for one in examples], [one.topic for one in examples])
        kernel = made.kernel()
        return cls(made, made.held_out(kernel), kernel, _originals(examples))

    def predictions(self, archive: Path) -> list[Prediction]:
        """Each example as the pipeline of this model would have understood it, had the model not seen it."""
        rows = [(self.made.labels[label], text) for label, text in zip(self.made.classes, self.made.texts)]
        return _predictions(archive, self.made.labels, rows, self.originals, self.margins)

    def learning_curve(self, outside: str) -> list[dict[str, float]]:
        """`{examples, accuracy}`: how often the likeliest topic is right, in scope, with a share of every topic's examples."""
        curve = []
        shuffle = np.random.default_rng(0)
        order = shuffle.permutation(len(self.made.classes))
        for share in SHARES:
            rows = np.sort(np.concatenate([own[:max(4, round(share * len(own)))] for own in
                                           (order[self.made.classes[order] == label] for label in range(len(self.made.labels)))]))
            part = replace(self.made, texts=[self.made.texts[i] for i in rows], classes=self.made.classes[rows], known=self.made.known[rows])
            margins = part.held_out(self.kernel[np.ix_(rows, rows)])
            if outside in part.labels:
                margins[:, part.labels.index(outside)] = -np.inf
            inside = part.classes != (part.labels.index(outside) if outside in part.labels else -1)
            curve.append({"examples": len(rows), "accuracy": round(float((margins.argmax(1) == part.classes)[inside].mean()), 4)})
        return curve
