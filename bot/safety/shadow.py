"""A plain reading of a text for searching (full-width folded, hidden characters gone) that knows where each character came from."""
from __future__ import annotations

import unicodedata
from functools import lru_cache


class Shadow:
    """`text` is what to search; `origin(start, end)` are the positions of a hit in the original."""

    def __init__(self, original: str) -> None:
        self._places: list[int] | None = None
        if original.isascii() and original.replace("\n", "").replace("\t", "").replace("\r", "").isprintable():
            self.text = original
            return
        pieces: list[str] = []
        places: list[int] = []
        for at, char in enumerate(original):
            plain = _plain(char)
            pieces.append(plain)
            places.extend([at] * len(plain))
        self.text = "".join(pieces)
        self._places = places

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text behind `self.text[start:end]` (not empty)."""
        if self._places is None:
            return start, end
        return self._places[start], self._places[end - 1] + 1


@lru_cache(maxsize=20_000)
def _plain(char: str) -> str:
    """One character as it is searched for; empty if it does not show. Chinese stops and quotes become ASCII ones."""
    if char in "\n\r\t":
        return char
    plain = unicodedata.normalize("NFKC", char)
    if len(plain) > 4:  # a few Arabic ligatures stand for a whole phrase
        return char
    plain = "".join(" " if part.isspace() else part for part in plain if unicodedata.category(part) not in ("Cf", "Cc", "Mn", "Cs"))
    return plain.translate(_ASCII)


_ASCII = str.maketrans({"。": ".", "、": ",", "“": '"', "”": '"', "‘": "'", "’": "'", "「": '"', "」": '"', "—": "-", "–": "-", "‐": "-", "‑": "-",
                        "【": "[", "】": "]", "｡": ".", "ㅤ": "", "⠀": " "})
