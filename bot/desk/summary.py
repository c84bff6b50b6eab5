"""A ticket in a few words for agents, in their language, made from its fields by the templates of data/summary.yml. No model writes it."""
from __future__ import annotations

from collections.abc import Mapping

from bot.conversations.sentences import content
from bot.dialogue.model import Content, Say
from bot.dialogue.render import PLACEHOLDER
from bot.text.moments import dated

LONGEST = 60
"""Characters of a value in a summary; what is longer is shortened in the middle."""


def summary(flow: str, fields: Mapping[str, Mapping], language: str) -> str:
    """One sentence; `language`: zh or en."""
    known = content()
    values = {f"field.{name}": _short(shown_value(name, record, language)) for name, record in fields.items() if record.get("value")}
    if flow:
        values["problem"] = known.title(flow).of(language)
    parts = []
    for clause in known.summary:
        fitting = next((text.of(language) for text in clause if set(PLACEHOLDER.findall(text.of(language))) <= values.keys()), None)
        if fitting:
            parts.append(PLACEHOLDER.sub(lambda found: values[found[1]], fitting))
    if not parts:
        return ""
    said = ("，" if language == "zh" else ", ").join(parts)
    return said + ("。" if language == "zh" else ".")


def shown_value(name: str, record: Mapping, language: str) -> str:
    """A field's value as an agent reads it: a time as it was said with its date, anything else as it was read."""
    value = str(record.get("value") or "")
    field = content().fields.get(name)
    return dated(record.get("said") or "", value, language) if field and field.kind == "time" else value


def tried(value: str, language: str) -> list[str]:
    """The steps somebody has been through, as the texts that advised them ("deposit_missing.tip, …" as the ticket keeps it)."""
    known: Content = content()
    found = []
    for name in filter(None, (part.strip() for part in value.split(","))):
        flow, _, step = name.partition(".")
        there = known.flows.get(flow)
        advice = there.steps.get(step) if there else None
        found.append(_beginning(advice.say.of(language)) if isinstance(advice, Say) else name)
    return found


def _beginning(text: str) -> str:
    """The first line; with what follows where that only announces it ("…：")."""
    first, *more = (line.strip() for line in text.strip().split("\n"))
    line = PLACEHOLDER.sub("…", " ".join([first, *filter(None, more)]) if first.endswith((":", "：")) else first)
    return line if len(line) <= 140 else f"{line[:139]}…"


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else f"{value[:12]}…{value[-8:]}"
