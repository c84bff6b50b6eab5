"""Reads a text as it may have been meant: a misspelt English word as the known one, a homophone of Han characters as the usual ones.

Knows what the examples hold and no more, so a mended text is a second reading beside the first, never instead of it.
"""
from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from bot.engine.features import HAN

LEAST = 3
"""Examples that must use a word or a pair of characters before others are taken for a slip of it."""
MOST_CHARACTERS = 300
"""A longer text says enough beside its slips to be read once."""
_WORD = re.compile(r"(?<![a-z])[a-z]{4,20}(?![a-z])")
_ANY_WORD = re.compile("[a-z]+")


class Mender:
    """Words of Latin letters and pairs of Han characters, with how many texts use each."""

    def __init__(self, words: Mapping[str, int], pairs: Mapping[str, int]) -> None:
        self.words, self.pairs = dict(words), dict(pairs)
        self._near: dict[str, list[str]] = defaultdict(list)
        for word, count in self.words.items():
            if count >= LEAST and _WORD.fullmatch(word):
                for form in _forms(word):
                    self._near[form].append(word)
        self._usual: dict[str, str] = {}
        for pair, count in sorted(self.pairs.items(), key=lambda one: (one[1], one[0])):
            if count >= LEAST:
                self._usual[_sound(pair)] = pair

    @classmethod
    def fit(cls, texts: Iterable[str]) -> Mender:
        """From texts as `feature_text` leaves them."""
        words: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        for text in texts:
            words.update(set(_ANY_WORD.findall(text)))
            pairs.update({run[at:at + 2] for run in HAN.findall(text) for at in range(len(run) - 1)})
        return cls(dict(sorted(words.items())), dict(sorted(pairs.items())))

    def mend(self, text: str) -> str:
        """The text (as `feature_text` leaves it) with what nobody writes as what sounds or looks the same; often unchanged."""
        if len(text) > MOST_CHARACTERS:
            return text
        text = _WORD.sub(lambda found: self._word(found[0]), text)
        return HAN.sub(lambda found: self._run(found[0]), text)

    def _word(self, word: str) -> str:
        if word in self.words:
            return word
        likely = {known for form in _forms(word) for known in self._near.get(form, ()) if known[0] == word[0] and _one_slip(known, word)}
        return max(likely, key=lambda known: (self.words[known], known)) if likely else word

    def _run(self, run: str) -> str:
        made, at = list(run), 0
        while at < len(made) - 1:
            pair = made[at] + made[at + 1]
            usual = None if pair in self.pairs else self._usual.get(_sound(pair))
            if usual:
                made[at:at + 2] = usual
                at += 1
            at += 1
        return "".join(made)


@lru_cache(maxsize=1 << 15)
def _sound(pair: str) -> str:
    """Its toneless pinyin; kept, since every fold of a training asks for the same pairs."""
    from pypinyin import lazy_pinyin
    return " ".join(lazy_pinyin(pair))


def _forms(word: str) -> Iterator[str]:
    """The word, and the word without one of its letters: two words one slip apart share one of these."""
    yield word
    yield from {word[:at] + word[at + 1:] for at in range(len(word))}


def _one_slip(known: str, typed: str) -> bool:
    """Whether one letter was dropped, added, replaced, or two neighbours were swapped."""
    if len(known) == len(typed):
        apart = [at for at, (one, other) in enumerate(zip(known, typed)) if one != other]
        return len(apart) == 1 or (len(apart) == 2 and apart[1] == apart[0] + 1 and known[apart[0]] == typed[apart[1]] and known[apart[1]] == typed[apart[0]])
    long, short = sorted((known, typed), key=len, reverse=True)
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1:] == short for at in range(len(long)))
