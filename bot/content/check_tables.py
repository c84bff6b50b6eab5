"""Checks the files that are one table each: the bot's sentences, fields, descriptions, ready answers, summary, comparison words and the exchange itself."""
from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import available_timezones

from bot.content import wording
from bot.content.naming import Fault, at, field_faults, text_faults
from bot.desk.defaults import FIGURES
from bot.desk.hours import Hours
from bot.dialogue import render
from bot.dialogue.fields import READERS
from bot.dialogue.model import Content
from bot.dialogue.wording import APP_REPLIES, REPLIES, TELEGRAM_REPLIES
from bot.facts import sources
from bot.text import plain

FEWEST_WORDS = 48
"""Of comparison_words.yml: two people must not easily have the same two."""


def replies(content: Content) -> Iterator[Fault]:
    """`data/replies.yml`: a sentence missing, not used, or with an argument it does not get."""
    needed = {**REPLIES, **APP_REPLIES, **TELEGRAM_REPLIES}
    for key in needed:
        if key not in content.replies:
            yield f"reply {key}", "is missing", "Write it in zh and en."
    for key, text in content.replies.items():
        if key.startswith("title."):
            yield from at(f"reply {key}", wording.label_faults(text))
            continue
        if key not in needed:
            yield f"reply {key}", "is not used", "Take it out."
            continue
        yield from text_faults(f"reply {key}", text, content, frozenset(needed[key]))
        yield from at(f"reply {key}", wording.question_faults(text))
        if key.startswith("button."):
            yield from at(f"reply {key}", wording.label_faults(text))


def comparison_words(content: Content) -> Iterator[Fault]:
    """`data/comparison_words.yml`."""
    words = content.comparison_words
    if len(words) < FEWEST_WORDS:
        yield "words", f"has {len(words)}, fewer than {FEWEST_WORDS}", "Write more: two people must not easily have the same two."
    for lang in ("zh", "en"):
        said = [plain(word.of(lang)) for word in words]
        for number, word in enumerate(said, 1):
            if said.index(word) < number - 1:
                yield f"word {number}", f'"{word}" is there twice', "Write another thing."


def descriptions(content: Content) -> Iterator[Fault]:
    """`data/describe.yml`."""
    if not content.descriptions or content.descriptions[-1].flows:
        yield "", "the last group is for all other problems", "Add a group without flows at the end."
    owner: dict[str, str] = {}
    for group in content.descriptions:
        where = f"group {group.name}"
        for flow in group.flows:
            if flow not in content.flows:
                yield f"{where}: flows", f'flow "{flow}" is unknown', f"Known: {', '.join(sorted(content.flows))}."
            elif owner.setdefault(flow, group.name) != group.name:
                yield f"{where}: flows", f'"{flow}" is in group {owner[flow]} already', "Name it once."
        for name in group.needs:
            yield from field_faults(f"{where}: needs", name, content)
        for i, part in enumerate(group.parts, 1):
            for j, text in enumerate(part, 1):
                at = f"{where}: part {i} wording {j}"
                yield from text_faults(at, text, content, frozenset({"title"}))
                if set(render.PLACEHOLDER.findall(text.zh)) != set(render.PLACEHOLDER.findall(text.en)):
                    yield at, "zh and en name different fields", "Say the same in both."


def fields(content: Content) -> Iterator[Fault]:
    """`data/fields.yml`."""
    for field in content.fields.values():
        where = f"field {field.name}"
        if field.kind not in READERS:
            yield where, f'kind "{field.kind}" is unknown', f"Known: {', '.join(sorted(READERS))}."
        yield from text_faults(f"{where}: ask", field.ask, content)
        yield from at(f"{where}: ask", wording.question_faults(field.ask))


def canned(content: Content) -> Iterator[Fault]:
    """`data/canned.yml`."""
    for answer in content.canned.values():
        where = f"answer {answer.name}"
        yield from text_faults(f"{where}: text", answer.text, content, frozenset({"ticket", "agent"}))
        yield from at(f"{where}: text", wording.question_faults(answer.text))
        for queue in answer.queues:
            if queue not in content.exchange.queues:
                yield where, f'queue "{queue}" is unknown', f"Known: {', '.join(sorted(content.exchange.queues))}."


def summary(content: Content) -> Iterator[Fault]:
    """`data/summary.yml`."""
    for n, clause in enumerate(content.summary, 1):
        for text in clause:
            yield from text_faults(f"clause {n}", text, content, frozenset({"problem"}))


def exchange(content: Content) -> Iterator[Fault]:
    """`data/exchange.yml`: hours, figures, regions."""
    try:
        Hours.read(content.exchange.rest.get("hours") or {})
    except ValueError as error:
        yield "hours", str(error), "Mend it: promises are counted in these hours."
    for name, value in (content.exchange.rest.get("desk") or {}).items():
        if name not in FIGURES:
            yield f"desk: {name}", "is unknown", f"Known: {', '.join(sorted(FIGURES))}."
        elif not str(value).isdigit():
            yield f"desk: {name}", f'"{value}" is no whole number', "Write one, such as 24."
    if "default" not in content.exchange.regions:
        yield "regions", "default is missing", "Add it with regulator, police and distress_line: whoever lives in none of the others sees these."
    named: dict[str, str] = {}
    for name, region in content.exchange.regions.items():
        for zone in region.timezones:
            if zone not in available_timezones():
                yield f"regions: {name}", f'time zone "{zone}" is unknown', "Write it like Asia/Taipei."
            elif named.setdefault(zone, name) != name:
                yield f"regions: {name}", f'time zone "{zone}" is in {named[zone]} already', "Name it once."
        for word, text in region.words.items():
            yield from text_faults(f"regions: {name}: {word}", text, content)


def look_ups(content: Content) -> Iterator[str]:
    """`data/exchange.yml`, `sources`."""
    try:
        sources.read(content.exchange.coins, content.exchange.rest.get("sources") or {})
    except sources.SourceError as error:
        yield str(error)
