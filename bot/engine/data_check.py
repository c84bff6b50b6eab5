"""What is doubtful about the examples of data/nlu: doubles, near-doubles, labels that a cross-validated model contradicts, weak topics.

It only tells; a person decides. `python -m bot.engine.data_check` prints it (half a minute).
"""
from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from bot.engine.features import feature_text
from bot.engine.hybrid import Examples
from bot.home import ROOT

NEAR = 0.9
"""Likeness (0-1) from which two texts say the same."""
SHOWN = 40


@dataclass(frozen=True)
class Example:
    """A line of data/nlu."""

    text: str
    topic: str
    file: str


@dataclass(frozen=True)
class Doubt:
    """An example whose topic a model that has not seen it contradicts."""

    text: str
    topic: str
    likelier: str
    by: float
    """How much more speaks for the other topic, about 0-2."""


@dataclass(frozen=True)
class Weakness:
    """How well a topic is told from the others by models that have not seen the message."""

    topic: str
    examples: int
    recall: float
    precision: float
    taken_for: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Report:
    """Everything the check found."""

    contradicting: list[tuple[str, list[str]]]
    """Texts that stand under several topics."""
    repeated: list[tuple[str, str, int]]
    """(topic, text, how often) within one topic."""
    near: list[tuple[str, str, str, str]]
    """(topic, text, other topic, other text) that say nearly the same under different topics."""
    doubts: list[Doubt]
    """The strongest first."""
    weakest: list[Weakness]
    """The lowest F1 first."""


def read(root: Path = ROOT) -> list[Example]:
    """The examples of data/nlu in the files' order."""
    found = []
    for path in sorted((root / "data" / "nlu").glob("*/*.yml")):
        for part in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = (line.strip() for line in part["examples"].splitlines())
            found += [Example(line[2:].strip(), part["intent"], f"{path.parent.name}/{path.name}") for line in lines if line.startswith("- ")]
    return found


def doubles(examples: Iterable[Example]) -> tuple[list[tuple[str, list[str]]], list[tuple[str, str, int]]]:
    """Texts under several topics, and texts that a topic has more than once; texts are compared as the classifier sees them."""
    topics: dict[str, Counter[str]] = {}
    for example in examples:
        topics.setdefault(feature_text(example.text), Counter())[example.topic] += 1
    contradicting = [(text, sorted(counts)) for text, counts in sorted(topics.items()) if len(counts) > 1]
    repeated = [(topic, text, count) for text, counts in sorted(topics.items()) for topic, count in counts.items() if count > 1]
    return contradicting, repeated


def check(examples: Sequence[Example]) -> Report:
    """Everything, by one cross-validation. Raises ValueError with fewer than two topics."""
    contradicting, repeated = doubles(examples)
    made = Examples.of([example.text for example in examples], [example.topic for example in examples])
    alike = made.likeness()
    apart = np.triu(alike >= NEAR, 1) & (made.classes[:, None] != made.classes[None, :])
    near = [(made.labels[made.classes[i]], made.texts[i], made.labels[made.classes[j]], made.texts[j])
            for i, j in np.argwhere(apart) if made.texts[i] != made.texts[j]]
    del alike, apart
    margins = made.held_out(made.kernel())
    return Report(contradicting, repeated, near, _doubts(made, margins), _weakest(made, margins))


def _doubts(made: Examples, margins: np.ndarray) -> list[Doubt]:
    best = margins.argmax(1)
    row = np.arange(len(best))
    by = margins[row, best] - margins[row, made.classes]
    return [Doubt(made.texts[i], made.labels[made.classes[i]], made.labels[best[i]], float(by[i]))
            for i in np.argsort(-by, kind="stable") if best[i] != made.classes[i]]


def _weakest(made: Examples, margins: np.ndarray) -> list[Weakness]:
    best = margins.argmax(1)
    found = []
    for number, topic in enumerate(made.labels):
        own, taken = made.classes == number, best == number
        right = int((own & taken).sum())
        others = Counter(made.labels[i] for i in best[own & ~taken])
        found.append(Weakness(topic, int(own.sum()), right / own.sum(), right / max(1, taken.sum()), tuple(others.most_common(3))))
    return sorted(found, key=lambda one: one.recall + one.precision)


def lines(report: Report) -> Iterable[str]:
    """The report as text."""
    yield f"Under several topics: {len(report.contradicting)}"
    yield from (f"  {text}: {', '.join(topics)}" for text, topics in report.contradicting)
    yield f"More than once in a topic: {len(report.repeated)}"
    yield from (f"  {topic}: {text} ({count} times)" for topic, text, count in report.repeated[:SHOWN])
    yield f"Nearly the same under different topics: {len(report.near)}"
    yield from (f"  {topic}: {text}  |  {other}: {same}" for topic, text, other, same in report.near[:SHOWN])
    yield f"Contradicted by a model that has not seen them: {len(report.doubts)}, the strongest:"
    yield from (f"  {doubt.by:.2f}  {doubt.topic}, likelier {doubt.likelier}: {doubt.text}" for doubt in report.doubts[:SHOWN])
    yield "The weakest topics (recall, precision, taken for):"
    for one in report.weakest[:12]:
        yield f"  {one.topic}: {one.recall:.0%}, {one.precision:.0%} of {one.examples}; " + ", ".join(f"{name} {count}" for name, count in one.taken_for)


if __name__ == "__main__":
    sys.stdout.writelines(line + "\n" for line in lines(check(read())))
