"""What an understanding of a labelled message is worth: right, asked, missed or wrong. Pure; how often is figures' and gate's subject."""
from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

OUTSIDE = "out_of_scope"
RIGHT, ASKED, MISSED, WRONG = "right", "asked", "missed", "wrong"
OUTCOMES = (RIGHT, ASKED, MISSED, WRONG)
OFFERED = 3
"""Topics that a clarifying question lists."""


@dataclass(frozen=True)
class Labelled:
    """A message and what may be understood."""

    text: str
    accepted: tuple[str, ...]
    """Topics, the first is the label; OUTSIDE for what the bot cannot do."""
    id: str = ""
    group: str = ""
    """Who writes so (typo, colloquial, ...), where the file tells."""


@dataclass(frozen=True)
class Prediction:
    """A labelled message as a model understood it."""

    text: str
    accepted: tuple[str, ...]
    ranking: tuple[tuple[str, float], ...]
    """Topics with confidences (0-1), best first; empty where the text says nothing."""
    score: float
    """The chance (0-1) that it is in scope."""
    sure: float
    """The chance (0-1) that the first of the ranking is meant."""
    decision: str
    """act, clarify or fallback."""
    id: str = ""
    group: str = ""
    ms: float | None = None

    @property
    def first(self) -> str:
        """The likeliest topic, OUTSIDE where there is none."""
        return self.ranking[0][0] if self.ranking else OUTSIDE

    @property
    def predicted(self) -> str:
        """What `bot parse` calls predicted."""
        return OUTSIDE if self.decision == "fallback" else self.first

    @property
    def inside(self) -> bool:
        """Whether the bot can help with it, by its label."""
        return self.accepted[0] != OUTSIDE

    @property
    def outcome(self) -> str:
        """RIGHT: acted upon, or left alone, as it should be. ASKED: asked back, the right topic among those on offer. WRONG: acted
        upon as something else. MISSED: the rest - not understood, or asked back in vain."""
        if self.decision == "fallback":
            return RIGHT if OUTSIDE in self.accepted else MISSED
        if self.decision == "act":
            return RIGHT if self.first in self.accepted else WRONG
        return ASKED if {name for name, _ in self.ranking[:OFFERED]} & set(self.accepted) else MISSED

    @property
    def digest(self) -> str:
        """Six hex digits by which the same labelled text is known again."""
        return hashlib.sha256("\0".join((*self.accepted, self.text)).encode("utf-8", "replace")).hexdigest()[:6]


def by_outcome(predictions: Sequence[Prediction]) -> dict[str, float]:
    """Shares (0-1) of messages in scope that ended so; of the others the share that was left alone (`rejected`)."""
    inside = [one for one in predictions if one.inside]
    outside = [one for one in predictions if not one.inside]
    shares = {name: round(sum(one.outcome == name for one in inside) / len(inside), 4) if inside else None for name in OUTCOMES}
    return {**shares, "rejected": round(sum(one.decision == "fallback" for one in outside) / len(outside), 4) if outside else None}
