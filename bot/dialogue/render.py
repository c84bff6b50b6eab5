"""Makes replies of content: fills placeholders, keeps values apart from words, and hides personal data. It chooses no text."""
from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from bot.dialogue.model import MAX_BUTTONS, Content, Text
from bot.dialogue.turn import Button, Part, Reply
from bot.text.moments import dated

PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z0-9_]+)?)\}")
"""`{link.x}`, `{fact.x}`, `{region.x}`, `{field.x}`, `{found.x}` (what a check found, handed in as `found`), and the named arguments of the bot's own sentences."""
BRAND = "brand"
"""The fact that is a name: written the same in every script."""


def reply(content: Content, state: Mapping, text: Text | str, buttons: Sequence[Button] = (), **args: object) -> Reply:
    """A bubble in the state's language. An argument that is a Text or a tuple of parts is words, anything else a value that is left as it is."""
    said = text.of(state["lang"]) if isinstance(text, Text) else text
    parts: list[Part] = []
    at = 0
    for found in PLACEHOLDER.finditer(said):
        parts.append(Part(said[at:found.start()]))
        parts += _filled(content, state, found[1], args)
        at = found.end()
    parts.append(Part(said[at:]))
    return Reply(tuple(p for p in parts if p.text), tuple(buttons[:MAX_BUTTONS]))


def _filled(content: Content, state: Mapping, name: str, args: Mapping) -> tuple[Part, ...]:
    kind, _, key = name.partition(".")
    if not key:
        given = args.get(name, "")
        if isinstance(given, tuple):
            return given
        return (Part(given.of(state["lang"])) if isinstance(given, Text) else Part(str(given), fixed=True),)
    if kind == "link":
        return (Part(content.exchange.links.get(key, ""), fixed=True),)
    if kind == "fact":
        fact = content.exchange.facts.get(key)
        return (Part(fact.of(state["lang"]) if fact else "", fixed=key == BRAND),)
    if kind == "region":
        there = content.exchange.region(state.get("timezone") or "").get(key)
        return (Part(there.of(state["lang"]) if there else ""),)
    if kind == "found":
        return (Part(str(args.get("found", {}).get(key, "")), fixed=True),)
    return (_given(content, state, key),)


def _given(content: Content, state: Mapping, name: str) -> Part:
    """A field in a text: such sentences are copied and sent on, so references stay whole, and what is unknown is a gap to be filled in."""
    value = (state["fields"].get(name) or {}).get("value")
    field = content.fields.get(name)
    if not value:
        return Part(f"[{field.label.of(state['lang']) if field else name}]")
    if field and field.kind == "time":
        return Part(dated(state["fields"][name].get("said") or "", value, state["lang"]), fixed=True)
    return Part(shown(content, state, name) if field and field.personal else value, fixed=True)


def shown(content: Content, state: Mapping, name: str) -> str:
    """A field's value as it may be shown: personal data masked, long references shortened, a time as it was said; "-" where there is none."""
    record = state["fields"].get(name) or {}
    given = record.get("value")
    if not given:
        return "-"
    field = content.fields.get(name)
    if field and field.kind == "time":
        return record.get("said") or given  # "昨天下午3点", not the moment it was read as
    if field and field.personal:
        return masked(given)
    return f"{given[:6]}…{given[-4:]}" if len(given) > 40 else given


def masked(text: str) -> str:
    """Personal data with its middle hidden: `ab***@example.com`, `12****78`."""
    name, at, domain = text.partition("@")
    if at:
        return f"{name[:2]}***@{domain}"
    return f"{text[:2]}****{text[-2:]}" if len(text) >= 6 else "****"


def choose(key: str, picked: str) -> str:
    """The payload of a button: `choose("choice", "origin.onchain")`."""
    return "/choose" + json.dumps({key: picked}, ensure_ascii=False, separators=(",", ":"))
