"""Folds a text for word matching (simplified, lower case), character for character; never for display."""
from __future__ import annotations

from bot.text.hanzi import SIMPLIFIED, TRADITIONAL, VARIANTS

_TABLE = str.maketrans(dict(zip(TRADITIONAL, SIMPLIFIED)) | VARIANTS)


def fold(text: str) -> str:
    """The text in simplified characters and lower case, as long as before: a span found in it is valid in `text`."""
    lower = text.lower()
    if len(lower) != len(text):  # 'İ' is one of the few letters that grow
        lower = "".join(small if len(small := char.lower()) == 1 else char for char in text)
    return lower.translate(_TABLE)
