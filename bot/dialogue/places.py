"""Finds where a question belongs that the bot has no steps for (`data/places.yml`). Saying it is `offers.py`."""
from __future__ import annotations

from bot.dialogue.match import names
from bot.dialogue.model import Content, Place


def named(content: Content, text: str) -> Place | None:
    """The place whose words `text` holds, the longest word deciding between several; None for none."""
    best, longest = None, ""
    for place in content.places.values():
        word = names(text, place.words.all())
        if len(word) > len(longest) and not names(text, place.unless.all()):
            best, longest = place, word
    return best
