"""The console's own words in Chinese and English (strings.json), and which of them somebody reads; not what visitors are told."""
from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from bot.desk.priority import explain

LANGUAGES = ("zh", "en")
COOKIE = "desk_language"


@lru_cache(maxsize=1)
def table() -> dict[str, dict[str, str]]:
    """{language: {key: text}}."""
    return json.loads((Path(__file__).parent / "page" / "strings.json").read_text("utf-8"))


def say(language: str, key: str, **values: object) -> str:
    """A text with its {names} filled in; the key itself where there is none."""
    text = table()[language].get(key, key)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def reason(name: str, language: str) -> str:
    """Why a ticket has its priority, in words."""
    said = say(language, f"reason.{name}")
    return explain(name) if said == f"reason.{name}" else said


def chosen(cookie: str, accepted: str) -> str:
    """zh or en: what was chosen before, else what the browser asks for, else en."""
    if cookie in LANGUAGES:
        return cookie
    for part in accepted.lower().split(","):
        tag = part.split(";")[0].strip()[:2]
        if tag in LANGUAGES:
            return tag
    return "en"
