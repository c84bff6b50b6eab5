"""What is doubtful about the examples of data/nlu: doubles, near-doubles, labels that held-out models contradict, weak topics, too few.

It only tells; a person decides. `bot eval --data` prints it (half a minute).
"""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from bot.engine.features import feature_text
from bot.engine.hybrid import Examples
from bot.engine.topics import OUTSIDE, PROBLEMS
from bot.insight.examples import Example
from bot.insight.understanding.crossval import CrossValidation
from bot.text.language import detect

NEAR = 0.9
"""Likeness (0-1) from which two texts say the same."""
SHOWN = 40
KINDS = ("zh-Hans", "zh-Hant", "en", "mixed")
FOR_A_PROBLEM = (60, 15, 35, 10)
"""Examples of each of KINDS that a topic with a flow needs; a mixed one counts by its script as well."""
FOR_OTHERS = (30, 8, 20, 5)
FOR_OUTSIDE = 600
"""Out-of-scope examples in all."""
BY_PLACE = frozenset({"choose"})
"""Answers to a question: matched with its choices (bot/dialogue/match.py), so that few examples do."""
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile("[A-Za-z]{2}")


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
    short: list[tuple[str, str, int, int]]
    """(topic, kind of KINDS or "all", how many there are, how many it needs)."""
    examples: int

    @property
    def mistakes(self) -> int:
        """What must be mended: texts under several topics, near-doubles under different topics, topics with too few examples."""
        return len(self.contradicting) + len(self.near) + len(self.short)

    def to_json(self) -> dict[str, float | int]:
        """The counts, for the command's line."""
        return {"examples": self.examples, "topics": len(self.weakest), "contradicting": len(self.contradicting), "near": len(self.near), "short": len(self.short),
                "repeated": len(self.repeated), "doubts": len(self.doubts), "doubted_share": round(len(self.doubts) / max(1, self.examples), 4), "mistakes": self.mistakes}


def kinds(text: str) -> set[str]:
    """Which of KINDS a text counts as: its script, and mixed where Latin words stand in Chinese."""
    if not _HAN.search(text):
        return {"en"}
    return {"zh-Hant" if detect(text) == "zh-Hant" else "zh-Hans"} | ({"mixed"} if _LATIN.search(text) else set())


def short(examples: Iterable[Example]) -> list[tuple[str, str, int, int]]:
    """(topic, kind, how many, needed) wherever there are too few."""
    counts: dict[str, Counter[str]] = {}
    for example in examples:
        counts.setdefault(example.topic, Counter()).update({*kinds(example.text), "all"})
    found = []
    for topic, count in sorted(counts.items()):
        if topic == OUTSIDE:
            found += [(topic, "all", count["all"], FOR_OUTSIDE)] if count["all"] < FOR_OUTSIDE else []
        elif topic not in BY_PLACE:
            needed = zip(KINDS, FOR_A_PROBLEM if topic in PROBLEMS else FOR_OTHERS)
            found += [(topic, kind, count[kind], least) for kind, least in needed if count[kind] < least]
    return found


def doubles(examples: Iterable[Example]) -> tuple[list[tuple[str, list[str]]], list[tuple[str, str, int]]]:
    """Texts under several topics, and texts that a topic has more than once; texts are compared as the classifier sees them."""
    topics: dict[str, Counter[str]] = {}
    for example in examples:
        topics.setdefault(feature_text(example.text), Counter())[example.topic] += 1
    contradicting = [(text, sorted(counts)) for text, counts in sorted(topics.items()) if len(counts) > 1]
    repeated = [(topic, text, count) for text, counts in sorted(topics.items()) for topic, count in counts.items() if count > 1]
    return contradicting, repeated


def near_doubles(made: Examples) -> list[tuple[str, str, str, str]]:
    """(topic, text, other topic, other text) of texts that say nearly the same under different topics."""
    alike = made.likeness()
    apart = np.triu(alike >= NEAR, 1) & (made.classes[:, None] != made.classes[None, :])
    return [(made.labels[made.classes[i]], made.texts[i], made.labels[made.classes[j]], made.texts[j])
            for i, j in np.argwhere(apart) if made.texts[i] != made.texts[j]]


def check(examples: Sequence[Example], crossed: CrossValidation | None = None) -> Report:
    """Everything, by one cross-validation (made here unless given). Raises ValueError with fewer than two topics."""
    contradicting, repeated = doubles(examples)
    crossed = crossed or CrossValidation.of(examples)
    made, margins = crossed.made, crossed.margins
    return Report(contradicting, repeated, near_doubles(made), _doubts(made, margins), _weakest(made, margins), short(examples), len(made.texts))


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
    yield f"Too few: {len(report.short)}"
    yield from (f"  {topic}: {kind} {count}, needs {least}" for topic, kind, count, least in report.short)
    yield f"Nearly the same under different topics: {len(report.near)}"
    yield from (f"  {topic}: {text}  |  {other}: {same}" for topic, text, other, same in report.near[:SHOWN])
    yield f"Contradicted by a model that has not seen them: {len(report.doubts)}, the strongest:"
    yield from (f"  {doubt.by:.2f}  {doubt.topic}, likelier {doubt.likelier}: {doubt.text}" for doubt in report.doubts[:SHOWN])
    yield "The weakest topics (recall, precision, taken for):"
    for one in report.weakest[:12]:
        yield f"  {one.topic}: {one.recall:.0%}, {one.precision:.0%} of {one.examples}; " + ", ".join(f"{name} {count}" for name, count in one.taken_for)

