"""The widget's words in the visitor's language, for refusals that the server explains; the table is the widget's own words.json."""
from __future__ import annotations

import re

from bot.channels.web.languages import DEFAULT, LANGUAGES, accepted
from bot.channels.web.widget import words

__all__ = ["DEFAULT", "LANGUAGES", "accepted", "printable", "say"]


# Control characters say nothing to a reader, and PostgreSQL takes no NUL; line breaks and tabs stay.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def printable(text: str) -> str:
    """A visitor's text without control characters, its line ends made equal."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def say(language: str, key: str, **values: object) -> str:
    """The text of `key`, with {names} filled in. Raises KeyError for a key or language that does not exist."""
    return words()[language][key].format(**values)
