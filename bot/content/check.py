"""Finds everything wrong with `data/` at once: what does not fit together, and what a machine can tell about how it speaks."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.content import walks, wording
from bot.content.load import gather
from bot.content.problem import Problem
from bot.dialogue import render
from bot.dialogue import state as states
from bot.dialogue.expect import OFFERS, expect
from bot.dialogue.fields import READERS
from bot.dialogue.match import match
from bot.dialogue.model import (
    MAX_BUTTONS,
    MAX_PAYLOAD,
    RESERVED_STEPS,
    SKIP,
    UNSURE,
    Ask,
    Card,
    Check,
    Choice,
    Content,
    End,
    Flow,
    Say,
    Step,
    Text,
)
from bot.dialogue.route import ANSWERS, MOVES
from bot.dialogue.wording import APP_REPLIES, REPLIES
from bot.facts.catalogue import FACTS
from bot.text import fold, normalise

MOST_SILENT = 2
"""Answers before the first useful statement (how the bot speaks, Questions)."""
MOST_ANSWERS = 5
"""Answers before the ticket."""
NEVER_SHOWN = (ANSWERS | set(MOVES)) - {"distress"}
"""Intents that no card answers (`bot.dialogue.route`)."""
BY_PIPELINE = frozenset({"choose", "inform", "nlu_clarify", "nlu_fallback"})
"""Intents without examples."""


def check(root: Path) -> list[Problem]:
    """Every problem of the content below `root`, in the files' order; empty when all is well."""
    content, problems = gather(root)
    names = _Names(content, Path(root))
    for flow in content.flows.values():
        problems += [Problem(f"data/flows/{flow.name}.yml", where, what, do) for where, what, do in _flow(flow, names)]
    for card in content.cards.values():
        problems += [Problem(f"data/cards/{card.name}.yml", where, what, do) for where, what, do in _card(card, names)]
    problems += [Problem("data/places.yml", where, what, do) for where, what, do in _places(names)]
    problems += [Problem("data/replies.yml", where, what, do) for where, what, do in _replies(content)]
    problems += [Problem("data/fields.yml", where, what, do) for where, what, do in _fields(content)]
    problems += [Problem("data/flows", "", what, do) for what, do in _entries(content)]
    return sorted(set(problems))


class _Names:
    """What may be named in a flow or card."""

    def __init__(self, content: Content, root: Path):
        self.content = content
        self.examples = {p.stem for p in (root / "data" / "nlu").glob("*/*.yml")}
        self.intents = self.examples | content.intents() | BY_PIPELINE
        self.topics = content.intents() | set(content.flows) | set(content.cards) | {"human_agent"}
        self.networks = {n for c in content.exchange.coins.values() if isinstance(c, Mapping) for n in c.get("networks") or ()}

    def values(self, entity: str) -> set[str] | None:
        """The values an entity can have; None where any may be."""
        return {"coin": set(self.content.exchange.coins), "network": self.networks}.get(entity)


Fault = tuple[str, str, str]
"""(where, what, what to do)."""


def _flow(flow: Flow, names: _Names) -> Iterator[Fault]:
    content = names.content
    if flow.queue not in content.exchange.queues:
        yield "queue", f'queue "{flow.queue}" is unknown', f"Known: {', '.join(sorted(content.exchange.queues))}."
    yield from _at("title", wording.label_faults(flow.title))
    yield from _at("examples", wording.examples_faults(flow.examples))
    if flow.start not in flow.steps:
        yield "start", f'no step "{flow.start}"', "Name one of the steps."
        return
    for step in flow.steps.values():
        where = f"step {step.name}"
        if step.name in RESERVED_STEPS or step.name.startswith("?") or "." in step.name:
            yield where, "has a reserved name", f"Choose another than {', '.join(sorted(RESERVED_STEPS))}, without dots and question marks."
        for way, target in walks.ways(step):
            if target and target not in flow.steps:
                yield f"{where}: {way}", f'go: no step "{target}"', "Name one of the steps, or add it."
        yield from _step(flow, step, where, names)
    yield from _graph(flow)


def _graph(flow: Flow) -> Iterator[Fault]:
    seen = walks.reached(flow)
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
    count, where = walks.silent(flow)
    if count > MOST_SILENT:
        yield f"step {where}", f"is question {count} before anything useful is said", f"Say something useful after at most {MOST_SILENT} answers."
    for ending, count, trail in walks.deepest(flow):
        if count > MOST_ANSWERS:
            yield f"step {ending}", f"takes {count} answers to a ticket ({' > '.join(trail)})", f"At most {MOST_ANSWERS}: ask or collect less on this way."


def _step(flow: Flow, step: Step, where: str, names: _Names) -> Iterator[Fault]:
    content = names.content
    if isinstance(step, Ask):
        yield from _ask(flow, step, where, names)
    elif isinstance(step, Say):
        yield from _text(f"{where}: say", step.say, content)
    elif isinstance(step, Check):
        declared = FACTS.get(step.check)
        if declared is None:
            yield where, f'check "{step.check}" is unknown', f"Known: {', '.join(sorted(FACTS))}."
        if "unknown" not in step.outcomes:
            yield where, "has no outcome unknown", 'Add "unknown: <step>": a check may fail.'
        for outcome in step.outcomes:
            if declared and outcome not in declared.outcomes:
                yield where, f'outcome "{outcome}" is none of {step.check}', f"Known: {', '.join(declared.outcomes)}."
        for arg, field in step.args.items():
            if declared and arg not in declared.arguments:
                yield where, f'argument "{arg}" is none of {step.check}', f"Known: {', '.join(declared.arguments)}."
            yield from _known_field(where, field, content)
    else:
        yield from _end(step, where, names)


def _end(step: End, where: str, names: _Names) -> Iterator[Fault]:
    if step.queue and step.queue not in names.content.exchange.queues:
        yield where, f'queue "{step.queue}" is unknown', f"Known: {', '.join(sorted(names.content.exchange.queues))}."
    if step.flow and step.flow not in names.content.flows:
        yield where, f'no flow "{step.flow}"', f"Known: {', '.join(sorted(names.content.flows))}."
    for field in step.collect:
        yield from _known_field(f"{where}: collect", field, names.content)
    if step.end != "handoff" and (step.collect or step.facts or step.queue):
        yield where, "only a hand-off has queue, facts and collect", "Take them out, or make it end: handoff."


def _ask(flow: Flow, step: Ask, where: str, names: _Names) -> Iterator[Fault]:
    content = names.content
    yield from _text(f"{where}: ask", step.ask, content)
    yield from _at(f"{where}: ask", wording.question_faults(step.ask))
    if step.help:
        yield from _text(f"{where}: help", step.help, content)
    if step.fills:
        yield from _known_field(f"{where}: fills", step.fills, content)
    out = step.help or step.unsure or step.fills or any("human_agent" in c.intents or _hands_over(flow, c.go) for c in step.choices)
    if not out:
        yield where, 'has no way out for "not sure"', "Add help or unsure, or a choice that leads to a person."
    buttons = len(step.choices) + bool(step.help or step.unsure) + bool(step.fills)
    if buttons > MAX_BUTTONS:
        yield where, f"has {buttons} buttons with the added ones", f"At most {MAX_BUTTONS} fit: merge choices or split the question."
    for choice in step.choices:
        yield from _choice(step, choice, f"{where}: choice {choice.name}", names)
    yield from _ambiguous(flow, step, where, content)


def _choice(step: Ask, choice: Choice, where: str, names: _Names) -> Iterator[Fault]:
    content = names.content
    if choice.name.startswith("?") or choice.name in (UNSURE, SKIP) or "." in choice.name:
        yield where, "has a reserved name", "Choose a name without ? and dots."
    yield from _text(f"{where}: label", choice.label, content)
    yield from _at(where, wording.label_faults(choice.label))
    if len(render.choose("choice", f"{step.name}.{choice.name}").encode()) > MAX_PAYLOAD:
        yield where, f"its button's payload is longer than {MAX_PAYLOAD} bytes", "Shorten the names of step and choice."
    for intent in choice.intents:
        if intent not in names.intents:
            yield where, f'intent "{intent}" is unknown', "Use a topic of data/nlu, or affirm, deny."
    for entity, values in choice.entities.items():
        yield from _known_field(f"{where}: entities", entity, content)
        known = names.values(entity)
        for value in values:
            if known is not None and value != "*" and value not in known:
                yield f"{where}: entities", f'{entity} "{value}" is unknown', f"Known: {', '.join(sorted(known))}."
    for field in choice.sets:
        yield from _known_field(f"{where}: sets", field, content)


def _ambiguous(flow: Flow, step: Ask, where: str, content: Content) -> Iterator[Fault]:
    """Words and labels that fit two answers; one inside a longer one is fine, for the longer one wins."""
    owner: dict[str, str] = {}
    for choice in step.choices:
        for word in (*choice.words.all(), choice.label.zh, choice.label.en):
            plain = fold(normalise(word))
            if not plain:
                yield f"{where}: choice {choice.name}", "has an empty word", "Take it out."
            elif owner.setdefault(plain, choice.name) != choice.name:
                yield f"{where}: choice {choice.name}", f'"{word}" also belongs to choice {owner[plain]}', "Keep it with one of them."
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


def _card(card: Card, names: _Names) -> Iterator[Fault]:
    content = names.content
    if card.intent not in names.examples:
        yield "intent", f'no intent "{card.intent}"', f"Add data/nlu/zh/{card.intent}.yml and data/nlu/en/{card.intent}.yml."
    if card.intent in NEVER_SHOWN:
        yield "card", "is never shown", f"{card.intent} is answered by sentences of data/replies.yml; delete the card."
    if (card.name == card.intent) == bool(card.when):
        yield "when", f'belongs to a second card of an intent, the plain one is data/cards/{card.intent}.yml', "Give the second card a name of its own and a when; the plain one has neither."
    if card.when:
        yield from _card_when(card, content)
    if card.queue and card.queue not in content.exchange.queues:
        yield "queue", f'queue "{card.queue}" is unknown', f"Known: {', '.join(sorted(content.exchange.queues))}."
    for n, text in enumerate(card.texts, 1):
        yield from _text("text" if len(card.texts) == 1 else f"variant {n}", text, content)
    if card.title:
        yield from _at("title", wording.label_faults(card.title))
    added = len(OFFERS["helped"]) if card.asks_helped else 0
    if len(card.buttons) + added > MAX_BUTTONS:
        yield "buttons", f"has {len(card.buttons)} and {added} added ones", f"At most {MAX_BUTTONS} fit."
    helped = content.replies.get("helped.ask")
    for text in card.texts if card.asks_helped and helped else ():
        yield from _at("text", wording.question_faults(Text(f"{text.zh}{helped.zh}", f"{text.en} {helped.en}")))
    for topic in card.buttons:
        other = content.cards.get(topic)
        if topic not in names.topics:
            yield "buttons", f'"{topic}" is neither a flow nor a card', "Add it, or take the button out."
        elif other and not other.title and content.flow_for(topic) is None:
            yield "buttons", f'card "{topic}" has no title', f"Add a title to data/cards/{topic}.yml."


def _card_when(card: Card, content: Content) -> Iterator[Fault]:
    when = card.when
    if card.intent not in content.cards:
        yield "intent", f"has no plain card: data/cards/{card.intent}.yml", "Add it; it answers where the when does not fit."
    if not (when.words.all() or when.flows or when.knows):
        yield "when", "fits always", "Add words, flows or knows."
    for flow in when.flows:
        if flow not in content.flows:
            yield "when: flows", f'no flow "{flow}"', f"Known: {', '.join(sorted(content.flows))}."
    for field in when.knows:
        yield from _known_field("when: knows", field, content)


def _places(names: _Names) -> Iterator[Fault]:
    content = names.content
    owner: dict[str, str] = {}
    for place in content.places.values():
        where = f"place {place.name}"
        if place.name in names.topics:
            yield where, "is also a flow or card", "Choose another name, or delete the place: the card answers."
        if len(render.choose("topic", place.name).encode()) > MAX_PAYLOAD:
            yield where, f"its button's payload is longer than {MAX_PAYLOAD} bytes", "Shorten the name."
        if place.queue and place.queue not in content.exchange.queues:
            yield where, f'queue "{place.queue}" is unknown', f"Known: {', '.join(sorted(content.exchange.queues))}."
        yield from _at(f"{where}: title", wording.label_faults(place.title))
        yield from _text(f"{where}: text", place.text, content)
        asked = content.replies.get("elsewhere.3" if place.elsewhere else "place.person")
        if asked:
            yield from _at(f"{where}: text", wording.question_faults(Text(place.text.zh + asked.zh, f"{place.text.en} {asked.en}")))
        if not place.elsewhere and "{link." not in place.text.zh:
            yield f"{where}: text", "names no official page", "Write {link.x}, or elsewhere: true if it is none of the exchange's business."
        for lang, said in (("zh", place.words.zh), ("en", place.words.en)):
            if not said:
                yield f"{where}: words", f"has no words in {lang}", "Write how people call it."
        for word in (*place.words.all(), *place.unless.all()):
            if len(word) < (2 if wording.is_han(word) else 3):
                yield f"{where}: words", f'"{word}" is too short to be plain', "Write a longer word."
        for word in place.words.all():
            other = owner.setdefault(fold(normalise(word)), place.name)
            if other != place.name:
                yield f"{where}: words", f'"{word}" also belongs to {other}', "Keep it with one of them."


def _replies(content: Content) -> Iterator[Fault]:
    needed = {**REPLIES, **APP_REPLIES}
    for key in needed:
        if key not in content.replies:
            yield f"reply {key}", "is missing", "Write it in zh and en."
    for key, text in content.replies.items():
        if key.startswith("title."):
            yield from _at(f"reply {key}", wording.label_faults(text))
            continue
        if key not in needed:
            yield f"reply {key}", "is not used", "Take it out."
            continue
        yield from _text(f"reply {key}", text, content, frozenset(needed[key]))
        if key.startswith("button."):
            yield from _at(f"reply {key}", wording.label_faults(text))


def _fields(content: Content) -> Iterator[Fault]:
    for field in content.fields.values():
        where = f"field {field.name}"
        if field.kind not in READERS:
            yield where, f'kind "{field.kind}" is unknown', f"Known: {', '.join(sorted(READERS))}."
        yield from _text(f"{where}: ask", field.ask, content)
        yield from _at(f"{where}: ask", wording.question_faults(field.ask))


def _entries(content: Content) -> Iterator[tuple[str, str]]:
    """Which flow an intent starts must be plain."""
    for intent in {f.intent for f in content.flows.values()}:
        plain = [f.name for f in content.flows.values() if f.intent == intent and f.when is None]
        if len(plain) != 1:
            yield f"intent {intent} starts {' and '.join(plain) or 'no flow without when'}", "Exactly one flow of an intent has no when."


def _text(where: str, text: Text, content: Content, may: frozenset[str] = frozenset()) -> Iterator[Fault]:
    yield from _at(where, wording.faults(text, content.exchange, may))
    for name in render.PLACEHOLDER.findall(text.zh + text.en):
        if name.startswith("field.") and name[6:] not in content.fields:
            yield where, f"{{{name}}} is unknown", f"Fields are: {', '.join(sorted(content.fields))}."


def _known_field(where: str, field: str, content: Content) -> Iterator[Fault]:
    if field not in content.fields:
        yield where, f'field "{field}" is unknown', "Use one of data/fields.yml, or add it there."


def _at(where: str, found: Iterable[tuple[str, str]]) -> Iterator[Fault]:
    return ((where, what, do) for what, do in found)
