"""What the checks of flows, cards and the other files share: the names that may be used, and a fault's shape."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.content import wording
from bot.dialogue import render
from bot.dialogue.model import Content, Text

Fault = tuple[str, str, str]
"""(where, what, what to do)."""
BY_PIPELINE = frozenset({"choose", "inform", "nlu_clarify", "nlu_fallback"})
"""Intents without examples."""


class Names:
    """What may be named in a flow or card."""

    def __init__(self, content: Content, root: Path):
        self.content = content
        self.examples = {p.stem for p in (root / "data" / "nlu").glob("*/*.yml")}
        self.intents = self.examples | content.intents() | BY_PIPELINE
        self.topics = content.intents() | set(content.flows) | set(content.cards) | {"human_agent"}
        self.networks = {n for c in content.exchange.coins.values() if isinstance(c, Mapping) for n in c.get("networks") or ()}

    def values(self, entity: str) -> set[str] | None:
        """The values an entity can have; None where any may be."""
        return {"coin": set(self.content.exchange.coins), "network": self.networks}.get(entity)


def text_faults(where: str, text: Text, content: Content, may: frozenset[str] = frozenset()) -> Iterator[Fault]:
    """What is wrong with a text; `may` names the arguments it may use besides links, facts, regions and fields."""
    yield from at(where, wording.faults(text, content.exchange, may))
    for name in render.PLACEHOLDER.findall(text.zh + text.en):
        if name.startswith("field.") and name[6:] not in content.fields:
            yield where, f"{{{name}}} is unknown", f"Fields are: {', '.join(sorted(content.fields))}."


def field_faults(where: str, field: str, content: Content) -> Iterator[Fault]:
    """A field that does not exist."""
    if field not in content.fields:
        yield where, f'field "{field}" is unknown', "Use one of data/fields.yml, or add it there."


def queue_faults(where: str, queue: str | None, content: Content) -> Iterator[Fault]:
    """A queue that does not exist."""
    if queue and queue not in content.exchange.queues:
        yield where, f'queue "{queue}" is unknown', f"Known: {', '.join(sorted(content.exchange.queues))}."


def at(where: str, found: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    """Faults of a text, with their place."""
    return ((where, what, do) for what, do in found)
