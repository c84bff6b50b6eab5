"""Checks labelled examples before they are filed into data/nlu: what would harm is named with its line, what is there already is left out."""
from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.home import ROOT
from bot.insight import job, labelled
from bot.insight.examples import Example, learned, topics
from bot.insight.label_file import Labelled
from bot.safety.guard import guard
from bot.safety.personal import redact
from bot.text import detect, other_language

LONGEST = 500
"""Characters of an example; longer ones teach mostly what is beside the point."""
_MARKUP = re.compile(r"\[[^\]]*\]\s*[({]")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a line, and what to do about it."""

    line: int
    what: str
    do: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}. {self.do}"


@dataclass
class Checked:
    """What came of a labelled file."""

    troubles: list[Trouble] = field(default_factory=list)
    """With any of them nothing is filed."""
    new: list[tuple[str, str, str]] = field(default_factory=list)
    """(language, topic, text) to file."""
    known: int = 0
    """Examples that data/nlu has already, or one that says the same."""


def check(given: Sequence[Labelled], root: Path = ROOT, heldout: Path = labelled.HELD_OUT) -> Checked:
    """Everything that is wrong at once. Raises job.JobFailed where the likeness of texts cannot be computed, labelled.BadFile."""
    checked, names = Checked(), topics(root)
    sound: list[Labelled] = []
    for one in given:
        trouble = _trouble(one, names)
        if trouble:
            checked.troubles.append(trouble)
        else:
            sound.append(one)
    known = learned(root)
    there = {(example.topic, example.text) for example in known}
    fresh = [one for one in sound if (one.topic, one.text) not in there]
    checked.known = len(sound) - len(fresh)
    held = [row["text"] for row in labelled.read(heldout)[1]] if heldout.exists() else []
    _compare(checked, fresh, known, held)
    checked.troubles.sort(key=lambda trouble: trouble.line)
    return checked


def _trouble(one: Labelled, names: Sequence[str]) -> Trouble | None:
    """What is wrong with an example by itself."""
    def trouble(what: str, do: str) -> Trouble:
        return Trouble(one.line, what, do)
    if one.topic not in names:
        near = difflib.get_close_matches(one.topic, names, 3, 0.5)
        return trouble(f'there is no topic "{one.topic[:40]}"', f"Did you mean {' or '.join(near)}?" if near else "Take one from the list at the end of the file.")
    if not one.text:
        return trouble("the example is empty", "Write it, or take the line out.")
    if len(one.text) > LONGEST:
        return trouble(f"the example has {len(one.text)} characters", f"Keep the part that says what is wanted, at most {LONGEST}.")
    guarded = guard(one.text)
    if guarded.found:
        return trouble(f"it holds a secret ({', '.join(sorted({found.kind for found in guarded.found}))})", "Take it out: data/nlu is read by many.")
    if redact(one.text) != one.text:
        return trouble("it holds personal data (an address, a number, a hash)", f"Write it as: {redact(one.text)[:120]}")
    if _MARKUP.search(one.text):
        return trouble("it holds [..](..), which Rasa reads as an annotation", "Take the brackets out.")
    foreign = other_language(one.text)
    if foreign:
        return trouble(f'it is in a language the bot does not speak ("{foreign}")', "Take it out: such messages get a sentence of their own.")
    if detect(one.text) is None and len(_LETTERS.findall(one.text)) < 2:
        return trouble("it says nothing that could be learned", "Take it out.")
    return None


def _compare(checked: Checked, fresh: Sequence[Labelled], known: Sequence[Example], held: Sequence[str]) -> None:
    """Against what is there and against each other, as the classifier sees the texts."""
    if not fresh:
        return
    to_known, to_held, to_each = job.run("near", {"new": [one.text for one in fresh], "known": [[one.text for one in known], held]})["near"]
    leave_out = set()
    for place, other in to_held:
        leave_out.add(place)
        checked.troubles.append(Trouble(fresh[place].line, f'the held-out file has it ("{held[other][:60]}"), and what is measured on is never learned', "Take it out."))
    for place, other in to_known:
        one, example = fresh[place], known[other]
        if place in leave_out:
            continue
        leave_out.add(place)
        if example.topic == one.topic:
            checked.known += 1
        else:
            checked.troubles.append(Trouble(one.line, f'{example.file} says the same under {example.topic} ("{example.text[:60]}")', "Give it that topic, take it out, or mend that file."))
    for place, other in to_each:
        one, before = fresh[place], fresh[other]
        if place in leave_out:
            continue
        leave_out.add(place)
        if before.topic == one.topic:
            checked.known += 1
        else:
            checked.troubles.append(Trouble(one.line, f"line {before.line} says the same under {before.topic}", "Keep one of the two."))
    checked.new = [("en" if detect(one.text) == "en" else "zh", one.topic, one.text) for place, one in enumerate(fresh) if place not in leave_out]
