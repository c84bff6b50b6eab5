"""Moves through a flow: speaks advice, runs checks, passes over what is known, asks, ends. What a message meant is decided before."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialogue import render
from bot.dialogue import state as states
from bot.dialogue.fields import Read, Trouble
from bot.dialogue.model import SKIP, UNSURE, Ask, Check, Choice, End, Flow, Say, Text
from bot.dialogue.talk import Checked, Talk
from bot.dialogue.told import Told, all_told
from bot.dialogue.turn import Button

EVIDENCE, EVIDENCE_JOINER, MOST_EVIDENCE = "looked_up", " | ", 900
"""The ticket field that says what was looked up, and its longest text in characters."""
MOST_STEPS = 60
"""Steps in one turn; more is a loop that only a faulty file has."""
MOST_TROUBLES = 3
"""Faulty answers to one question before what was said is kept as it is."""


def begin(talk: Talk, flow: Flow, entities: Sequence[Mapping] = (), said: str = "") -> None:
    """Start a flow with what the first message gave: values, and where it plainly says so the answers to the first questions."""
    filled = [*talk.fill(entities), *talk.fill_chain(said)]
    talk.state["flow"] = states.frame(flow.name, flow.start)
    talk.state["offer"] = None
    talk.frame["told"] = all_told(flow, said)
    enter(talk, flow.start)
    if set(filled) - {"time"}:
        talk.say("noted", noted=talk.noted(filled))
        if isinstance(talk.step, Ask | Check):  # the question stays the last thing said
            talk.replies.insert(-1, talk.replies.pop())


def enter(talk: Talk, name: str) -> None:
    """Go to a step, and on until something is asked, checked slowly, or over."""
    for _ in range(MOST_STEPS):
        frame, flow = talk.frame, talk.flow
        frame["step"] = name
        step = flow.steps.get(name)
        if isinstance(step, Say):
            talk.show(step.say)
            _note_tried(talk, name)
            name = step.go
        elif isinstance(step, Check):
            found = _run(talk, step)
            if found is None:
                return
            name = found
        elif isinstance(step, Ask):
            known = _known(talk, step)
            given = (frame.get("told") or {}).pop(step.name, None)
            if given:
                known = _told(talk, step, Told(step.name, frozenset(given)), known)
            if known is None:
                ask(talk)
                return
            choice, name = known
            frame["path"].append([step.name, choice])
        elif isinstance(step, End):
            end(talk, step)
            if frame.get("said_back"):
                _before_the_ticket(talk)
            return
        else:
            break
    hand_off(talk, queue=talk.flow.queue, facts=(), collect=())


def ask(talk: Talk) -> None:
    """The open step's question with its buttons; where something is being looked up, that it is."""
    step = talk.step
    if isinstance(step, Ask):
        talk.show(step.ask, buttons(talk, step))
    elif isinstance(step, Check) and talk.state["check"]:
        talk.say("look")
    elif isinstance(step, Check):
        enter(talk, step.name)


def explain(talk: Talk) -> None:
    """The open question in other words, its answers still below, a person beside them."""
    step = talk.step
    if step.help:
        talk.show(step.help, [*buttons(talk, step, unsure=False)[:4], talk.human])
    else:
        talk.say("help.missing", [*buttons(talk, step, unsure=False)[:4], talk.human])


def reword(talk: Talk) -> None:
    """The open question once more, its answers numbered."""
    step = talk.step
    lang = talk.state["lang"]
    rows = [f"{n}. {c.label.of(lang)}" for n, c in enumerate(step.choices, 1)]
    text = step.ask
    talk.say("reword" if rows else "reword.value")
    if step.help and not rows:
        text = step.help
    body = Text(*("\n".join([text.of(of), *rows]) for of in ("zh", "en")))
    talk.show(body, buttons(talk, step))


def buttons(talk: Talk, step: Ask, unsure: bool = True) -> list[Button]:
    """The answers as buttons, with "not sure" and "skip" where they belong."""
    made = [Button(c.label.of(talk.state["lang"]), render.choose("choice", f"{step.name}.{c.name}")) for c in step.choices]
    if unsure and (step.help or step.unsure):
        made.append(talk.button("unsure", render.choose("choice", f"{step.name}.{UNSURE}")))
    if step.fills:
        made.append(talk.button("skip", render.choose("choice", f"{step.name}.{SKIP}")))
    return made


# -- answers ----------------------------------------------------------------------------------


def pick(talk: Talk, step: Ask, name: str) -> None:
    """Take a choice of the open question, an added one included."""
    if name == UNSURE and not step.unsure:
        if step.fills and talk.frame.get("explained") == step.name:
            talk.say("without")
            pick(talk, step, SKIP)
        else:
            talk.frame["explained"] = step.name
            explain(talk)
    elif name == UNSURE:
        _passed(talk, step, UNSURE)
        enter(talk, step.unsure)
    elif name == SKIP:
        _mark(talk)
        talk.put(step.fills, None, None)
        talk.frame["path"].append([step.name, SKIP])
        enter(talk, step.skip or step.go)
    else:
        choice = step.choice(name)
        _mark(talk)
        for field, value in choice.sets.items():
            talk.put(field, value, choice.label.of(talk.state["lang"]))
        talk.frame["path"].append([step.name, name])
        enter(talk, choice.go)


def fill(talk: Talk, step: Ask, read: Read | Trouble, said: str) -> None:
    """Take a value for the field the open question asks for, or say precisely what is wrong with it."""
    if isinstance(read, Trouble):
        talk.frame["tries"] += 1
        if talk.frame["tries"] < MOST_TROUBLES:
            talk.say(f"field.{read.code}", [*buttons(talk, step)[:4], talk.human], **read.figures)
            return
        talk.say("collect.kept")
        read = Read(said[:200], said[:200])
    _mark(talk)
    if step.fills == "tx_hash":
        talk.fill_chain(said)
    talk.put(step.fills, read.value, read.said)
    talk.frame["path"].append([step.name, "filled"])
    enter(talk, step.go)


def _passed(talk: Talk, step: Ask, choice: str) -> None:
    _mark(talk)
    talk.frame["path"].append([step.name, choice])


def _mark(talk: Talk) -> None:
    talk.frame["marks"].append(len(talk.frame["path"]))
    talk.frame["tries"] = 0
    talk.frame["said_back"] = 0
    talk.state["misses"] = 0


def _known(talk: Talk, step: Ask) -> tuple[str, str] | None:
    """What is known already answers the step: (choice, next step)."""
    record = talk.state["fields"].get(step.fills or "")
    if record:
        return ("filled", step.go) if record["value"] is not None else (SKIP, step.skip or step.go)
    fitting = [c for c in step.choices if _fits(talk, c)]
    if len(fitting) != 1:
        return None
    choice = fitting[0]
    for field, value in choice.sets.items():
        talk.put(field, value, choice.label.of(talk.state["lang"]))
    return choice.name, choice.go


def _told(talk: Talk, step: Ask, given: Told, known: tuple[str, str] | None) -> tuple[str, str] | None:
    """What the opening message answers, said back so that it can be taken back; None to ask, also where its words and its values disagree."""
    if known:
        return known if given.choices == {known[0]} else None
    choice = step.choice(given.choice) if given.choice else None
    if choice is None:
        return None
    _say_back(talk, choice.label)
    taken = talk.frame.get("said_back") or 0
    _mark(talk)
    talk.frame["said_back"] = taken + 1
    for field, value in choice.sets.items():
        talk.put(field, value, choice.label.of(talk.state["lang"]))
    return choice.name, choice.go


def _say_back(talk: Talk, label: Text) -> None:
    """Say back what was taken, above the steps it leads to: one bubble a turn, however many questions it answers."""
    if not talk.taken:
        talk.taken_at = len(talk.replies)
    above, below = talk.replies[:talk.taken_at], talk.replies[talk.taken_at:]
    talk.replies, below = above, below[1:] if talk.taken else below
    talk.taken.append(label)
    said = Text("”，“".join(each.zh for each in talk.taken), '", "'.join(each.en for each in talk.taken))
    talk.say("told", [talk.button("not_that", "/go_back")], choice=said)
    talk.replies += below


def _before_the_ticket(talk: Talk) -> None:
    """An answer taken from the opening message, and no other, leads to a ticket that asks nothing: one question that can be skipped, so that it can still be taken back."""
    collect = talk.state["collect"]
    if collect and not any(name not in talk.state["fields"] for name in collect["wanted"]):
        collect["wanted"].append("problem")


def _fits(talk: Talk, choice: Choice) -> bool:
    return any((known := talk.value(field)) is not None and ("*" in values or known in values) for field, values in choice.entities.items())


def _note_tried(talk: Talk, step: str) -> None:
    done = f"{talk.flow.name}.{step}"
    if done not in talk.state["tried"]:
        talk.state["tried"].append(done)


# -- checks -----------------------------------------------------------------------------------


def _run(talk: Talk, step: Check) -> str | None:
    """The step after a check; None when it is slow and was left to the app."""
    args = {arg: talk.value(field) for arg, field in step.args.items()} | step.fixed
    found = talk.check(step.check, args)
    if found is None:
        talk.state["check"] = {"name": step.check, "args": args, "step": step.name}
        if not talk.looking:
            talk.say("look")
        return None
    return outcome(talk, step, found)


def outcome(talk: Talk, step: Check, found: str | Checked) -> str:
    """Note what a check found; returns the step that follows."""
    checked = found if isinstance(found, Checked) else Checked(found)
    name = checked.outcome if checked.outcome in step.outcomes else "unknown"
    for field, value in checked.fields.items():
        if field in talk.content.fields:
            talk.put(field, value, value, checked.source)
    if checked.evidence:
        _note_evidence(talk, step.check, checked.evidence)
    if checked.values:
        talk.frame["found"] = {**talk.frame.get("found", {}), **checked.values}
    talk.state["check"] = None
    talk.frame["path"].append([step.name, name])
    return step.outcomes[name]


def _note_evidence(talk: Talk, check: str, line: str) -> None:
    """Keep what a check found for the ticket, one line a check: the last look counts."""
    before = (talk.value(EVIDENCE) or "").split(EVIDENCE_JOINER)
    lines = [one for one in before if one and not one.startswith(f"{check}: ")] + [f"{check}: {line}"]
    kept = EVIDENCE_JOINER.join(lines)[-MOST_EVIDENCE:]
    talk.put(EVIDENCE, kept, kept, "verified")


# -- endings ----------------------------------------------------------------------------------


def end(talk: Talk, step: End) -> None:
    """The flow is over."""
    if step.end == "handoff":
        hand_off(talk, step.queue or talk.flow.queue, step.facts, step.collect)
    elif step.end == "flow":
        _go_on_in(talk, step)
    elif step.end == "wait":
        frame = talk.frame
        close(talk, "wait")
        states.reopen(frame)
        states.park(talk.state, {**frame, "waiting": True})
        talk.say("wait", [talk.offer_button("wait_done"), talk.human])
        follow_up(talk)
    else:
        close(talk, "solved")
        talk.say("solved")
        follow_up(talk)


def close(talk: Talk, how: str) -> None:
    """Leave the open flow with an outcome."""
    talk.state["last"] = {"name": talk.frame["name"], "outcome": how, "path": talk.frame["path"]}
    talk.state["queued"] = [name for name in talk.state["queued"] if name != talk.frame["name"]]
    talk.state["flow"] = None
    talk.state["check"] = None
    talk.outcome = how


def hand_off(talk: Talk, queue: str, facts: tuple[str, ...], collect: tuple[str, ...]) -> None:
    """Give the open flow to a person: what is missing is collected next."""
    frame = talk.frame
    close(talk, "handoff")
    talk.state["collect"] = {
        "wanted": list(collect), "asked": None, "tries": 0, "queue": queue, "facts": list(facts), "flow": frame["name"], "frame": frame, "order": [],
    }
    talk.state["offer"] = None


def _go_on_in(talk: Talk, step: End) -> None:
    flow = talk.content.flows.get(step.flow or "")
    if flow is None:
        hand_off(talk, talk.flow.queue, step.facts, step.collect)
        return
    start = step.at if step.at in flow.steps else flow.start
    talk.state["flow"] = {**states.frame(flow.name, start), "came_from": {**talk.frame, "came_from": None}}  # one step back is enough
    enter(talk, start)


def follow_up(talk: Talk) -> None:
    """Offer what is waiting: a problem named in the same message, else one that was parked."""
    if talk.state["queued"]:
        flow = talk.state["queued"].pop(0)
        talk.state["offer"] = {"kind": "next", "flow": flow}
        talk.say("next.ask", [talk.offer_button("next"), talk.offer_button("later")], title=talk.title(flow))
        return
    parked = [f for f in talk.state["parked"] if not f.get("waiting")]
    if parked:
        offer_parked(talk, parked[-1])


def offer_parked(talk: Talk, frame: Mapping) -> None:
    """Ask whether to go on with a parked problem."""
    talk.state["offer"] = {"kind": "resume", "flow": frame["name"]}
    talk.say("resume.ask", [talk.offer_button("resume"), talk.offer_button("drop")], title=talk.title(frame["name"]))
