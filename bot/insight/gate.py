"""Whether a model understands worse than another, message by message. Pure; what follows from it is promotion's subject.

Both models are asked the same messages, so only those that they treat differently tell anything. The change has the exact 95 %
interval of McNemar's test: Clopper and Pearson's of the share of gains among the messages that changed (Agresti, Categorical
Data Analysis, 10.1). A bootstrap says the same where many changed; here it is often a dozen, where it is too narrow, and it
would need a seed.
"""
from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.insight.outcomes import ASKED, OUTCOMES, RIGHT, WRONG

LEVEL = 0.95
FEWEST = 100
"""Messages in common from which a comparison is one."""
DIGITS = 6
CHECKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("answered rightly at once or by one question", lambda outcome: outcome in (RIGHT, ASKED)),
    ("not acted upon wrongly", lambda outcome: outcome != WRONG),
)
SOURCES = {"heldout": "held-out file", "cross_validation": "cross-validation"}


@dataclass(frozen=True)
class Measured:
    """How a model did on every message: digest -> outcome. None where it was not measured."""

    fingerprint: str
    heldout: Mapping[str, str] | None
    cross_validation: Mapping[str, str] | None

    def save(self, path: Path) -> None:
        """One line an outcome, digests joined."""
        kept = {"fingerprint": self.fingerprint}
        for source in SOURCES:
            outcomes = getattr(self, source)
            kept[source] = None if outcomes is None else {
                name: "".join(sorted(digest for digest, outcome in outcomes.items() if outcome == name)) for name in OUTCOMES}
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> Measured | None:
        """None where there is none, or none that can be read."""
        try:
            kept = json.loads(path.read_text("utf-8"))
            return cls(kept["fingerprint"], *(None if kept[source] is None else {
                joined[at:at + DIGITS]: name for name, joined in kept[source].items() for at in range(0, len(joined), DIGITS)} for source in SOURCES))
        except (OSError, ValueError, KeyError, AttributeError, TypeError):
            return None


@dataclass(frozen=True)
class Compared:
    """One check on the messages that both models were asked."""

    source: str
    """Key of SOURCES."""
    check: str
    messages: int
    lost: int
    won: int
    low: float
    high: float
    """The interval of the change, as shares (0-1) of the messages; below 0 is worse."""

    @property
    def change(self) -> float:
        return (self.won - self.lost) / self.messages

    @property
    def worse(self) -> bool:
        """Whether the whole interval is below no change."""
        return self.high < 0

    def __str__(self) -> str:
        return (f"{SOURCES[self.source]}, {self.check}: {self.change * 100:+.2f} points (95 %: {self.low * 100:+.2f} to {self.high * 100:+.2f}; "
                f"{self.won} won, {self.lost} lost of {self.messages}){' - worse' if self.worse else ''}")


def compare(before: Measured, after: Measured) -> list[Compared]:
    """Every check on every source that both have with at least FEWEST messages in common."""
    found = []
    for source in SOURCES:
        old, new = getattr(before, source), getattr(after, source)
        shared = sorted(set(old or ()) & set(new or ()))
        if len(shared) < FEWEST:
            continue
        for check, good in CHECKS:
            lost = sum(good(old[digest]) and not good(new[digest]) for digest in shared)
            won = sum(good(new[digest]) and not good(old[digest]) for digest in shared)
            found.append(Compared(source, check, len(shared), lost, won, *interval(won, lost, len(shared))))
    return found


def interval(won: int, lost: int, messages: int) -> tuple[float, float]:
    """The exact LEVEL interval of (won - lost) / messages."""
    changed = won + lost
    if not changed:
        return 0.0, 0.0
    tail = (1 - LEVEL) / 2
    low = 0.0 if won == 0 else _solve(lambda share: 1 - _at_most(won - 1, changed, share) - tail)
    high = 1.0 if won == changed else _solve(lambda share: tail - _at_most(won, changed, share))
    return changed * (2 * low - 1) / messages, changed * (2 * high - 1) / messages


def _at_most(count: int, of: int, share: float) -> float:
    """The chance of at most `count` successes."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return float(count >= of)
    return math.fsum(math.exp(math.lgamma(of + 1) - math.lgamma(k + 1) - math.lgamma(of - k + 1) + k * math.log(share) + (of - k) * math.log1p(-share))
                     for k in range(count + 1))


def _solve(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2
