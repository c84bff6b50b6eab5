"""Describes the open question as plain JSON, so that engine and app match an answer alike. Matching itself is `match.py`."""
from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue import state as states
from bot.dialogue.model import SKIP, UNSURE, Ask, Choice, Content, Text
from bot.dialogue.wording import BUTTON_WORDS

OFFERS = {
    "switch": ("switch", "stay"),
    "resume": ("resume", "drop"),
    "again": ("resume", "fresh"),
    "next": ("next", "later"),
    "helped": ("helped", "not_helped"),
    "place": ("human", "menu"),
    "handoff": ("human", "again"),
    "sure": ("yes", "no"),
    "clarify": ("none_of_these",),
}
"""The bot's own questions -> their answers; a clarification has its topics besides."""
AGREES = {"switch", "resume", "next", "helped", "human", "yes"}
"""Answers that a plain yes gives."""
DENIES = {"stay", "fresh", "drop", "later", "not_helped", "again", "no", "none_of_these", "menu"}
"""Answers that a plain no gives."""
PASSING = {"helped", "place"}
"""Questions that people may pass over: whoever goes on with something else is not held to them."""

NUMBERED = {"switch", "again", "clarify"}
"""Questions that a number answers inside a flow too: nothing else is asked before they are answered."""
ALARM = "account_compromised"
"""The topic that cards about frauds offer to whoever did already what they warn of."""


def admits(content: Content, offer: Mapping | None) -> str | None:
    """The choice of somebody who did already what the last card warned of; None where it warned of nothing."""
    card = content.cards.get((offer or {}).get("card", ""))
    return f"topic.{ALARM}" if card and ALARM in card.buttons else None


def expect(content: Content, state: Mapping | None) -> dict:
    """What the open question takes: `{kind, flow?, step?, choices, numbers?, field, known, fields, passed}`; empty without an open question.

    `choices`: `{id, labels, words, intents, entities, alone?}` in the order shown (`alone`: only words that are the whole message pick it); `field`: what `fields.read` needs; `known` and `fields`:
    {name: value} known, and all fields there are; `passed`: choices of the questions answered before, for corrections. `before`, where an
    earlier message is heard in its new wording: `{fields: {name: value}, choices}` known and chosen so far, so that what differs is seen. `admits`: the choice of
    somebody who tells, below a warning, that he did already what it warns of.
    """
    state = states.fresh(state)
    made: dict = {"choices": [], "field": None, "known": {n: r["value"] for n, r in sorted(state["fields"].items()) if r.get("value")}, "fields": sorted(content.fields), "passed": []}
    frame, collect, offer = state["flow"], state["collect"], state["offer"]
    if frame:
        flow = content.flows.get(frame["name"])
        made["passed"] = _passed(flow, frame) if flow else []
    if state["edited"]:
        made["before"] = {"fields": {name: states.value(state, name) for name in made["known"]},
                          "choices": [f"{name}.{chosen}" for name, chosen in (frame["path"] if frame else ()) if chosen]}
    if offer:
        # Inside a flow a bare number answers the flow's question, which may have been asked with numbers, unless what to look at is the question.
        numbers = offer["kind"] not in PASSING and (not frame or offer["kind"] in NUMBERED)
        return {**made, "kind": "offer", "choices": _offer_choices(content, offer), "numbers": numbers, "admits": admits(content, offer)}
    if collect:
        field = content.fields.get(collect.get("asked") or "")
        added = [_added(content, "ticket", name) for name in (SKIP, *((UNSURE,) if field and field.help else ()))]
        return {**made, "kind": "collect", "step": "ticket", "choices": added, "field": states.wanted(field, content) if field else None}
    step = content.flows[frame["name"]].steps.get(frame["step"]) if frame and frame["name"] in content.flows else None
    if not isinstance(step, Ask):
        return {}
    choices = [_choice(step.name, c) for c in step.choices]
    if step.help or step.unsure:
        choices.append(_added(content, step.name, UNSURE))
    if step.fills:
        choices.append(_added(content, step.name, SKIP))
    field = content.fields.get(step.fills or "")
    return {**made, "kind": "step", "flow": frame["name"], "step": step.name, "choices": choices, "field": states.wanted(field, content) if field else None}


def _choice(step: str, choice: Choice) -> dict:
    return {
        "id": f"{step}.{choice.name}", "labels": [choice.label.zh, choice.label.en], "words": list(choice.words.all()),
        "intents": list(choice.intents), "entities": {e: list(v) for e, v in choice.entities.items()},
    }


def _added(content: Content, step: str, name: str) -> dict:
    label = content.replies.get(f"button.{name[1:]}") or Text("", "")
    return {"id": f"{step}.{name}", "labels": [t for t in (label.zh, label.en) if t], "words": [], "intents": [], "entities": {}}


def _offer_choices(content: Content, offer: Mapping) -> list[dict]:
    made = []
    for topic in offer.get("topics") or ():
        title = content.title(topic)
        made.append({"id": f"topic.{topic}", "labels": [title.zh, title.en], "words": [], "intents": [], "entities": {}})
    for answer in OFFERS.get(offer["kind"], ()):
        label = content.replies.get(f"button.{answer}") or Text(answer, answer)
        intents = (["affirm"] if answer in AGREES else ["deny"] if answer in DENIES else [])
        intents += {"helped": ["feedback_resolved"], "not_helped": ["feedback_unresolved"]}.get(answer, [])
        made.append({"id": f"offer.{answer}", "labels": [label.zh, label.en], "words": list(BUTTON_WORDS.get(answer, ())), "intents": intents, "entities": {}})
    if offer["kind"] in PASSING:
        made = [{**choice, "alone": True} for choice in made]
    return made


def _passed(flow, frame: Mapping) -> list[dict]:
    asked = []
    for at in frame.get("marks", []):
        name = frame["path"][at][0] if at < len(frame["path"]) else None
        step = flow.steps.get(name)
        if isinstance(step, Ask) and step.choices:
            asked.append({"step": name, "choices": [_choice(name, c) for c in step.choices]})
    return asked
