"""Checks flows: what does not fit together, what cannot be reached, which questions come too many or too late, which words pick two answers."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from bot.content import walks, wording
from bot.content.naming import Fault, Names, at, field_faults, queue_faults, text_faults
from bot.dialogue import render
from bot.dialogue import state as states
from bot.dialogue.expect import expect
from bot.dialogue.match import match
from bot.dialogue.model import (
    MAX_BUTTONS,
    MAX_PAYLOAD,
    RESERVED_STEPS,
    SKIP,
    UNSURE,
    Ask,
    Check,
    Choice,
    Content,
    End,
    Flow,
    Say,
    Step,
)
from bot.dialogue.told import closes, may_be_told, told
from bot.facts.catalogue import FACTS
from bot.text import plain

MOST_SILENT = 2
"""Answers before the first useful statement (how the bot speaks, Questions)."""
MOST_ANSWERS = 5
"""Answers before the ticket."""


def faults(flow: Flow, names: Names) -> Iterator[Fault]:
    """Everything wrong with a flow."""
    content = names.content
    yield from queue_faults("queue", flow.queue, content)
    yield from at("title", wording.label_faults(flow.title))
    yield from at("examples", wording.examples_faults(flow.examples))
    if flow.start not in flow.steps:
        yield "start", f'no step "{flow.start}"', "Name one of the steps."
        return
    loose = False
    for step in flow.steps.values():
        where = f"step {step.name}"
        if step.name in RESERVED_STEPS or step.name.startswith("?") or "." in step.name:
            yield where, "has a reserved name", f"Choose another than {', '.join(sorted(RESERVED_STEPS))}, without dots and question marks."
        for way, target in walks.ways(step):
            if target and target not in flow.steps:
                yield f"{where}: {way}", f'go: no step "{target}"', _step_named(target, flow)
                loose = True
        yield from _step(flow, step, where, names)
    if not loose:  # else much is out of reach, and none of it at fault
        yield from _graph(flow, content)


def _step_named(target: str, flow: Flow) -> str:
    near = get_close_matches(target, flow.steps, 1)
    return f'Write "{near[0]}" if that is meant, or add the step.' if near else "Name one of the steps, or add it."


def _graph(flow: Flow, content: Content) -> Iterator[Fault]:
    seen = walks.reached(flow, walks.entries(content.flows, flow.name))
    for name in flow.steps:
        if name not in seen:
            yield f"step {name}", "is never reached", "Let a go lead to it, or delete it."
    closed = walks.ends(flow)
    for name in seen:
        if name not in closed:
            yield f"step {name}", "has no way to an end", "Let one of its ways lead to an end."
    circle = walks.loop(flow)
    if circle:
        yield f"step {circle[0]}", f"goes round: {' > '.join(circle)}", "Break the circle; offer a person instead."
        return
    if any(walks.loop(other) for other in content.flows.values()):
        return
    count, where = walks.silent(flow, content.flows)
    if count > MOST_SILENT:
        yield f"step {where}", f"is question {count} before anything useful is said", f"Say something useful after at most {MOST_SILENT} answers."
    try:
        tickets = list(walks.deepest(flow, content.flows))
    except walks.RoundTrip as round_trip:
        yield "", f"goes round through flows: {' > '.join(round_trip.args[0])}", "Break the circle; offer a person instead."
        return
    for ending, count, trail in tickets:
        if count > MOST_ANSWERS:
            yield f"step {ending}", f"takes {count} answers to a ticket ({' > '.join(trail)})", f"At most {MOST_ANSWERS}: ask or collect less on this way."


def _step(flow: Flow, step: Step, where: str, names: Names) -> Iterator[Fault]:
    content = names.content
    if isinstance(step, Ask):
        yield from _ask(flow, step, where, names)
    elif isinstance(step, Say):
        yield from text_faults(f"{where}: say", step.say, content, _found(flow))
        yield from at(f"{where}: say", wording.question_faults(step.say))
    elif isinstance(step, Check):
        declared = FACTS.get(step.check)
        if declared is None:
            yield where, f'check "{step.check}" is unknown', f"Known: {', '.join(sorted(FACTS))}."
        if "unknown" not in step.outcomes:
            yield where, "has no outcome unknown", 'Add "unknown: <step>": a check may fail.'
        for outcome in step.outcomes:
            if declared and outcome not in declared.outcomes:
                yield where, f'outcome "{outcome}" is none of {step.check}', f"Known: {', '.join(declared.outcomes)}."
        for arg in (*step.args, *step.fixed):
            if declared and arg not in declared.arguments:
                yield where, f'argument "{arg}" is none of {step.check}', f"Known: {', '.join(declared.arguments)}."
        for arg, value in step.fixed.items():
            may = declared.choices.get(arg, ()) if declared else ()
            if may and value not in may:
                yield where, f'{arg}: "{value}" is unknown to {step.check}', f"Known: {', '.join(may)}."
        for field in step.args.values():
            yield from field_faults(where, field, content)
    else:
        yield from _end(step, where, names)


def _found(flow: Flow) -> frozenset[str]:
    """What the flow's checks may find, as its texts may say it."""
    checks = {step.check for step in flow.steps.values() if isinstance(step, Check)}
    return frozenset(f"found.{value}" for name in checks & set(FACTS) for value in FACTS[name].values)


def _end(step: End, where: str, names: Names) -> Iterator[Fault]:
    yield from queue_faults(where, step.queue, names.content)
    if step.flow and step.flow not in names.content.flows:
        yield where, f'no flow "{step.flow}"', f"Known: {', '.join(sorted(names.content.flows))}."
    if step.at and (step.end != "flow" or step.flow in names.content.flows and step.at not in names.content.flows[step.flow].steps):
        yield where, f'at: no step "{step.at}"', "Name a step of the flow that goes on, or leave it out."
    for field in step.collect:
        yield from field_faults(f"{where}: collect", field, names.content)
    if step.end != "handoff" and (step.collect or step.facts or step.queue):
        yield where, "only a hand-off has queue, facts and collect", "Take them out, or make it end: handoff."


def _ask(flow: Flow, step: Ask, where: str, names: Names) -> Iterator[Fault]:
    content = names.content
    yield from text_faults(f"{where}: ask", step.ask, content, _found(flow))
    yield from at(f"{where}: ask", wording.question_faults(step.ask))
    if step.help:
        yield from text_faults(f"{where}: help", step.help, content, _found(flow))
        yield from at(f"{where}: help", wording.question_faults(step.help))
    if step.fills:
        yield from field_faults(f"{where}: fills", step.fills, content)
    out = step.help or step.unsure or step.fills or any("human_agent" in c.intents or _hands_over(flow, c.go) for c in step.choices)
    if not out:
        yield where, 'has no way out for "not sure"', "Add help or unsure, or a choice that leads to a person."
    buttons = len(step.choices) + bool(step.help or step.unsure) + bool(step.fills)
    if buttons > MAX_BUTTONS:
        yield where, f"has {buttons} buttons with the added ones", f"At most {MAX_BUTTONS} fit: merge choices or split the question."
    for choice in step.choices:
        yield from _choice(flow, step, choice, f"{where}: choice {choice.name}", names)
    yield from _ambiguous(flow, step, where, content)


def _choice(flow: Flow, step: Ask, choice: Choice, where: str, names: Names) -> Iterator[Fault]:
    content = names.content
    if choice.name.startswith("?") or choice.name in (UNSURE, SKIP) or "." in choice.name:
        yield where, "has a reserved name", "Choose a name without ? and dots."
    yield from text_faults(f"{where}: label", choice.label, content)
    yield from at(where, wording.label_faults(choice.label))
    yield from _opening(flow, step, choice, f"{where}: opening")
    if len(render.choose("choice", f"{step.name}.{choice.name}").encode()) > MAX_PAYLOAD:
        yield where, f"its button's payload is longer than {MAX_PAYLOAD} bytes", "Shorten the names of step and choice."
    for intent in choice.intents:
        if intent not in names.intents:
            yield where, f'intent "{intent}" is unknown', "Use a topic of data/nlu, or affirm, deny."
    for entity, values in choice.entities.items():
        yield from field_faults(f"{where}: entities", entity, content)
        known = names.values(entity)
        for value in values:
            if known is not None and value != "*" and value not in known:
                yield f"{where}: entities", f'{entity} "{value}" is unknown', f"Known: {', '.join(sorted(known))}."
    for field in choice.sets:
        yield from field_faults(f"{where}: sets", field, content)


def _opening(flow: Flow, step: Ask, choice: Choice, where: str) -> Iterator[Fault]:
    """Words that answer a question before it was asked: played through what reads an opening message."""
    if not choice.opening.all():
        return
    if not may_be_told(step):
        yield where, "never counts here", "Only a question with choices alone can be answered by the opening message."
    elif closes(flow, choice):
        yield where, "would end the problem that it opens", "Take it out: a message that opens a problem does not say that it is over."
    else:
        for word in choice.opening.all():
            found = told(flow, word, step.name)
            if found is None or found.choice != choice.name:
                other = ", ".join(sorted(found.choices - {choice.name})) if found else "nothing"
                yield where, f'"{word}" by itself says {other}', "Take it out, or make it longer than the other choice's word."


def _ambiguous(flow: Flow, step: Ask, where: str, content: Content) -> Iterator[Fault]:
    """Words and labels that fit two answers; one inside a longer one is fine, for the longer one wins."""
    owner: dict[str, str] = {}
    for choice in step.choices:
        for word in (*choice.words.all(), choice.label.zh, choice.label.en):
            said = plain(word)
            if not said:
                yield f"{where}: choice {choice.name}", "has an empty word", "Take it out."
            elif owner.setdefault(said, choice.name) != choice.name:
                yield f"{where}: choice {choice.name}", f'"{word}" also belongs to choice {owner[said]}', "Keep it with one of them."
    for intent in {i for c in step.choices for i in c.intents}:
        picked = [c.name for c in step.choices if intent in c.intents]
        if len(picked) > 1:
            yield where, f"intent {intent} picks {' and '.join(picked)}", "Keep it with one of them."
    yield from _shadowed(flow, step, where, owner, content)


def _shadowed(flow: Flow, step: Ask, where: str, owner: Mapping[str, str], content: Content) -> Iterator[Fault]:
    """A word that holds a sibling's ("不一致", "一致") must still pick its own choice: played through the real matcher."""
    asked = expect(content, {"flow": states.frame(flow.name, step.name)})
    for word, choice in owner.items():
        if any(other != choice and inner in word for inner, other in owner.items()):
            pick = match(asked, word)
            if pick and pick.choice and pick.choice != f"{step.name}.{choice}":
                yield f"{where}: choice {choice}", f'"{word}" picks {pick.choice.partition(".")[2]} instead', "Reword it, or take the shorter word from the other choice."


def _hands_over(flow: Flow, name: str) -> bool:
    for _ in range(len(flow.steps)):
        step = flow.steps.get(name)
        if isinstance(step, End):
            return step.end == "handoff"
        if not isinstance(step, Say):
            return False
        name = step.go
    return False


def entries(content: Content) -> Iterator[tuple[str, str]]:
    """Which flow an intent starts must be plain."""
    for intent in {f.intent for f in content.flows.values()}:
        plain = [f.name for f in content.flows.values() if f.intent == intent and f.when is None]
        if len(plain) != 1:
            yield f"intent {intent} starts {' and '.join(plain) or 'no flow without when'}", "Exactly one flow of an intent has no when."
