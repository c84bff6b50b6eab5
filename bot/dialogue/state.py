"""The dialogue's state: plain JSON that travels with the conversation (docs/architecture.md). What to say is not its subject."""
from __future__ import annotations

import copy
from collections.abc import Mapping

from bot.dialogue.model import Content, Field

EMPTY = {
    "lang": "zh-Hans", "timezone": "", "flow": None, "parked": [], "queued": [], "last": None, "offer": None,
    "fields": {}, "collect": None, "check": None, "misses": 0, "tried": [], "edited": False,
}
"""A conversation's state before its first message."""
MOST_PARKED = 5
"""Problems kept waiting; the oldest gives way."""


def fresh(state: Mapping | None) -> dict:
    """A copy of `state` that may be changed, with every key present."""
    return {**copy.deepcopy(EMPTY), **copy.deepcopy(dict(state or {}))}


def stage(state: Mapping) -> str | None:
    """The slot `flow_stage`: `handoff` while a ticket is being filled in, `asking` while a question is open, `solved` after a solved flow."""
    if state.get("collect"):
        return "handoff"
    if state.get("flow") or state.get("offer"):
        return "asking"
    return "solved" if (state.get("last") or {}).get("outcome") == "solved" else None


def frame(flow: str, step: str) -> dict:
    """A new run of a flow.

    `path` has each step passed with what was chosen, `marks` the length of the path at each question that was really answered,
    `undo` what each answer changed: [length of the path, field, its record before].
    """
    return {"name": flow, "step": step, "path": [], "tries": 0, "marks": [], "undo": []}


def record(value: str | None, said: str | None, source: str = "said") -> dict:
    """A field's record; a `value` of None means that it was asked for and not given."""
    return {"value": value, "said": said, "source": source, "declined": value is None}


def value(state: Mapping, name: str) -> str | None:
    """A field's value, or None."""
    return (state["fields"].get(name) or {}).get("value")


def put(state: dict, name: str, made: dict, of: dict | None = None) -> None:
    """Set a field, remembering in the frame `of` what it was before."""
    if of is not None:
        of.setdefault("undo", []).append([len(of["path"]), name, state["fields"].get(name)])
    state["fields"][name] = made


def rewind(state: dict, of: dict, length: int) -> None:
    """Take back everything the flow heard since its path had `length` entries."""
    undo = of.get("undo", [])
    while undo and undo[-1][0] >= length:
        _, name, before = undo.pop()
        if before is None:
            state["fields"].pop(name, None)
        else:
            state["fields"][name] = before
    if length < len(of["path"]):
        of["step"] = of["path"][length][0]
    of["path"] = of["path"][:length]
    of["marks"] = [m for m in of.get("marks", []) if m < length]
    of["tries"] = 0


def reopen(of: dict) -> None:
    """Take the last answer off the path, so that its question is asked again; what was said stays known."""
    if of["marks"]:
        length = of["marks"][-1]
        of["step"] = of["path"][length][0]
        of.update(path=of["path"][:length], marks=of["marks"][:-1], undo=[u for u in of["undo"] if u[0] < length], tries=0)


def park(state: dict, of: dict) -> None:
    """Keep a flow for later; a flow is parked once."""
    state["parked"] = [f for f in state["parked"] if f["name"] != of["name"]][-(MOST_PARKED - 1):] + [of]


def wanted(field: Field, content: Content) -> dict:
    """A field as its reader and `expect` need it."""
    made = {"name": field.name, "kind": field.kind}
    if field.min is not None:
        made["min"] = field.min
    if field.max is not None:
        made["max"] = field.max
    coins = content.exchange.coins
    if field.kind == "network":
        made["networks"] = sorted({n for coin in coins.values() if isinstance(coin, Mapping) for n in coin.get("networks") or ()})
    if field.kind == "coin":
        names = {c: coin.get("name") if isinstance(coin, Mapping) else None for c, coin in coins.items()}
        made["coins"] = {c: sorted(set(n.values())) if isinstance(n, Mapping) else [] for c, n in names.items()}
    return made
