"""The desk's figures, from data/exchange.yml: how long a first reply may take, when work is looked at again, how long things are kept."""
from __future__ import annotations

from functools import lru_cache

from bot.conversations.sentences import content
from bot.desk.defaults import FIGURES
from bot.desk.hours import Hours


def first_reply_minutes() -> int:
    """Minutes of opening hours until somebody answers."""
    return _fact("first_reply_minutes", 30)


def urgent_reply_minutes() -> int:
    """The same for urgent tickets, at any hour."""
    return _fact("urgent_reply_minutes", 15)


def email_reply_minutes() -> int:
    """Minutes until an e-mail is answered."""
    return 60 * _fact("email_reply_hours", 24)


def outside_hours_minutes() -> int:
    """Minutes until somebody answers what came while nobody worked."""
    return 60 * _fact("outside_hours_hours", 48)


def of(name: str) -> int:
    """A figure of the section `desk`, or its default. Raises KeyError for a name that bot/desk/defaults.py does not have."""
    return int(_desk().get(name, FIGURES[name]))


@lru_cache(maxsize=1)
def hours() -> Hours:
    """When people are at their desks."""
    return Hours.read(content().exchange.rest.get("hours") or {})


def _fact(name: str, otherwise: int) -> int:
    fact = content().exchange.facts.get(name)
    return int(fact.en) if fact else otherwise


def _desk() -> dict:
    found = content().exchange.rest.get("desk")
    return dict(found) if found else {}
