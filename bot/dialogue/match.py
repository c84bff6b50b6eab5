"""Which answer to the open question a text gives. What the text is about otherwise is the classifier's subject.

A wrong branch is about somebody's money: where words are denied, asked, or fit two answers, nothing is picked and the bot asks again.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.dialogue import fields, lexicon
from bot.dialogue.fields import Read, Trouble
from bot.text import choice_number, hedged, number, numbers, plain, stance

MOST_CHARACTERS = 1_000
"""Of a longer message the first and last half of this many are looked at, as the classifier does; values are read from all of it."""
MOST_ASKING = 40
"""Characters of a message that says no more than that its writer does not know."""
FEWEST_WHOLE = 4
"""Characters of a word that picks its choice for certain where it is the whole message; shorter ones say other things too."""
LEAVING = frozenset({"feedback_resolved", "stop_cancel", "goodbye", "thanks"})
"""Intents of which any two next to each other say the same: the writer goes."""
MOST_LIKELY = 3
"""Intents looked at, where the classifier is unsure."""
MOST_AGREEING = 14
"""Latin letters (a Han character counts as two) of a yes or no that is not one of the usual words."""
OTHERS = frozenset({"email", "phone", "pair", "time", "tx_hash", "uid"})
"""Fields whose values cannot be mistaken for another's where nothing else is said."""
MOST_BESIDE = 5
"""Latin letters (a Han character counts as two) beside words that must stand alone."""


@dataclass(frozen=True)
class Pick:
    """What a text answers to an open question."""

    choice: str | None = None
    """`step.choice`, `step.?unsure`, `step.?skip`, `offer.answer` or `topic.name`; None for a value."""
    field: str | None = None
    """The field a value is for."""
    value: Read | Trouble | None = None
    """What was read for that field."""
    by: str = ""
    """What it was recognised by: number, label, word, entity, intent, value, aside, correction, admitted (a deed that was warned of), unharmed (such a deed denied, and no more said), or hedge (said, but not surely)."""


@dataclass(frozen=True)
class _Hit:
    """A word of a choice found in the text."""

    choice: str
    start: int
    end: int


def match(expect: Mapping, text: str, entities: Sequence[Mapping] = (), intent: str | None = None) -> Pick | None:
    """The answer that `text` gives to the question described by `expect` (`bot.dialogue.expect`), or None if it gives none.

    Pure and quick: it runs in the engine (component StepAnswer) and in the app, which gives the same answer.
    """
    said = lexicon.HOLD_ON.sub("", _looked_at(text).strip())
    if not expect or not said:
        return None
    choices = expect.get("choices") or ()
    wanted = expect.get("field")
    shown = [c for c in choices if not c.get("hidden")]
    if expect.get("numbers", True) and not (wanted and wanted["kind"] in fields.NUMERIC):
        number = choice_number(said, len(shown))
        if number:
            return Pick(shown[number - 1]["id"], by="number")
    if expect.get("admits"):
        if lexicon.NOT_DONE.search(said) and lexicon.CLICKED.search(said) and not _said(lexicon.DONE, lexicon.CLICKED.sub("", said)):
            return Pick("offer.helped", by="unharmed")
        if _said(lexicon.DONE, said) or lexicon.CONTROLLED.search(said):
            return Pick(expect["admits"], by="admitted")
        if lexicon.NOT_DONE.search(said) and not lexicon.QUESTION.search(said):
            return Pick("offer.helped", by="unharmed" if lexicon.UNHARMED.match(said) else "word")
    bare = said.strip(" .。!！,，;；、~")
    for choice in choices:
        if bare in {folded(label) for label in choice["labels"]}:
            return Pick(choice["id"], by="label")
    whole = {choice["id"] for choice in choices if not choice.get("alone") and bare in {folded(word) for word in choice.get("words", ()) if len(word) >= FEWEST_WHOLE}}
    if len(whole) == 1 and not lexicon.CORRECTION.match(bare):
        return Pick(whole.pop(), by="label")  # as good as the label: "into my account" to the question where the coins went
    correction = _correction(expect, said, entities)
    if correction:
        return correction
    if wanted and not (lexicon.QUESTION.search(said) and wanted["kind"] == "text"):
        read = fields.read(wanted, text, entities)
        aside = _aside(expect, said, entities) if isinstance(read, Trouble) or _of_another(wanted, said, entities) else None
        if aside:
            return aside
        if read is not None and not (wanted["kind"] in ("text", "time") and _declines(said)):
            return Pick(field=wanted["name"], value=read, by="value")
    return (
        by_words(choices, said)
        or _by_entity(choices, said, entities)
        or _by_intent(choices, said, bare, intent)
        or _added(expect, said)
        or (_hedge(expect) if hedged(said) and not (lexicon.QUESTION.search(said) or lexicon.WAITS.fullmatch(bare)) else None)
        or _aside(expect, said, entities)
    )


def occurrences(text: str, word: str) -> Iterator[tuple[int, int]]:
    """Where `word` stands in `text`, both plain; Latin words only as whole words ("no" is not in "know")."""
    if word.split(None, 1)[0] not in text:
        return
    for found in _pattern(word).finditer(text):
        yield found.span()


@lru_cache(maxsize=10_000)  # bounded: values that people wrote are looked for as well
def _pattern(word: str) -> re.Pattern[str]:
    before = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", word) else ""
    after = r"(?![a-z0-9])" if re.search(r"[a-z0-9]$", word) else ""
    return re.compile(before + r"\s+".join(re.escape(part) for part in word.split()) + after)


def names(text: str, words: Sequence[str]) -> str:
    """The longest of `words` that `text` holds, or "" for none."""
    said = _looked_at(text)
    return max((w for w in words if folded(w).split()[0] in said and any(occurrences(said, folded(w)))), key=len, default="")


@lru_cache(maxsize=16)
def _looked_at(text: str) -> str:
    """The start and the end of a message, as words are looked for in it: one turn asks for the same text hundreds of times."""
    return _cut(plain(_cut(text)))  # one character may become eighteen


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS // 2] + " " + text[-MOST_CHARACTERS // 2:]


@cache
def folded(word: str) -> str:
    """A word of the content as it is looked for: folded once, asked for hundreds of times a turn."""
    return plain(word)


def by_words(choices: Sequence[Mapping], text: str) -> Pick | None:
    """The one choice whose words `text` (plain) says; None for none or several."""
    meant, doubted = said_of(choices, text)
    if len(meant | doubted) != 1:
        return None
    choice = (meant | doubted).pop()
    return Pick(choice, by="word" if choice in meant else "hedge")


def said_of(choices: Sequence[Mapping], text: str) -> tuple[set[str], set[str]]:
    """The choices whose words `text` (plain) says: those it means, and those it says without being sure."""
    longest = _longest(choices, text)
    if lexicon.QUESTION.search(text):
        longest = [h for h in longest if lexicon.QUESTION.search(text[h.start:h.end])]
    meant, doubted, nodded = set(), set(), set()
    for hit in longest:
        seen = stance(text, hit.start, hit.end)
        if seen.negated or seen.asked or _twice_denied(text, hit) or lexicon.MADE_TO_WAIT.search(text[:hit.end]):
            continue
        nods = text[hit.start:hit.end] in lexicon.YES | lexicon.NO and _weight(text) > MOST_AGREEING and not lexicon.IN_VAIN.search(text)
        (nodded if nods else doubted if seen.hedged else meant).add(hit.choice)
    # "Yes I have a screenshot" agrees to something, perhaps not to this; beside an answer its "yes" is none of its own.
    return meant, doubted or (set() if meant else nodded)


def named_in(choices: Sequence[Mapping], text: str) -> set[str]:
    """The choices whose words stand in `text` (plain), meant or not."""
    return {hit.choice for hit in _longest(choices, text)}


def _longest(choices: Sequence[Mapping], text: str) -> list[_Hit]:
    """Words of choices in the text, without those inside a longer one."""
    hits = []
    for choice in choices:
        for word in (*choice.get("words", ()), *choice["labels"]):
            sought = folded(word)
            if sought:
                hits += [_Hit(choice["id"], *span) for span in occurrences(text, sought) if not choice.get("alone") or _alone(text, span)]
    return [h for h in hits if not any(o.start <= h.start and h.end <= o.end and o.end - o.start > h.end - h.start for o in hits)]


def _alone(text: str, span: tuple[int, int]) -> bool:
    """Whether next to nothing stands beside the words: "没用啊", not "验证码没用了"."""
    return _weight(text[:span[0]] + text[span[1]:]) <= MOST_BESIDE


def _weight(text: str) -> int:
    """Letters and figures; a Han character counts as two."""
    return sum(2 if c > "\u2fff" else 1 for c in text if c.isalnum())


_DENIALS = re.compile(r"不是|并非|没有|没|不|未|无|\bnot\b|n't\b|\bno\b|\bnever\b|\bun(?=\w)")


def _twice_denied(text: str, hit: _Hit) -> bool:
    """Two denials before the word ("不是没有成功"): grammar would cancel them, people should be asked."""
    clause = re.split(r"[,，。.;；!！?？\n]", text[:hit.start])[-1]
    return len(_DENIALS.findall(clause)) > 1


def _by_entity(choices: Sequence[Mapping], text: str, entities: Sequence[Mapping]) -> Pick | None:
    found: dict[str, str] = {}
    for choice in choices:
        for name, values in (choice.get("entities") or {}).items():
            for entity in entities:
                if entity.get("entity") == name and ("*" in values or str(entity.get("value")) in values):
                    seen = _stance_of(text, entity)
                    if not (seen.negated or seen.asked):
                        found[choice["id"]] = "hedge" if seen.hedged else "entity"
    return _only(found)


def _only(found: Mapping[str, str]) -> Pick | None:
    if len(found) != 1:
        return None
    (choice, by), = found.items()
    return Pick(choice, by=by)


def _by_intent(choices: Sequence[Mapping], text: str, bare: str, intent: str | None) -> Pick | None:
    said = "affirm" if bare in lexicon.YES else "deny" if bare in lexicon.NO else None
    if intent == "human_agent":  # not an answer: it hands over at once; on a choice it only names the ending that fits (side.py)
        return None
    if said is None and (lexicon.QUESTION.search(text) or hedged(text)):
        return None
    by = "intent"
    if said is None and intent == "feedback_resolved" and not lexicon.RESOLVED.search(text):
        by = "hedge"  # "I want my money NOW" is not the end of a problem because a model took it for one
    if said is None and intent in ("affirm", "deny") and _weight(text) > MOST_AGREEING and not (intent == "deny" and lexicon.IN_VAIN.search(text)):
        by = "hedge"  # "yes I have a screenshot" agrees to something, perhaps not to this
    return _only({c["id"]: by for c in choices if (said or intent) in (c.get("intents") or ())})


def _added(expect: Mapping, text: str) -> Pick | None:
    """ "Not sure" and "skip", the choices the bot adds by itself."""
    ids = {c["id"].rpartition(".")[2]: c["id"] for c in expect.get("choices") or ()}
    asks_how = lexicon.UNSURE.search(text)
    if "?unsure" in ids and lexicon.HOW.search(text) and len(text) <= MOST_ASKING:
        return Pick(ids["?unsure"], by="word")
    if "?skip" in ids and _declines(text) and not (asks_how and lexicon.QUESTION.search(text)):
        return Pick(ids["?skip"], by="word")
    if "?unsure" in ids and asks_how and len(text) <= MOST_ASKING:
        return Pick(ids["?unsure"], by="word")
    return None


def harmed(text: str) -> bool:
    """Whether a text tells that the writer gave away what frauds are after, or did what they want."""
    said = plain(text)
    clicked_only = lexicon.NOT_DONE.search(said) and not _said(lexicon.DONE, lexicon.CLICKED.sub("", said))
    return bool(lexicon.GIVEN.search(said)) and _said(lexicon.DONE, said) and not lexicon.SUPPOSED.search(said) and not clicked_only


def plainly_harmed(text: str) -> bool:
    """Whether a text tells, whatever it is about besides, that the words of a wallet were given away or that somebody controls the writer's device."""
    said = plain(text)
    if lexicon.QUESTION.search(said) or lexicon.SUPPOSED.search(said):
        return False
    return bool(lexicon.SEEDS.search(said)) and _said(lexicon.DONE, said) or _said(lexicon.CONTROLLED, said)


def wants_person(text: str) -> bool:
    """Whether a text asks for a person in plain words, and not how to reach one."""
    said = plain(text)
    return any(not lexicon.UNWANTED.search(said[:found.start()]) for found in lexicon.PERSON.finditer(said)) and not lexicon.QUESTION.search(said)


def over(text: str) -> bool:
    """Whether a text says in plain words that the problem is over."""
    return _said(lexicon.RESOLVED, plain(text))


def leaves(text: str, intent: str | None, likely: Sequence[str]) -> bool:
    """Whether a message that is no answer leaves the problem: in plain words, or because the classifier only doubts which way of leaving it is.

    `likely`: intents, the likeliest first; empty where nothing classified it.
    """
    said = plain(text)
    if not said or lexicon.QUESTION.search(said) or lexicon.BUT.search(said) or lexicon.RELIEVED.search(said):
        return False
    if _said(lexicon.LEAVES, said) or _said(lexicon.RESOLVED, said):
        return not likely or bool(LEAVING & set(likely[:MOST_LIKELY]))
    return intent == "nlu_clarify" and set(likely[:2]) <= LEAVING and bool(lexicon.STOPS.search(said) or lexicon.PARTS.search(said))


def _said(words: re.Pattern[str], text: str) -> bool:
    """Whether `text` (plain) says one of the words, undenied."""
    return any(not stance(text, *found.span()).negated for found in words.finditer(text))


def _declines(text: str) -> bool:
    return bool(len(text) <= 60 and lexicon.SKIP.search(text))


def _hedge(expect: Mapping) -> Pick | None:
    unsure = next((c["id"] for c in expect.get("choices") or () if c["id"].endswith(".?unsure")), None)
    return Pick(unsure, by="hedge") if unsure else None


def _correction(expect: Mapping, text: str, entities: Sequence[Mapping]) -> Pick | None:
    """Something said before is taken back: a known value, or the answer to a question already passed."""
    begins = lexicon.CORRECTION.match(text)
    before = expect.get("before")
    if before is None and not begins and not lexicon.NOT_THAT.search(text) and not lexicon.NOT_FIGURE.search(text):
        return None
    wanted = expect.get("field")
    rest = text[begins.end():] if begins else text
    known = expect.get("known") or {}
    for entity in entities if before is None else changed(before["fields"], text, entities):
        name = entity.get("entity")
        if name in known and str(entity.get("value")).casefold() != str(known[name]).casefold() and not _stance_of(rest, entity).negated and not (wanted and name == wanted["name"]):
            return Pick(field=name, value=_read(entity), by="correction")
    uid = _figure_of("uid", text) if before is None and "uid" in known and not (wanted and wanted["name"] == "uid") else ""
    if uid and uid != str(known["uid"]):
        return Pick(field="uid", value=Read(uid, uid), by="correction")
    amount = _amount_taken_back(expect, text) if before is None else None
    if amount:
        return Pick(field="amount", value=amount, by="correction")
    if by_words(expect.get("choices") or (), text):
        return None
    for step in reversed(expect.get("passed") or ()):
        picked = by_words(step["choices"], rest) or by_words(step["choices"], text)
        if picked and picked.by == "word" and not (before and picked.choice in before["choices"]):
            return Pick(picked.choice, by="correction")
    return None


def _figure_of(word: str, text: str) -> str:
    """The only number of a message that names what it is: "sorry wrong uid, it's 4455669"; "" for none."""
    runs = re.findall(r"(?<![a-z0-9])\d{5,}(?![a-z0-9])", text)
    return runs[0] if len(runs) == 1 and re.search(rf"(?<![a-z]){word}(?![a-z])", text) else ""


def corrections(expect: Mapping, pick: Pick, text: str, entities: Sequence[Mapping]) -> dict[str, Read]:
    """{field: value} of a correction: the field picked, and whatever else differs in a message's new wording."""
    others = changed(expect["before"]["fields"], text, entities) if expect.get("before") else ()
    return {pick.field: pick.value} | {str(entity["entity"]): _read(entity) for entity in others}


def changed(known: Mapping[str, str], text: str, entities: Sequence[Mapping]) -> list[Mapping]:
    """The entities of a message's new wording that say something else than what is known. A field named twice says nothing for sure."""
    named = [entity for entity in entities if entity.get("entity") in known and not _stance_of(plain(text), entity).negated]
    once = [entity for entity in named if sum(other["entity"] == entity["entity"] for other in named) == 1]
    return [entity for entity in once if str(entity.get("value")).casefold() != str(known[entity["entity"]]).casefold()]


def _amount_taken_back(expect: Mapping, text: str) -> Read | None:
    """The amount meant instead of the one known ("是 500 不是 0.5", "写错了，是 500"); None where the message says more than that, or means another figure."""
    known, wanted = number(str((expect.get("known") or {}).get("amount") or "")), expect.get("field")
    if known is None or (wanted and wanted["kind"] in fields.NUMERIC):
        return None
    denied = [number(figure) for found in lexicon.NOT_FIGURE.finditer(text) for figure in found.groups() if figure]
    said = lexicon.NOT_FIGURE.sub(" ", text)
    figures = [one.value for one in numbers(said)]
    rest = lexicon.FIGURE_FILLERS.sub("", said)
    if any(one != known for one in denied) or len(figures) != 1 or figures[0] <= 0 or any(char.isalpha() for char in rest):
        return None
    if not denied and figures[0] <= len(expect.get("choices") or ()):
        return None  # "不对，是2" means the second answer
    written = format(figures[0].normalize(), "f")
    return Read(written, written)


def _aside(expect: Mapping, text: str, entities: Sequence[Mapping]) -> Pick | None:
    """A value for another field than the one asked: worth keeping, and not a misunderstanding."""
    for entity in entities:
        name = entity.get("entity")
        if name in (expect.get("fields") or ()) and name != (expect.get("field") or {}).get("name") and _stance_of(text, entity).affirmed:
            return Pick(field=name, value=_read(entity), by="aside")
    return None


def _of_another(wanted: Mapping, text: str, entities: Sequence[Mapping]) -> bool:
    """Whether a message holds next to nothing but the value of another field than the one asked: "btc/usdt" is no app version, "uid 12345678" no time."""
    if wanted["kind"] not in ("text", "time"):
        return False
    rest = text
    for entity in entities:
        if entity.get("entity") in OTHERS - {wanted["name"], wanted["kind"]}:
            rest = rest.replace(plain(str(entity.get("text") or entity.get("value"))), " ")
    return rest != text and _weight(rest) <= MOST_BESIDE


def _read(entity: Mapping) -> Read:
    return Read(str(entity.get("value")), str(entity.get("text") or entity.get("value")))


def _stance_of(text: str, entity: Mapping):
    said = plain(str(entity.get("text") or entity.get("value") or ""))
    span = next(occurrences(text, said), None) if said else None
    return stance(text, *span) if span else stance(text, 0, 0)
