"""Which of our languages a browser asks for. The words themselves: the widget's words.json."""
from __future__ import annotations

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
DEFAULT = "zh-Hans"


def accepted(header: str) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, 12.5.4): English for those who read neither, zh-Hans where it says nothing."""
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
    return "en" if any(tag[:1].isalpha() for _, _, tag in ranked) else DEFAULT
