"""Turns simplified Chinese into 繁體 (Taiwan's words) for display. Links, names, placeholders and values stay as they are."""
from __future__ import annotations

import re
from functools import lru_cache

from opencc import OpenCC

# What the exchange's users say where the general dictionary says otherwise.
OVERRIDES = {"賬戶": "帳戶", "賬號": "帳號", "賬單": "帳單", "帳戶資訊": "帳戶資料"}
_PROTECTED = re.compile(
    r"https?://[^\s，。；、）)]+|\S+@\S+\.\w+|@\w+|\{[^{}]*\}|TK-\d+|[A-Za-z0-9][A-Za-z0-9._:/+-]*")


def to_traditional(text: str, keep: tuple[str, ...] = ()) -> str:
    """The text in traditional characters.

    Args:
        text: simplified Chinese, possibly with links, addresses and values in it.
        keep: names that are never converted (the brand).
    """
    protected = _PROTECTED
    if keep:
        names = "|".join(re.escape(name) for name in sorted(keep, key=len, reverse=True) if name)
        protected = re.compile(f"{names}|{_PROTECTED.pattern}") if names else protected
    converted, end = [], 0
    for found in protected.finditer(text):
        converted += [_convert(text[end:found.start()]), found.group()]
        end = found.end()
    return "".join([*converted, _convert(text[end:])])


def _convert(text: str) -> str:
    if not text or text.isascii():
        return text
    text = _opencc().convert(text)
    for general, ours in OVERRIDES.items():
        text = text.replace(general, ours)
    return text


@lru_cache(maxsize=1)
def _opencc() -> OpenCC:
    return OpenCC("s2twp")
