"""Cuts a text that is too long for one Telegram message, where a reader would. Pure. Telegram counts UTF-16 units, so we do."""
from __future__ import annotations

import re

MOST_UNITS = 4096
"""Of one message (https://core.telegram.org/bots/api#sendmessage)."""

# What a cut may follow, the best first: a paragraph, a line, a sentence, a word.
_PLACES = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[。！？；]|[.!?;](?=\s)"), re.compile(r"\s"))
_JOINED = re.compile(r"[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]")
_LONGEST_CHARACTER = 16  # code points of one drawn sign that are worth keeping together


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(text: str, most: int = MOST_UNITS) -> list[str]:
    """The text in pieces of at most `most` units, none empty; nothing is lost but blanks at the cuts."""
    pieces = []
    rest = text.strip()
    while units(rest) > most:
        head = _head(rest, most)
        cut = _cut(head, rest)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [piece for piece in [*pieces, rest] if piece]


def _head(text: str, most: int) -> str:
    """As much of the beginning as fits; whole characters only."""
    head = text[:most]
    while units(head) > most:
        head = head[:-max(1, (units(head) - most) // 2)]
    return head


def _cut(head: str, text: str) -> int:
    for place in _PLACES:
        ends = [found.end() for found in place.finditer(head)]
        # A cut near the beginning would make crumbs; a worse place further on reads better.
        if ends and ends[-1] >= len(head) // 3:
            return ends[-1]
    cut = len(head)
    while cut > len(head) - _LONGEST_CHARACTER and (_JOINED.match(text[cut:cut + 1]) or text[cut - 1] == "\u200d"):
        cut -= 1
    return cut
