"""Which answer to the open question a text gives. What the text is about otherwise is the classifier's subject."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pick:
    """What a text answers to an open question."""

    choice: str | None = None
    """`step.choice`, `step.?unsure`, `step.?skip` or `offer.answer`; None for a value."""
    value: object = None
    """`fields.Read` or `fields.Trouble` for the field the question asks for."""
    by: str = ""
    """What it was recognised by: number, label, word, entity, intent, hedge, value."""


def match(expect: Mapping, text: str, entities: Sequence[Mapping] = (), intent: str | None = None) -> Pick | None:
    """The answer that `text` gives to the question described by `expect` (`bot.dialogue.expect`), or None if it gives none."""
    return None
