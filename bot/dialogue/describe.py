"""What a problem's ticket needs, and the clear description written from what is known (data/describe.yml). It asks nothing and keeps nothing."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogue import render
from bot.dialogue import state as states
from bot.dialogue.model import Content, Description, Text
from bot.dialogue.turn import Reply

ACCOUNT = ("uid", "account", "email", "phone")
"""Ways to name an account; one of them is enough."""
LEFT_OUT = frozenset({"problem", "language", "tried", "ticket_no"})
"""Fields that are no line of a case: the description itself, and what the bot notes for the team."""


@dataclass(frozen=True)
class Line:
    """One field of a case."""

    name: str
    value: str | None
    """None: not known."""
    declined: bool = False
    """It was asked for, and the user would not or could not give it."""


def described(content: Content, flow: str | None) -> Description:
    """The group a flow belongs to; the one for all others where no group names it."""
    groups = content.descriptions
    return next((group for group in groups if flow in group.flows), groups[-1])


def lines(content: Content, fields: Mapping[str, Mapping], flow: str | None) -> tuple[Line, ...]:
    """What the ticket of this problem needs, then whatever else is known, in the order to show them."""
    known = {name: record for name, record in fields.items() if name in content.fields and name not in LEFT_OUT}
    account = next((name for name in ACCOUNT if (known.get(name) or {}).get("value")), None)
    names: list[str] = []
    for need in described(content, flow).needs:
        name = account if need in ACCOUNT and account else need
        if name not in names:
            names.append(name)
    names += [name for name, record in known.items() if name not in names and record.get("value")]
    return tuple(_line(name, known.get(name) or {}) for name in names)


def describe(content: Content, fields: Mapping[str, Mapping], flow: str, lang: str) -> Reply:
    """The problem in the guide's form, from what is known; what is not known is left out, never guessed."""
    state = states.fresh({"lang": lang, "fields": dict(fields)})
    chosen = [wording for part in described(content, flow).parts if (wording := next((w for w in part if _sayable(w, fields)), None))]
    joined = Text("，".join(text.zh for text in chosen) + "。", " ".join(text.en for text in chosen))
    return render.reply(content, state, joined, title=content.title(flow))


def _sayable(text: Text, fields: Mapping[str, Mapping]) -> bool:
    named = [name[6:] for name in render.PLACEHOLDER.findall(text.zh) if name.startswith("field.")]
    return all((fields.get(name) or {}).get("value") for name in named)


def _line(name: str, record: Mapping) -> Line:
    return Line(name, record.get("value"), bool(record.get("declined")))
