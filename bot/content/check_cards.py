"""Checks cards and places: what answers a question without steps."""
from __future__ import annotations

from collections.abc import Iterator

from bot.content import wording
from bot.content.naming import Fault, Names, at, field_faults, queue_faults, text_faults
from bot.dialogue import render
from bot.dialogue.expect import OFFERS
from bot.dialogue.model import MAX_BUTTONS, MAX_PAYLOAD, Card, Content, Text
from bot.dialogue.route import ANSWERS, MOVES
from bot.facts.catalogue import FACTS
from bot.text import plain

NEVER_SHOWN = (ANSWERS | set(MOVES)) - {"distress"}
"""Intents that no card answers (`bot.dialogue.route`)."""


def faults(card: Card, names: Names) -> Iterator[Fault]:
    """Everything wrong with a card."""
    content = names.content
    if card.intent not in names.examples:
        yield "intent", f'nobody can ask for it: no intent "{card.intent}"', f"Add data/nlu/zh/{card.intent}.yml and data/nlu/en/{card.intent}.yml with how people say it (docs/content-guide.md, A card)."
    if card.intent in NEVER_SHOWN:
        yield "card", "is never shown", f"{card.intent} is answered by sentences of data/replies.yml; delete the card."
    if (card.name == card.intent) == bool(card.when):
        yield "when", f'belongs to a second card of an intent, the plain one is data/cards/{card.intent}.yml', "Give the second card a name of its own and a when; the plain one has neither."
    if card.when:
        yield from _card_when(card, content)
    yield from queue_faults("queue", card.queue, content)
    for n, text in enumerate(card.texts, 1):
        may = frozenset(f"found.{value}" for value in FACTS[card.when.check].values) if card.when and card.when.check in FACTS else frozenset()
        yield from text_faults("text" if len(card.texts) == 1 else f"variant {n}", text, content, may)
    if card.title:
        yield from at("title", wording.label_faults(card.title))
    added = len(OFFERS["helped"]) if card.asks_helped else 0
    if len(card.buttons) + added > MAX_BUTTONS:
        yield "buttons", f"has {len(card.buttons)} and {added} added ones", f"At most {MAX_BUTTONS} fit."
    helped = content.replies.get("helped.ask")
    for text in card.texts if card.asks_helped and helped else ():
        yield from at("text", wording.question_faults(Text(f"{text.zh}{helped.zh}", f"{text.en} {helped.en}")))
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
    if not (when.words.all() or when.flows or when.knows or when.check):
        yield "when", "fits always", "Add words, flows, knows or a check."
    declared = FACTS.get(when.check)
    if when.check and (declared is None or declared.slow or "text" not in declared.arguments):
        yield "when: check", f'check "{when.check}" does not read a message', f"Known: {', '.join(sorted(n for n, d in FACTS.items() if 'text' in d.arguments))}."
    elif bool(when.check) != bool(when.outcome) or (declared and when.outcome not in declared.outcomes):
        yield "when: outcome", f'outcome "{when.outcome}" is none of {when.check}', f"Known: {', '.join(declared.outcomes) if declared else 'write check as well'}."
    for flow in when.flows:
        if flow not in content.flows:
            yield "when: flows", f'no flow "{flow}"', f"Known: {', '.join(sorted(content.flows))}."
    for field in when.knows:
        yield from field_faults("when: knows", field, content)
    yield from _order(card, content)


def _order(card: Card, content: Content) -> Iterator[Fault]:
    """Two cards that the same words call for: which one answers is said, not left to their names."""
    for name in card.when.before:
        other = content.cards.get(name)
        if other is None or other.when is None or other.intent != card.intent or other is card:
            yield "when: before", f'"{name}" is no other second card of {card.intent}', "Name one, or leave it out."
        elif card.name in other.when.before:
            yield "when: before", f"{name} stands before {card.name} too", "Keep it in one of them."
    for other in content.cards.values():
        if not other.when or other.intent != card.intent or other.name in card.when.before or card.name in other.when.before:
            continue
        called = [plain(word) for word in other.when.words.all()]
        for word in card.when.words.all():
            inner = next((each for each in called if each in plain(word)), None) if other is not card else None
            if inner and not any(plain(no) in plain(word) for no in other.when.unless.all()):
                yield "when: words", f'"{word}" calls for {other.name} too ("{inner}")', f"Write before: [{other.name}] here, or before: [{card.name}] there."
                break


def places(names: Names) -> Iterator[Fault]:
    """Everything wrong with `data/places.yml`."""
    content = names.content
    owner: dict[str, str] = {}
    for place in content.places.values():
        where = f"place {place.name}"
        if place.name in names.topics:
            yield where, "is also a flow or card", "Choose another name, or delete the place: the card answers."
        if len(render.choose("topic", place.name).encode()) > MAX_PAYLOAD:
            yield where, f"its button's payload is longer than {MAX_PAYLOAD} bytes", "Shorten the name."
        yield from queue_faults(where, place.queue, content)
        yield from at(f"{where}: title", wording.label_faults(place.title))
        yield from text_faults(f"{where}: text", place.text, content)
        asked = content.replies.get("elsewhere.3" if place.elsewhere else "place.person")
        if asked:
            yield from at(f"{where}: text", wording.question_faults(Text(place.text.zh + asked.zh, f"{place.text.en} {asked.en}")))
        if not place.elsewhere and "{link." not in place.text.zh:
            yield f"{where}: text", "names no official page", "Write {link.x}, or elsewhere: true if it is none of the exchange's business."
        for lang, said in (("zh", place.words.zh), ("en", place.words.en)):
            if not said:
                yield f"{where}: words", f"has no words in {lang}", "Write how people call it."
        for word in (*place.words.all(), *place.unless.all()):
            if len(word) < (2 if wording.is_han(word) else 3):
                yield f"{where}: words", f'"{word}" is too short to be plain', "Write a longer word."
        for word in place.words.all():
            other = owner.setdefault(plain(word), place.name)
            if other != place.name:
                yield f"{where}: words", f'"{word}" also belongs to {other}', "Keep it with one of them."
