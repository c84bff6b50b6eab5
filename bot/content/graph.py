"""Draws a flow as Mermaid text, for docs and for reading a flow at a glance."""
from __future__ import annotations

from bot.dialogue.model import SKIP, UNSURE, Ask, Check, End, Flow, Say, Step

WIDEST = 40
"""Characters of a text shown in a box."""


def graph(flow: Flow, lang: str = "en") -> str:
    """The flow as a Mermaid flowchart with texts in `lang` (`zh` or `en`)."""
    rows = [f"%% {flow.name}: {flow.title.of(lang)}", "flowchart TD"]
    for step in flow.steps.values():
        rows.append("  " + _box(step, lang))
        rows += [f"  {_id(step.name)} {_arrow(label)} {_id(target)}" for label, target in _ways(step, lang)]
    return "\n".join(rows)


def _box(step: Step, lang: str) -> str:
    name = _id(step.name)
    if isinstance(step, Ask):
        return f'{name}{{{{"{_short(step.ask.of(lang))}"}}}}'
    if isinstance(step, Say):
        return f'{name}["{_short(step.say.of(lang))}"]'
    if isinstance(step, Check):
        return f'{name}[["{_short(step.check)}"]]'
    told = step.end if not step.queue else f"{step.end}: {step.queue}"
    return f'{name}(["{_short(told if not step.flow else step.flow)}"])'


def _ways(step: Step, lang: str) -> list[tuple[str, str]]:
    if isinstance(step, Ask):
        made = [(c.label.of(lang), c.go) for c in step.choices]
        made += [(step.fills, step.go)] if step.fills and step.go else []
        made += [(SKIP[1:], step.skip)] if step.skip else []
        return made + ([(UNSURE[1:], step.unsure)] if step.unsure else [])
    if isinstance(step, Say):
        return [("", step.go)]
    if isinstance(step, End):
        return []
    return list(step.outcomes.items())


def _arrow(label: str) -> str:
    return f'-->|"{_short(label)}"|' if label else "-->"


def _short(text: str) -> str:
    """One line without what Mermaid reads as its own."""
    plain = " ".join(text.replace('"', "'").replace("{", "").replace("}", "").split())
    return plain if len(plain) <= WIDEST else plain[: WIDEST - 1] + "…"


def _id(name: str) -> str:
    """A node's name: `end` and the like are Mermaid's own words."""
    return f"s_{name}"
