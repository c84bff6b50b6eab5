"""Takes an answer to the open question, however it is given: a button, words, a value, a correction; or says that it is none."""
from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue import collect, lexicon, offers, places, walk
from bot.dialogue import state as states
from bot.dialogue.expect import expect
from bot.dialogue.heard import Heard
from bot.dialogue.match import Pick, by_words, corrections, leaves, match, over
from bot.dialogue.model import SKIP, UNSURE, Ask, Check, Content, End
from bot.dialogue.talk import RunCheck, Talk
from bot.dialogue.turn import Turn
from bot.text import plain

MOST_REPEATED = 12
"""Characters of an answer given once more; longer ones say something of their own."""


def answer(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None) -> Turn:
    """An answer to the open question, the bot's own questions included; what fits nothing is asked again, then a person is offered."""
    talk = Talk(content, state, run_check)
    return talk.turn(answering(talk, heard))


def answering(talk: Talk, heard: Heard) -> str:
    """`answer` inside a turn; returns the event."""
    if talk.state["check"]:
        talk.say("look")
        return "checking"
    if heard.topic:
        return offers.topic(talk, heard, heard.topic)
    if heard.offer or talk.state["offer"] and not heard.choice:
        event = offers.answered(talk, heard)
        if event:
            return event
    if heard.choice and heard.choice.startswith("ticket.") and talk.state["collect"]:
        return _keep(talk, collect.read(talk.content, talk.state, heard))
    if heard.choice and not heard.text:
        return _pressed(talk, heard.choice)
    if talk.state["collect"]:
        if heard.intent == "feedback_resolved":
            return _done_while_collecting(talk, heard)
        return _keep(talk, collect.read(talk.content, talk.state, heard))
    if not talk.frame:
        return offers.nothing_open(talk, heard)
    if mended(talk):
        return "restarted"
    open_question = {**talk.state, "offer": None}
    pick = match(expect(talk.content, open_question), heard.text, heard.entities, heard.intent)
    if pick is None and heard.choice:
        pick = Pick(heard.choice, by=heard.by)
    if (pick is None or pick.by == "word" and (pick.choice or "").endswith(UNSURE)) and _placed(talk, heard):
        return "placed"
    if pick is None:
        return _unmatched(talk, heard)
    talk.state["offer"] = None
    return _picked(talk, pick, heard)


def mended(talk: Talk) -> bool:
    """Whether the open flow or step had vanished by an edit: said so, and begun again with its fields."""
    if talk.step is not None:
        return False
    flow, name = talk.flow, talk.frame["name"]
    talk.state.update(flow=None, offer=None, check=None)
    if flow is None:
        talk.say("gone")
        offers.menu(talk, "menu")
        return True
    talk.say("vanished", title=talk.title(name))
    walk.begin(talk, flow)
    return True


def named_again(talk: Talk, heard: Heard) -> str:
    """The open problem named once more: an answer if it fits the question, else its values are kept and the question stands."""
    if talk.state["check"]:
        talk.fill(heard.entities)
        talk.say("look")
        return "checking"
    talk.state["offer"] = None
    pick = match(expect(talk.content, talk.state), heard.text, heard.entities)
    if pick is None and leaves(heard.text, heard.intent, [name for name, _ in heard.ranking]):
        return offers.left(talk, heard)
    if pick and pick.by in ("word", "label", "entity", "value", "correction", "number"):
        return _picked(talk, pick, heard)
    filled = talk.fill(heard.entities)
    if filled:
        talk.say("noted", noted=talk.noted(filled))
        walk.enter(talk, talk.frame["step"])
    elif talk.frame.get("named"):
        return _unmatched(talk, heard)  # twice is no slip: the question is not understood
    else:
        talk.frame["named"] = True
        walk.ask(talk)
    return "named_again"


def said_before(talk: Talk, heard: Heard) -> bool:
    """Whether a few words only repeat the answer that stands to a question already passed: "转进来的" is no other problem then."""
    if len(heard.text) > MOST_REPEATED:
        return False
    given = {f"{step}.{choice}" for step, choice in talk.frame["path"]}
    passed = expect(talk.content, {**talk.state, "offer": None}).get("passed") or ()
    return any((pick := by_words(asked["choices"], plain(heard.text))) and pick.by == "word" and pick.choice in given for asked in passed)


def _done_while_collecting(talk: Talk, heard: Heard) -> str:
    """ "It is done" while a ticket is filled in: the problem is over; where an alarm was raised, it is a deed that the person must know of."""
    if over(heard.text) and not collect.alarmed(talk):
        return offers.left(talk, heard)
    return _keep(talk, collect.read(talk.content, talk.state, heard))


def _keep(talk: Talk, turn: Turn) -> str:
    talk.state, talk.replies = turn.state, talk.replies + list(turn.replies)
    return turn.event


def _pressed(talk: Talk, picked: str) -> str:
    """A button: of the open question, of one already passed (then that answer changes), or of one that is gone."""
    step_name, _, choice = picked.partition(".")
    collecting = talk.state["collect"]
    frame = talk.frame or (collecting or {}).get("frame")
    if not frame:
        return offers.stale(talk)
    flow = talk.content.flows.get(frame["name"])
    step = flow.steps.get(step_name) if flow else None
    known = isinstance(step, Ask) and (step.choice(choice) or choice == UNSURE and (step.help or step.unsure) or choice == SKIP and step.fills)
    if talk.frame and frame["step"] == step_name and known:
        talk.state["offer"] = None
        return _answered(talk, step, choice)
    passed = [at for at, (name, _) in enumerate(frame["path"]) if name == step_name]
    if known and passed:
        talk.state.update(flow=frame, collect=None, offer=None)
        return _changed(talk, step, choice, passed[-1])
    if talk.frame and mended(talk):
        return "restarted"
    return offers.stale(talk)


def _picked(talk: Talk, pick: Pick, heard: Heard) -> str:
    step = talk.step
    if pick.by == "aside":
        if heard.intent == "feedback_resolved" and over(heard.text):
            return _unmatched(talk, heard)
        filled = talk.fill(heard.entities)
        if filled:
            talk.say("noted", noted=talk.noted(filled))
            walk.enter(talk, talk.frame["step"])
            return "noted"
        return _unmatched(talk, heard)
    if pick.field and pick.by == "correction":
        return _corrected(talk, pick, heard)
    if pick.field:
        talk.fill(heard.entities, but=pick.field)
        walk.fill(talk, step, pick.value, heard.text)
        return "answered"
    step_name, _, choice = pick.choice.partition(".")
    if step_name != step.name:
        return _pressed(talk, pick.choice)
    if pick.by == "hedge" and choice not in (UNSURE, SKIP):
        offers.sure(talk, step, choice)
        return "hedged"
    talk.fill(heard.entities)
    return _answered(talk, step, choice)


def _answered(talk: Talk, step: Ask, choice: str) -> str:
    walk.pick(talk, step, choice)
    return "answered"


def _changed(talk: Talk, step: Ask, choice: str, at: int) -> str:
    """Another answer to a question already passed: go on from there; values said since are kept."""
    _return_to(talk, at)
    picked = step.choice(choice)
    if picked:
        talk.say("corrected", noted=picked.label)
    walk.pick(talk, step, choice)
    return "corrected"


def _corrected(talk: Talk, pick: Pick, heard: Heard) -> str:
    """Another value for a known field: the flow goes on from the first step that depends on it."""
    frame = talk.frame
    found = corrections(expect(talk.content, {**talk.state, "offer": None}), pick, heard.text, heard.entities)
    at = next((i for i, (name, _) in enumerate(frame["path"]) if any(_depends(talk.flow.steps.get(name), field) for field in found)), None)
    if at is not None:
        _return_to(talk, at)
    for field, value in found.items():
        talk.put(field, value.value, value.said)
    talk.say("corrected", noted=talk.noted(list(found)))
    walk.enter(talk, frame["step"])
    return "corrected"


def _return_to(talk: Talk, at: int) -> None:
    """Cut the path at `at`, forgetting what choices set since but not what the user said."""
    frame, flow = talk.frame, talk.flow
    set_by_choice = set()
    for name, chosen in frame["path"][at:]:
        step = flow.steps.get(name)
        picked = step.choice(chosen) if isinstance(step, Ask) else None
        set_by_choice |= set(picked.sets) if picked else set()
    first = flow.steps.get(frame["path"][at][0])
    if isinstance(first, Ask) and first.fills:
        set_by_choice.add(first.fills)
    said = dict(talk.state["fields"])
    states.rewind(talk.state, frame, at)
    for name, record in said.items():
        if name not in set_by_choice and talk.state["fields"].get(name) != record:
            states.put(talk.state, name, record, frame)


def _depends(step: object, field: str) -> bool:
    if isinstance(step, Ask):
        return step.fills == field or any(field in c.entities for c in step.choices)
    return isinstance(step, Check) and field in step.args.values()


def _placed(talk: Talk, heard: Heard) -> bool:
    """A question that belongs elsewhere ("where is my referral code"): its official page, then the open question again. Once a place in a flow."""
    place = places.named(talk.content, heard.text)
    if place is None or place.elsewhere and not lexicon.NOT_OURS.search(plain(heard.text)) or talk.frame.get("place") == place.name:
        return False
    talk.frame["place"] = place.name
    talk.show(place.text)
    talk.state["offer"] = None
    walk.ask(talk)
    return True


def _unmatched(talk: Talk, heard: Heard) -> str:
    """Not an answer: in other words first, then a person is offered."""
    if lexicon.WAITS.fullmatch(plain(heard.text).strip(" .。,，!！~")):
        walk.end(talk, End("wait", "wait"))
        return "waits"
    if leaves(heard.text, heard.intent, [name for name, _ in heard.ranking]):
        return offers.left(talk, heard)
    # No guess closes a case: "completed" is what the record says, and whoever says "I am in, and the deposit?" still has a problem.
    solved = heard.intent == "feedback_resolved" and over(heard.text) and not lexicon.QUESTION.search(plain(heard.text))
    if solved or heard.intent == "feedback_unresolved":
        return offers.felt(talk, solved)
    talk.frame["tries"] += 1
    talk.state["misses"] += 1
    if talk.frame["tries"] == 1:
        walk.reword(talk)
    elif talk.frame["tries"] == 2:
        offers.person(talk, "handoff.offer")
    else:
        offers.person(talk, "fallback.3")
    return "missed"
