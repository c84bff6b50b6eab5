"""The two words of a hand-off, by which a visitor can tell our people from others who say they are. Shown on both sides, asked for on none."""
from __future__ import annotations

import hashlib
import hmac

from bot.config import config
from bot.conversations.language import to_traditional
from bot.conversations.sentences import content
from bot.desk.models import Ticket


def words(ticket: Ticket, language: str) -> tuple[str, str]:
    """The ticket's two words in zh-Hans, zh-Hant or en: the same things in every language.

    They follow from the ticket's number and the site's secret key, so nobody can guess them from the number, and they are stored nowhere.
    """
    key = config().secret_key.get_secret_value().encode()
    digest = hmac.digest(key, f"comparison:{ticket.number}".encode(), hashlib.sha256)
    listed = content().comparison_words
    first = int.from_bytes(digest[:8], "big") % len(listed)
    second = int.from_bytes(digest[8:16], "big") % (len(listed) - 1)
    chosen = listed[first], listed[second + (second >= first)]
    shown = [word.of(language) for word in chosen]
    return tuple(to_traditional(word) for word in shown) if language == "zh-Hant" else tuple(shown)
