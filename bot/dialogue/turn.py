"""What the dialogue answers: replies made of parts, buttons, and the state after the turn."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A piece of a reply."""

    text: str
    """Its text, in the conversation's language (zh-Hans where that is zh-Hant)."""
    fixed: bool = False
    """A link, name or value: never converted between scripts."""


@dataclass(frozen=True)
class Button:
    """A button below a reply."""

    title: str
    """What it shows."""
    payload: str
    """What it sends: at most 64 bytes."""


@dataclass(frozen=True)
class Reply:
    """One bubble."""

    parts: tuple[Part, ...]
    """The text in pieces, so that it can be converted without touching links and values."""
    buttons: tuple[Button, ...] = ()
    """At most five."""

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(p.text for p in self.parts)

    def converted(self, convert: Callable[[str], str]) -> dict:
        """`{text, buttons}` with `convert` (to 繁體) applied to all but the fixed parts."""
        return {
            "text": "".join(p.text if p.fixed else convert(p.text) for p in self.parts),
            "buttons": [{"title": convert(b.title), "payload": b.payload} for b in self.buttons],
        }


@dataclass(frozen=True)
class Turn:
    """The dialogue's answer to one message."""

    state: dict
    """The dialogue state after the turn (docs/architecture.md, Dialogue state)."""
    replies: tuple[Reply, ...] = ()
    """What to show, in order."""
    stage: str | None = None
    """`asking`, `solved`, `handoff` or None: the slot `flow_stage`."""
    outcome: str | None = None
    """How a flow ended in this turn: `solved`, `wait`, `handoff`, `stopped`, or None."""
    event: str = ""
    """What happened, for reports: `started`, `answered`, `missed` …"""

    @property
    def check(self) -> dict | None:
        """`{name, args, step}` of a slow check the app must run before `engine.walk`."""
        return self.state.get("check")
