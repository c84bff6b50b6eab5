"""What the message that opens a problem already answers of the flow's first question. Answers to a question that was asked are `match.py`'s.

Only a choice's `opening` words count: most of its other words answer the question and say nothing without it ("没到" after
"where does it stand?"). Nothing is taken from a message that hesitates, that fits two choices, or that asks.
"""
from __future__ import annotations

import re
from dataclasses import dataclass

from bot.dialogue import lexicon
from bot.dialogue.match import named_in, said_of
from bot.dialogue.model import Ask, Check, Choice, End, Flow, Say
from bot.text import hedged, plain

MOST_READ = 280
"""Characters; a longer story says too much for words to tell which of it counts. Less than is kept of a message that is put off (`offers.MOST_SAID`)."""
_SENTENCE = re.compile(r"([^.。!！?？;；…\n]*(?:\.(?=\w)[^.。!！?？;；…\n]*)*)([.。!！?？;；…\n]?)")
_CLAUSE = re.compile(r"[,，、:：()（）]")


@dataclass(frozen=True)
class Told:
    """What an opening message says about the first question."""

    step: str
    """The question."""
    choices: frozenset[str]
    """The choices it speaks of; one alone may be taken as given."""

    @property
    def choice(self) -> str | None:
        """The one choice it speaks of, or None."""
        return next(iter(self.choices)) if len(self.choices) == 1 else None


def told(flow: Flow, text: str) -> Told | None:
    """What `text` says about the first question of `flow`; None when it says nothing that can be relied on."""
    step = first_question(flow)
    if step is None or step.fills or not text or len(text) > MOST_READ or not any(c.opening.all() for c in step.choices):
        return None
    said = plain(text)
    if hedged(said):
        return None
    choices = [_counting(flow, c) for c in step.choices]
    meant: set[str] = set()
    for sentence, mark in _SENTENCE.findall(said):
        fact, wonders = lexicon.WONDERS.subn(" ", sentence)
        for clause in [*_CLAUSE.split(sentence), *(_CLAUSE.split(fact) if wonders else ())]:
            if lexicon.QUESTION.search(clause):  # gives an answer by words that ask ("怎么开启"), unless other words speak of another
                answers = said_of(choices, clause.strip())[0]
                meant |= answers and named_in(choices, clause)
            else:
                meant |= said_of(choices, clause.strip() + ("?" if mark in ("?", "？") and not wonders else ""))[0]
    return Told(step.name, frozenset(meant)) if meant else None


def first_question(flow: Flow) -> Ask | None:
    """The question a flow comes to before anything was answered, where no look-up leads elsewhere."""
    name, seen = flow.start, set()
    while name not in seen:
        seen.add(name)
        step = flow.steps.get(name)
        if isinstance(step, Check):
            name = step.outcomes.get("unknown", "")
        elif isinstance(step, Say):
            name = step.go
        else:
            return step if isinstance(step, Ask) else None
    return None


def closes(flow: Flow, choice: Choice) -> bool:
    """Whether a choice leads to an end without a person: no message that opens a problem says that it is over."""
    name, seen = choice.go, set()
    while name not in seen:
        seen.add(name)
        step = flow.steps.get(name)
        if not isinstance(step, Say):
            return isinstance(step, End) and step.end in ("solved", "wait")
        name = step.go
    return False


def _counting(flow: Flow, choice: Choice) -> dict:
    """The words of a choice that count here. "It has arrived" is never taken from an opening message, but speaks against every other answer."""
    return {"id": choice.name, "labels": [], "words": choice.words.all() if closes(flow, choice) else choice.opening.all()}
