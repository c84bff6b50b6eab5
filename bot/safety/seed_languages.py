"""Finds seed phrases in BIP-39's other languages (Spanish, French, Italian, Portuguese, Czech, Japanese, Korean, and the two of the reference
library besides: Russian, Turkish). English and Chinese, with all their habits of writing, are seed.py's.
"""
from __future__ import annotations

import re
import unicodedata
from functools import cache

from mnemonic import Mnemonic

Span = tuple[int, int]

LANGUAGES = ("spanish", "french", "italian", "portuguese", "czech", "japanese", "korean", "russian", "turkish")
SHORTEST, SHORTEST_HINTED = 12, 6
_WORD = re.compile(r"[^\W\d_\u4e00-\u9fff]{2,16}")
_BETWEEN = re.compile(r"[\W\d_]{1,12}")


def find_other_seeds(text: str, hinted: bool) -> list[Span]:
    """Spans of at least twelve words in a row of one language's list; of six where a seed phrase is spoken of (`hinted`)."""
    found: list[Span] = []
    words = _words()
    shortest = SHORTEST_HINTED if hinted else SHORTEST
    run: list[tuple[int, int, frozenset[str]]] = []
    last = 0
    for match in _WORD.finditer(text):
        languages = words.get(folded(match[0]))
        joined = bool(run) and bool(_BETWEEN.fullmatch(text, last, match.start()))
        if not languages or not joined:
            found += _longest(run, shortest)
            run = []
        if languages:
            run.append((match.start(), match.end(), languages))
        last = match.end()
    return found + _longest(run, shortest)


def folded(word: str) -> str:
    """A word without case and accents, as people type it."""
    return "".join(char for char in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(char))


def _longest(run: list[tuple[int, int, frozenset[str]]], shortest: int) -> list[Span]:
    if len(run) < shortest:
        return []
    for language in LANGUAGES:
        start = None
        for at, (_, _, languages) in enumerate([*run, (0, 0, frozenset())]):
            if language in languages:
                start = at if start is None else start
            elif start is not None:
                if at - start >= shortest:
                    return [(run[start][0], run[at - 1][1])]
                start = None
    return []


@cache
def _words() -> dict[str, frozenset[str]]:
    listed: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for word in Mnemonic(language).wordlist:
            listed.setdefault(folded(word), set()).add(language)
    return {word: frozenset(languages) for word, languages in listed.items()}
