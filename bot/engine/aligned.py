"""A text made comparable character by character, with the place each character came from; features use bot/engine/features.py."""
from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from bot.text import fold

MAX_CHARACTERS = 4_000
"""Entities further in are not looked for; the public routes refuse longer messages anyway."""


@dataclass(frozen=True)
class Aligned:
    """`text` is NFKC without hidden characters; character i of it came from character `places[i]` of the original."""

    text: str
    folded: str
    """`text` simplified and in lower case; as long as `text`."""
    places: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that `text[start:end]` stands for."""
        return self.places[start], self.places[end - 1] + 1


def align(original: str) -> Aligned:
    """Align a message as it was typed."""
    original = original[:MAX_CHARACTERS]
    if original.isascii() and original.isprintable():
        return Aligned(original, original.lower(), tuple(range(len(original))))
    chars, places = [], []
    for place, char in enumerate(original):
        if unicodedata.category(char) in ("Cf", "Cc", "Cs", "Mn") and not char.isspace():
            continue
        for made in unicodedata.normalize("NFKC", char):
            chars.append(" " if made.isspace() else made)
            places.append(place)
        if len(chars) >= MAX_CHARACTERS:  # one character may become eighteen
            break
    text = "".join(chars)
    return Aligned(text, fold(text), tuple(places))
