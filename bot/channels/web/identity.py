"""Reads the token in which the exchange's backend says who its signed-in user is (docs/widget.md). It opens no conversation; our own visitors' tokens are session.py's."""
from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

import jwt

from bot.channels.web.refusal import Refused
from bot.config import config
from bot.conversations import joining
from bot.conversations.sentences import content
from bot.dialogue import collect
from bot.dialogue.fields import Read

ALGORITHMS = ["HS256"]
AUDIENCE = "support-chat"
LONGEST_SECONDS = 5 * 60  # a token is made for one page load; whoever copies it later has nothing
LEEWAY_SECONDS = 10  # between the clocks of two servers
FIELDS = ("uid", "email", "phone")
"""Claims that become fields of a ticket: nobody asks a signed-in user for them."""
_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]{1,60}")
_ID = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Person:
    """A signed-in user of the exchange."""

    id: str
    """The exchange's own, stable id of the user."""
    profile: dict[str, str] = field(default_factory=dict)
    """uid, email, phone as normalised by the fields' readers, and name; what could not be read is left out."""


def verify(token: Any) -> Person:
    """The user a token stands for. Raises Refused(401, identity) for anything not signed by IDENTITY_KEYS for us, or good for too long."""
    if not isinstance(token, str) or len(token) > 4000:
        raise Refused(401, "identity")
    for key in config().identity_keys:
        try:
            claims = jwt.decode(token, key.get_secret_value(), algorithms=ALGORITHMS, audience=AUDIENCE, leeway=LEEWAY_SECONDS,
                                options={"require": ["exp", "iat", "sub", "aud"]})
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            continue
        return _person(claims)
    raise Refused(401, "identity")


def _person(claims: dict[str, Any]) -> Person:
    lives = claims["exp"] - claims["iat"]
    if lives > LONGEST_SECONDS or claims["exp"] > time.time() + LONGEST_SECONDS + LEEWAY_SECONDS or not _ID.fullmatch(claims["sub"]):
        raise Refused(401, "identity")
    try:
        joining.visitor_of(claims["sub"])
    except ValueError:
        raise Refused(401, "identity") from None
    profile = {name: value for name in FIELDS if (value := _read(name, claims.get(name))) is not None}
    name = claims.get("name")
    if isinstance(name, str) and _NAME.fullmatch(name.strip()):
        profile["name"] = name.strip()
    return Person(claims["sub"], profile)


def _read(name: str, claim: Any) -> str | None:
    if not isinstance(claim, (str, int)) or isinstance(claim, bool):
        return None
    found = collect.plain(content(), name, str(claim)[:200])
    return found.value if isinstance(found, Read) else None
