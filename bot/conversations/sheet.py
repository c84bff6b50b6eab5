"""The case sheet: what the team will need for the open problem, what is there, and the description. Corrections to it: corrections.py."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.conversations import dialogue
from bot.conversations.language import to_traditional
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import content
from bot.desk import tickets
from bot.desk.models import Ticket
from bot.dialogue import describe
from bot.dialogue import state as states
from bot.dialogue.model import Text

LONGEST = 500
"""Characters of a value."""


def progress(conversation: Conversation, ticket: Ticket | None) -> dict[str, int] | None:
    """{"have", "want"}: lines of the case that are filled in, screenshots included; None where no problem is open."""
    fields, flow, open_ = opened(conversation, ticket)
    if not open_:
        return None
    found = describe.lines(content(), fields, flow)
    have = sum(line.value is not None or line.declined for line in found) + bool(_pictures(conversation))
    return {"have": have, "want": len(found) + 1}


def shown(conversation_id: int) -> dict[str, Any]:
    """The case as docs/architecture.md ("Public HTTP", GET /api/case) has it."""
    conversation = Conversation.objects.get(pk=conversation_id)
    ticket = tickets.live(conversation_id)
    fields, flow, open_ = opened(conversation, ticket)
    language = dialogue.language(dialogue.heard_in(conversation, ""))
    lines = describe.lines(content(), fields, flow) if open_ else ()
    return {
        "title": _words(content().title(flow), language) if flow else "",
        "ticket": ticket.number if ticket else None,
        "fields": [_shown(line, fields.get(line.name) or {}, conversation, language) for line in lines],
        "files": _pictures(conversation),
        "description": _description(fields, flow, language),
        "editable": open_,
    }


def opened(conversation: Conversation, ticket: Ticket | None) -> tuple[Mapping[str, Mapping], str | None, bool]:
    """The fields of the open problem, its flow, and whether there is one."""
    if ticket:
        return ticket.fields, ticket.flow or None, True
    state = states.fresh(dialogue.heard_in(conversation, "")["slots"]["dialogue"])
    collecting = state["collect"]
    flow = (state["flow"] or {}).get("name") or (collecting or {}).get("flow")
    return state["fields"], flow if flow in content().flows else None, bool(state["flow"] or collecting)


def _shown(line: describe.Line, record: Mapping, conversation: Conversation, language: str) -> dict[str, Any]:
    field = content().fields[line.name]
    as_said = field.kind in ("time", "text") and record.get("said")
    return {
        "name": line.name, "label": _words(field.label, language), "value": (as_said or line.value or ""),
        "missing": line.value is None and not line.declined, "editable": not verified(line.name, {line.name: record}, conversation),
        "hint": _words(field.ask, language), "max": field.max or LONGEST,
    }


def verified(name: str, fields: Mapping[str, Mapping], conversation: Conversation) -> bool:
    """What the exchange vouches for is not the visitor's to change."""
    return name in (conversation.profile or {}) and (fields.get(name) or {}).get("source") == "verified"


def _description(fields: Mapping[str, Mapping], flow: str | None, language: str) -> str:
    own = (fields.get("problem") or {}).get("value")
    if own or not flow:
        return own or ""
    reply = describe.describe(content(), fields, flow, language)
    return reply.converted(_converter)["text"] if language == "zh-Hant" else reply.text


def _converter(text: str) -> str:
    return to_traditional(text, (content().exchange.brand.zh,))


def _words(text: Text, language: str) -> str:
    return _converter(text.zh) if language == "zh-Hant" else text.of(language)


def _pictures(conversation: Conversation) -> int:
    return Message.objects.filter(conversation=conversation, author=Message.Author.USER, file__isnull=False).count()
