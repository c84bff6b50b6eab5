"""The moves inside a problem: start, answer, back, start over, stop, resume, and going on with a check's outcome."""
from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue import collect, offers, walk
from bot.dialogue import state as states
from bot.dialogue.expect import expect
from bot.dialogue.heard import Heard
from bot.dialogue.match import Pick, match
from bot.dialogue.model import SKIP, UNSURE, Ask, Check, Content, Flow
from bot.dialogue.talk import Checked, RunCheck, Talk
from bot.dialogue.turn import Turn
from bot.text import fold, normalise

AT_ONCE = frozenset({"account_compromised"})
"""Intents whose flow is never put off by a question: its first words stop the loss (how the bot speaks, Freeze first)."""
TRACES = frozenset({"tx_hash", "address", "network", "memo", "order_id", "exchange"})
"""Values that say which way the money went: with one of them a message needs no flow that sorts (`when`)."""


def start(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None, topic: str | None = None) -> Turn:
    """A problem was named: start its flow, or ask first when another one is open."""
    talk = Talk(content, state, run_check)
    return talk.turn(starting(talk, heard, topic or heard.topic or heard.intent or ""))


def starting(talk: Talk, heard: Heard, topic: str) -> str:
    """`start` inside a turn; returns the event."""
    flow = _flow(talk.content, topic, heard)
    talk.state["misses"] = 0
    if flow is None:
        talk.fill(heard.entities)
        offers.person(talk, "no_flow")
        return "no_flow"
    more = [q for q in heard.queued if (other := talk.content.flow_for(q)) and other.name != flow.name]
    talk.state["queued"] += [talk.content.flow_for(q).name for q in more if talk.content.flow_for(q).name not in talk.state["queued"]]
    if flow.intent in AT_ONCE:
        _put_aside(talk, flow)
    if talk.state["collect"]:
        return _named_while_collecting(talk, flow, heard)
    if talk.frame and not mended(talk):
        if talk.frame["name"] == flow.name or talk.flow.intent == flow.intent:
            return _named_again(talk, heard)
        offers.switch(talk, flow, heard)
        return "switch_offered"
    if talk.frame:
        return "restarted"
    if any(f["name"] == flow.name for f in talk.state["parked"]):
        offers.again(talk, flow, heard)
        return "resume_offered"
    walk.begin(talk, flow, heard.entities)
    return "started"


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
        return _keep(talk, collect.read(talk.content, talk.state, heard))
    if not talk.frame:
        return offers.nothing_open(talk, heard)
    if mended(talk):
        return "restarted"
    open_question = {**talk.state, "offer": None}
    pick = match(expect(talk.content, open_question), heard.text, heard.entities, heard.intent)
    if pick is None and heard.choice:
        pick = Pick(heard.choice)
    if pick is None:
        return _unmatched(talk, heard)
    talk.state["offer"] = None
    return _picked(talk, pick, heard)


def back(content: Content, state: Mapping | None, heard: Heard | None = None, run_check: RunCheck | None = None) -> Turn:
    """One question back: what was heard since is forgotten."""
    talk = Talk(content, state, run_check)
    talk.state["check"] = None
    if talk.state["offer"] and talk.frame and not mended(talk):
        talk.state["offer"] = None
        walk.ask(talk)
        return talk.turn("back")
    open_ticket = talk.state["collect"]
    if open_ticket and open_ticket["order"]:
        talk.state["fields"].pop(open_ticket["order"].pop(), None)
        open_ticket["asked"], open_ticket["tries"] = None, 0
        return talk.turn("back")
    if open_ticket and open_ticket["frame"]:
        talk.state["flow"], talk.state["collect"] = open_ticket["frame"], None
    elif open_ticket:
        talk.state["collect"] = None
    if talk.frame and mended(talk):
        return talk.turn("restarted")
    if talk.frame and talk.frame["marks"]:
        states.rewind(talk.state, talk.frame, talk.frame["marks"][-1])
        walk.ask(talk)
    elif talk.frame:
        talk.say("back.nothing")
        walk.ask(talk)
    else:
        talk.state["offer"] = None
        offers.menu(talk, "nothing_open")
    return talk.turn("back")


def restart(content: Content, state: Mapping | None, heard: Heard | None = None, run_check: RunCheck | None = None) -> Turn:
    """The open problem from its beginning; what was said is forgotten, what we verified is not."""
    talk = Talk(content, state, run_check)
    frame = talk.frame or (talk.state["collect"] or {}).get("frame")
    talk.state.update(check=None, offer=None, collect=None, misses=0)
    talk.state["fields"] = {n: r for n, r in talk.state["fields"].items() if r["source"] == "verified"}
    flow = talk.content.flows.get(frame["name"]) if frame else None
    talk.state["flow"] = None
    if flow is None:
        offers.menu(talk, "menu")
        return talk.turn("restarted")
    talk.say("restarted")
    walk.begin(talk, flow)
    return talk.turn("restarted")


def stop(content: Content, state: Mapping | None, heard: Heard | None = None, run_check: RunCheck | None = None) -> Turn:
    """Leave it: the open problem, ticket or question is dropped; parked problems stay."""
    talk = Talk(content, state, run_check)
    frame = talk.frame or (talk.state["collect"] or {}).get("frame")
    open_before = frame or talk.state["offer"] or talk.state["collect"]
    if frame:
        talk.state["last"] = {"name": frame["name"], "outcome": "stopped", "path": frame["path"]}
        talk.outcome = "stopped"
    talk.state.update(flow=None, collect=None, check=None, offer=None, queued=[], misses=0)
    if not open_before:
        talk.say("nothing_open", offers.menu_buttons(talk))
    else:
        talk.say("stopped", [talk.button("menu", '/choose{"topic":"help_menu"}'), talk.human])
    return talk.turn("stopped")


def resume(content: Content, state: Mapping | None, heard: Heard | None = None, run_check: RunCheck | None = None) -> Turn:
    """The open question again; without one, the problem parked last."""
    talk = Talk(content, state, run_check)
    if talk.state["collect"]:
        return talk.turn("resumed")
    if talk.frame:
        if not mended(talk):
            talk.state["offer"] = None
            walk.ask(talk)
    elif talk.state["parked"]:
        offers.resumed(talk, talk.state["parked"][-1]["name"])
    else:
        offers.menu(talk, "nothing_open")
    return talk.turn("resumed")


def go_on(content: Content, state: Mapping | None, found: str | Checked, run_check: RunCheck | None = None) -> Turn:
    """Go on with the outcome of a slow check (`walk` to callers). Nothing happens when the check is no longer waited for."""
    talk = Talk(content, state, run_check)
    waiting = talk.state["check"]
    if not waiting or not talk.frame or talk.frame["step"] != waiting["step"]:
        talk.state["check"] = None
        return talk.turn("too_late")
    talk.state["check"] = None
    if not mended(talk):
        if isinstance(talk.step, Check):
            walk.enter(talk, walk.outcome(talk, talk.step, found))
        else:
            walk.enter(talk, talk.frame["step"])
    return talk.turn("checked")


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


# -- helpers ----------------------------------------------------------------------------------


def _flow(content: Content, topic: str, heard: Heard) -> Flow | None:
    """The flow a message starts: one whose `when` fits comes before the plain one of the intent."""
    if not heard.topic and heard.text and not any(e.get("entity") in TRACES for e in heard.entities):
        said = fold(normalise(heard.text))
        for flow in content.flows.values():
            when = flow.when
            if when and flow.intent == topic and any(fold(w) in said for w in when.words.all()) and not any(fold(w) in said for w in when.unless.all()):
                return flow
    return content.flow_for(topic)


def _put_aside(talk: Talk, flow: Flow) -> None:
    """Park whatever else is open, so that `flow` starts in this turn."""
    frame = talk.frame or (talk.state["collect"] or {}).get("frame")
    if frame and frame["name"] != flow.name:
        states.park(talk.state, frame)
        talk.state.update(flow=None, collect=None, check=None, offer=None)


def _named_while_collecting(talk: Talk, flow: Flow, heard: Heard) -> str:
    collecting = talk.state["collect"]
    filled = talk.fill(heard.entities)
    if flow.name == collecting["flow"]:
        if filled:
            talk.say("noted", noted=talk.noted(filled))
        return "named_again"
    if flow.name not in talk.state["queued"]:
        talk.state["queued"].append(flow.name)
    talk.say("queued", title=talk.title(flow.name))
    return "queued"


def _named_again(talk: Talk, heard: Heard) -> str:
    """The open problem named once more: an answer if it fits the question, else its values are kept and the question stands."""
    talk.state["offer"] = None
    pick = match(expect(talk.content, talk.state), heard.text, heard.entities)
    if pick and pick.by in ("word", "label", "entity", "value", "correction", "number"):
        return _picked(talk, pick, heard)
    filled = talk.fill(heard.entities)
    if filled:
        talk.say("noted", noted=talk.noted(filled))
        walk.enter(talk, talk.frame["step"])
    else:
        walk.ask(talk)
    return "named_again"


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
    at = next((i for i, (name, _) in enumerate(frame["path"]) if _depends(talk.flow.steps.get(name), pick.field)), None)
    if at is not None:
        _return_to(talk, at)
    talk.put(pick.field, pick.value.value, pick.value.said)
    talk.say("corrected", noted=talk.noted([pick.field]))
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


def _unmatched(talk: Talk, heard: Heard) -> str:
    """Not an answer: in other words first, then a person is offered."""
    if heard.intent in ("feedback_resolved", "feedback_unresolved"):
        return offers.felt(talk, heard.intent == "feedback_resolved")
    talk.frame["tries"] += 1
    talk.state["misses"] += 1
    if talk.frame["tries"] == 1:
        walk.reword(talk)
    elif talk.frame["tries"] == 2:
        offers.person(talk, "handoff.offer")
    else:
        offers.person(talk, "fallback.3")
    return "missed"
