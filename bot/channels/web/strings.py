"""The page's words in the visitor's language, for refusals that the server explains; the table is the page's own strings.json."""
from __future__ import annotations

import json
from functools import lru_cache

from bot.channels.web.page import FOLDER

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
DEFAULT = "zh-Hans"


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    return json.loads((FOLDER / "strings.json").read_text("utf-8"))


def say(language: str, key: str, **values: object) -> str:
    """The text of `key`, with {names} filled in. Raises KeyError for a key or language that does not exist."""
    return _table()[language][key].format(**values)


def accepted(header: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, 12.5.4); zh-Hans where it says nothing we speak."""
    ranked = []
    for place, part in enumerate(header[:200].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            ranked.append((-float(weight or 1), place, tag.lower()))
        except ValueError:
            continue
    for _, _, tag in sorted(ranked):
        parts = tag.split("-")
        if parts[0] == "zh":
            return "zh-Hant" if {"hant", "tw", "hk", "mo"} & set(parts[1:]) else "zh-Hans"
        if parts[0] == "en":
            return "en"
    return DEFAULT
