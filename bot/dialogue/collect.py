"""Gathers the fields of a ticket: what is missing, the question for it, the answer. It opens no ticket and knows no form."""
from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue import fields, lexicon, render, side
from bot.dialogue import state as states
from bot.dialogue.expect import ALARM, expect
from bot.dialogue.fields import Read, Trouble
from bot.dialogue.heard import Heard
from bot.dialogue.match import corrections, match
from bot.dialogue.model import SKIP, UNSURE, Content
from bot.dialogue.talk import Talk
from bot.dialogue.turn import Button, Turn
from bot.text import plain as plainly

MOST_TROUBLES = 2
"""Faulty answers to one question before what was said is kept as it is."""

UNMISTAKABLE = frozenset({"digits", "email", "phone", "tx_hash", "address", "ticket_no"})
"""Kinds of field whose values look like nothing else."""


def missing(content: Content, state: Mapping | None) -> tuple[str, ...]:
    """The fields still to be asked for; empty when the ticket can be opened, or none is being filled in."""
    state = states.fresh(state)
    wanted = (state["collect"] or {}).get("wanted", ())
    return tuple(name for name in wanted if name in content.fields and name not in state["fields"])


def ask(content: Content, state: Mapping | None) -> Turn:
    """The question for the next missing field; without one, a turn that says nothing."""
    talk = Talk(content, state)
    left = missing(content, talk.state)
    if not left:
        return talk.turn("complete")
    collect = talk.state["collect"]
    if not collect["order"] and collect["asked"] is None and left[0] != "problem":
        talk.say("handoff")
    if collect["asked"] != left[0]:
        collect["asked"], collect["tries"] = left[0], 0
    talk.show(content.fields[left[0]].ask, _buttons(talk))
    return talk.turn("asked")


def read(content: Content, state: Mapping | None, heard: Heard) -> Turn:
    """Take an answer to the question asked: a value, a skip, a correction of something said before, or a faulty value."""
    talk = Talk(content, state)
    collect = talk.state["collect"]
    if not collect:
        return talk.turn("nothing_open")
    name = collect["asked"] or next(iter(missing(content, talk.state)), None)
    if name is None:
        return talk.turn("complete")
    collect["asked"] = name
    if heard.choice == f"ticket.{SKIP}":
        return _declined(talk, name)
    if lexicon.SUBMIT.fullmatch(plainly(heard.text).strip(" .。!！")):
        collect["wanted"] = []
        return talk.turn("submitted")
    if alarmed(talk) and lexicon.PAY_MORE.search(plainly(heard.text)):
        talk.say("alarm.nothing_more")
        return talk.turn("told")
    if alarmed(talk) and lexicon.UNSURE.match(plainly(heard.text)):
        talk.say("alarm.order")
        return talk.turn("told")
    pick = match(expect(content, talk.state), heard.text, heard.entities, heard.intent)
    if pick and pick.choice and pick.choice.endswith(SKIP):
        return _declined(talk, name)
    if pick and pick.choice and pick.choice.endswith(UNSURE) or heard.choice == f"ticket.{UNSURE}":
        talk.show(content.fields[name].help or content.fields[name].ask)
        return talk.turn("explained")
    if pick and pick.by == "correction" and pick.field:
        found = corrections(expect(content, talk.state), pick, heard.text, heard.entities)
        for field, value in found.items():
            talk.put(field, value.value, value.said)
        talk.say("corrected", noted=talk.noted(list(found)))
        return talk.turn("corrected")
    put_right = _last_put_right(talk, heard)
    if put_right:
        talk.say("corrected", noted=talk.noted(put_right))
        return talk.turn("corrected")
    if pick and pick.field == name:
        return _taken(talk, name, pick.value, heard)
    filled = talk.fill(heard.entities, but=name)
    if filled:
        talk.say("noted", noted=talk.noted(filled))
        return talk.turn("noted")
    card = side.own_card(talk, collect["flow"], heard.text)
    if card:
        talk.show(card.texts[0])
        return talk.turn("told")
    if alarmed(talk) and not collect["tries"]:
        return _told_beside(talk, heard)
    return _troubled(talk, name, None, heard)


def alarmed(talk: Talk) -> bool:
    """Whether the ticket that is filled in was opened by an alarm."""
    flow = talk.content.flows.get((talk.state["collect"] or {}).get("flow") or "")
    return bool(flow) and flow.intent == ALARM


def take(content: Content, state: Mapping | None, entities: tuple[Mapping, ...]) -> tuple[dict, tuple[str, ...]]:
    """Keep values named in passing (while waiting, or with the engine down): the new state and the fields that are new."""
    talk = Talk(content, state)
    return talk.state, tuple(talk.fill(entities))


def plain(content: Content, name: str, text: str) -> Read | Trouble | None:
    """Read a text for a field without any state: for the case sheet and for answering with the engine down."""
    return fields.read(states.wanted(content.fields[name], content), text)


def _declined(talk: Talk, name: str) -> Turn:
    talk.put(name, None, None)
    _next(talk, name)
    talk.say("collect.declined")
    return talk.turn("declined")


def _last_put_right(talk: Talk, heard: Heard) -> list[str]:
    """The field answered last, where a message takes it back without saying which it means: "i meant 7788991"."""
    last, said = next(iter(talk.state["collect"]["order"][-1:]), None), plainly(heard.text)
    begins = lexicon.CORRECTION.match(said)
    if last not in talk.content.fields or not begins:
        return []
    found = fields.read(talk.wanted(last), said[begins.end():])
    if not isinstance(found, Read) or talk.content.fields[last].kind not in UNMISTAKABLE:
        return []
    talk.put(last, found.value, found.said)
    return [last]


def _taken(talk: Talk, name: str, found: Read | Trouble, heard: Heard) -> Turn:
    if isinstance(found, Trouble):
        return _troubled(talk, name, found, heard)
    talk.put(name, found.value, found.said)
    if name == "tx_hash":
        talk.fill_chain(heard.text)
    talk.fill(heard.entities, but=name)
    _next(talk, name)
    return talk.turn("filled")


def _told_beside(talk: Talk, heard: Heard) -> Turn:
    """What the person must know of, said where a value was asked for: kept, and nobody in fear is told that he was not understood."""
    talk.state["collect"]["tries"] += 1
    if talk.value("problem") is None:
        talk.put("problem", heard.text, heard.text)
    talk.say("collect.heard")
    return talk.turn("heard")


def _troubled(talk: Talk, name: str, trouble: Trouble | None, heard: Heard) -> Turn:
    """Say what is wrong; after that, keep the words as they are: a person can read them, and nobody is asked for ever. Words that cannot be the value are no answer."""
    collect = talk.state["collect"]
    collect["tries"] += 1
    if alarmed(talk) and not fields.may_be(talk.wanted(name), heard.text):
        talk.say("collect.heard")  # nobody in fear is asked a second time: a person takes over with what is there
        collect["wanted"] = []
        return talk.turn("heard")
    if collect["tries"] >= MOST_TROUBLES and not fields.may_be(talk.wanted(name), heard.text):
        return _declined(talk, name)
    if collect["tries"] >= MOST_TROUBLES:
        said = heard.text.strip()[:200]
        talk.put(name, said or None, said or None)
        _next(talk, name)
        talk.say("collect.kept")
        return talk.turn("kept")
    if trouble:
        talk.say(f"field.{trouble.code}", **trouble.figures)
    else:
        talk.say("collect.again")
    return talk.turn("troubled")


def _next(talk: Talk, name: str) -> None:
    talk.state["collect"]["order"].append(name)
    talk.state["collect"]["asked"], talk.state["collect"]["tries"] = None, 0


def _buttons(talk: Talk) -> list[Button]:
    return [talk.button("skip", render.choose("choice", f"ticket.{SKIP}")), talk.button("submit", "/human_agent")]
