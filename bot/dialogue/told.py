"""What the message that opens a problem already answers of the flow's questions. Answers to a question that was asked are `match.py`'s.

Only a choice's `opening` words count: most of its other words answer the question and say nothing without it ("没到" after
"where does it stand?"). Nothing is taken from a message that hesitates, that fits two choices, or that asks.
"""
from __future__ import annotations

import re
from dataclasses import dataclass

from bot.dialogue import lexicon
from bot.dialogue.match import folded, named_in, said_of
from bot.dialogue.model import Ask, Check, Choice, End, Flow, Say
from bot.text import hedged, plain

MOST_READ = 280
"""Characters; a longer story says too much for words to tell which of it counts. Less than is kept of a message that is put off (`offers.MOST_SAID`)."""
_SENTENCE = re.compile(r"([^.。!！?？;；…\n]*(?:\.(?=\w)[^.。!！?？;；…\n]*)*)([.。!！?？;；…\n]?)")
_CLAUSE = re.compile(r"[,，、:：()（）]")
_MIXED = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[a-z0-9])|(?<=[a-z0-9]) +(?=[\u3400-\u9fff])")
"""The space that some put between Chinese and Latin letters and others do not: "忘了填 memo"."""
_TURN = re.compile(r"但是?|可是(?!否)|然而|却|\b(?:but|and)\b")
"""Words after which something else is said: "显示完成但是钱包没有" asks nothing, though it ends as questions do."""

_NOT_KNOWN = re.compile(r"不知道|不确定|不清楚|not (?:sure|clear)|n't (?:know|say)|do(?:es)? not (?:know|say)")
"""Words of an answer that only sound like a doubt of it: "照片不清楚" is what the page says, "不知道下单成功没有" the question itself."""


@dataclass(frozen=True)
class Told:
    """What an opening message says about one question."""

    step: str
    """The question."""
    choices: frozenset[str]
    """The choices it speaks of; one alone may be taken as given."""

    @property
    def choice(self) -> str | None:
        """The one choice it speaks of, or None."""
        return next(iter(self.choices)) if len(self.choices) == 1 else None


def told(flow: Flow, text: str, name: str | None = None) -> Told | None:
    """What `text` says about a question of `flow`, the first unless `name` names another; None when it says nothing that can be relied on."""
    step = flow.steps.get(name) if name else first_question(flow)
    if not may_be_told(step) or not text or len(text) > MOST_READ:
        return None
    said = plain(text)
    if hedged(_beside(step, said)):
        return None
    said = _MIXED.sub("", said)
    choices = [_counting(flow, c) for c in step.choices]
    meant: set[str] = set()
    for sentence, mark in _SENTENCE.findall(said):
        fact, wonders = lexicon.WONDERS.subn(" ", sentence)
        clauses = [*_CLAUSE.split(sentence), *(_CLAUSE.split(fact) if wonders else ())]
        for clause in [*clauses, *(part for each in clauses for part in _TURN.split(each) if part != each)]:
            if lexicon.QUESTION.search(clause):  # gives an answer by words that ask ("怎么开启"), unless other words speak of another
                answers = said_of(choices, clause.strip())[0]
                meant |= answers and named_in(choices, clause)
            else:
                meant |= said_of(choices, clause.strip() + ("?" if mark in ("?", "？") and not wonders else ""))[0]
    over = {choice.name for choice in step.choices if closes(flow, choice)}
    return Told(step.name, frozenset(meant)) if meant - over else None


def all_told(flow: Flow, text: str) -> dict[str, list[str]]:
    """The choices that `text` speaks of, by question, of every question of `flow` that an opening message may answer."""
    found = [told(flow, text, name) for name, step in flow.steps.items() if may_be_told(step)]
    return {one.step: sorted(one.choices) for one in found if one}


def may_be_told(step: object) -> bool:
    """Whether an opening message may answer a step: a question with choices alone, one of which has words for it."""
    return isinstance(step, Ask) and not step.fills and any(c.opening.all() for c in step.choices)


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


def _beside(step: Ask, said: str) -> str:
    """The message without the answers that only sound like a doubt."""
    words = (folded(word) for choice in step.choices for word in choice.opening.all())
    for word in sorted(filter(_NOT_KNOWN.search, words), key=len, reverse=True):
        said = said.replace(word, " ")
    return said


def _counting(flow: Flow, choice: Choice) -> dict:
    """The words of a choice that count here. "It has arrived" is never taken from an opening message, but speaks against every other answer."""
    return {"id": choice.name, "labels": [], "words": choice.words.all() if closes(flow, choice) else choice.opening.all()}
