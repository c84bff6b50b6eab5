"""What was understood of one message of the user's. Understanding itself is the engine's subject (`bot/engine`)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Heard:
    """One message, as understanding gives it."""

    text: str = ""
    """What was typed; empty for a button."""
    intent: str | None = None
    """The intent, `choose`, `inform`, `nlu_clarify` or `nlu_fallback`."""
    entities: tuple[Mapping, ...] = ()
    """Each `{entity, value, text?, start?, end?}`, values normalised."""
    choice: str | None = None
    """`step.choice` of a button, or of a text that was matched with the question."""
    by: str = ""
    """How a typed text was taken for that choice (`match.Pick.by`); empty for a button."""
    topic: str | None = None
    """A flow, card or intent picked from a menu."""
    offer: str | None = None
    """The answer to a question of the bot's own."""
    ranking: tuple[tuple[str, float], ...] = ()
    """Intents with confidences (0-1), best first."""
    queued: tuple[str, ...] = ()
    """Further problems named in the same message."""

    @classmethod
    def of(cls, message: Mapping) -> Heard:
        """From a parsed message: `{text, intent: {name} | name, entities, intent_ranking | ranking, queued?}`."""
        intent = message.get("intent")
        entities = [e for e in message.get("entities") or () if e.get("entity")]
        picked = {e["entity"]: str(e.get("value")) for e in entities if e["entity"] in ("choice", "topic", "offer")}
        choice, offer = picked.get("choice"), picked.get("offer")
        by = next((str(e.get("kind") or "") for e in entities if e["entity"] == "choice"), "")
        topic = picked.get("topic")
        if choice and choice.startswith("offer."):
            choice, offer = None, choice.partition(".")[2]
        if choice and choice.startswith("topic."):
            choice, topic = None, choice.partition(".")[2]
        text = str(message.get("text") or "")
        return cls(
            text="" if text.startswith("/") else text,
            intent=intent.get("name") if isinstance(intent, Mapping) else intent,
            entities=tuple(e for e in entities if e["entity"] not in ("choice", "topic", "offer")),
            choice=choice,
            by=by,
            topic=topic,
            offer=offer,
            ranking=_ranking(message.get("ranking") or message.get("intent_ranking") or ()),
            queued=tuple(message.get("queued") or ()),
        )


def _ranking(rows: Sequence[Mapping]) -> tuple[tuple[str, float], ...]:
    return tuple((str(r["name"]), float(r.get("confidence") or 0.0)) for r in rows if r.get("name"))
