"""Who a visitor is: our own signed tokens, for anonymous visitors and for signed-in users, and the conversation that follows from them. No id that a client sends is believed."""
from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.channels.web import identity, strings
from bot.channels.web.body import read_json
from bot.channels.web.pace import count
from bot.channels.web.refusal import Refused
from bot.config import config
from bot.conversations import joining, opening, runtime
from bot.conversations.database import run
from bot.conversations.joining import CHANNEL, USER
from bot.conversations.models import Conversation
from bot.conversations.notifier import Note

AUDIENCE = "bot:visitor"
ANONYMOUS_SECONDS = 14 * 24 * 3600  # a visit renews it, so only who stays away longer begins anew
USER_SECONDS = 24 * 3600  # only a new identity token renews it: signing out at the exchange must not leave a door open
ALGORITHMS = ["HS256"]


@dataclass(frozen=True)
class Visitor:
    """An authenticated visitor. `expires` in seconds since 1970."""

    id: str
    conversation_id: int
    expires: int


@dataclass(frozen=True)
class Asked:
    """The body of POST /api/session, checked."""

    language: str | None
    timezone: str | None
    identity: str | None
    join: str | None
    begin: bool
    case: str | None


def issue(visitor: str, expires: int | None = None) -> tuple[str, int]:
    """A token for a visitor, and when it expires (seconds since 1970)."""
    now = int(time.time())
    expires = expires or now + (USER_SECONDS if visitor.startswith(USER) else ANONYMOUS_SECONDS)
    return jwt.encode({"sub": visitor, "aud": AUDIENCE, "iat": now, "exp": expires}, _key(), ALGORITHMS[0]), expires


def verify(token: str) -> tuple[str, int]:
    """The visitor a token stands for, and when it expires. Raises Refused(401) for anything we did not sign or that is too old."""
    try:
        claims = jwt.decode(token, _key(), algorithms=ALGORITHMS, audience=AUDIENCE,
                            options={"require": ["exp", "iat", "sub", "aud"]})
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Refused(401, "unauthorized") from None
    return claims["sub"], claims["exp"]


async def visitor_of(request: Request) -> Visitor:
    """The visitor of a request. Raises Refused(401)."""
    visitor, expires = verify(_bearer(request))
    # Asked each time: a conversation that changed hands is no longer open to the token that opened it.
    conversation_id = await run(_find, visitor)
    if conversation_id is None:
        raise Refused(401, "unauthorized")
    return Visitor(visitor, conversation_id, expires)


async def open_session(request: Request) -> JSONResponse:
    """POST /api/session -> {token, expires, conversation, language, resumed, user, who, joinable}: begins, or resumes with a valid token.

    With `identity` the visitor becomes the user whom the exchange vouches for; with `join` (the token of an anonymous conversation, sent
    only when the visitor agreed) that conversation becomes the user's.
    """
    await count(request, "session")
    asked = _asked(await read_json(request))
    before, expires = _earlier(request)
    visitor, person = before, None
    if asked.identity is not None:
        person = identity.verify(asked.identity)
        expires = None
        if not _belongs(before, person.id):
            visitor = joining.visitor_of(person.id)
    if visitor.startswith(USER):
        visitor = await _of_user(visitor, person, asked)
    elif not visitor or await run(_find, visitor) is None:
        visitor, expires = secrets.token_urlsafe(24), None
    resumed = visitor == before and await run(_find, visitor) is not None
    conversation = await run(_opened, visitor, asked, person, strings.accepted(request.headers.get("accept-language", "")))
    joinable = person is not None and bool(before) and not before.startswith(USER) and await run(joining.worth_joining, before)
    # A user's token lives as long as its identity said; an anonymous one is renewed at each visit.
    token, expires = issue(visitor, expires if visitor.startswith(USER) else None)
    return JSONResponse({
        "token": token, "expires": expires, "conversation": conversation.key if conversation else None,
        "language": conversation.language if conversation else asked.language or "", "resumed": resumed, "user": visitor.startswith(USER),
        "who": _who(visitor), "joinable": joinable,
    }, headers={"Cache-Control": "no-store"})


async def _of_user(visitor: str, person: identity.Person | None, asked: Asked) -> str:
    """Which of a user's conversations to open: the one of the ticket that was asked for, else the one the token names, after joining."""
    user = joining.user_of(visitor)
    if asked.join is not None:
        try:
            anonymous, _ = verify(asked.join)
        except Refused:
            anonymous = ""
        if anonymous and not anonymous.startswith(USER):
            for moved in await run(joining.join, anonymous, user):
                runtime.current().notifier.publish(Note(moved, "ended"))
            return joining.visitor_of(user)
    if asked.case:
        return await run(joining.with_ticket, user, asked.case) or visitor
    return visitor


def _opened(visitor: str, asked: Asked, person: identity.Person | None, accepted: str) -> Conversation | None:
    if not asked.begin and _find(visitor) is None:
        return None
    conversation = opening.open_conversation(CHANNEL, visitor, asked.language or accepted, asked.timezone)
    if visitor.startswith(USER):
        joining.vouched(conversation, joining.user_of(visitor), person.profile if person else None)
    return conversation


def _asked(body: dict[str, Any]) -> Asked:
    """Raises Refused(422) for values of the wrong kind."""
    language, timezone, begin = body.get("language"), body.get("timezone"), body.get("begin", True)
    texts = [body.get(name) for name in ("identity", "join", "case", "timezone")]
    if (language is not None and language not in strings.LANGUAGES) or not isinstance(begin, bool) or not all(text is None or isinstance(text, str) for text in texts):
        raise Refused(422, "bad_request")
    known_zone = timezone if timezone in available_timezones() else None
    return Asked(language, known_zone, body.get("identity"), body.get("join"), begin, (body.get("case") or "")[:20] or None)


def _earlier(request: Request) -> tuple[str, int | None]:
    """The visitor of the request's token and when that expires; nobody when there is none that counts."""
    try:
        return verify(_bearer(request))
    except Refused:
        return "", None


def _belongs(visitor: str, user: str) -> bool:
    return visitor.startswith(USER) and joining.user_of(visitor) == user


def _who(visitor: str) -> str:
    """Tells one user from another on a shared device, and nothing else about them."""
    person = joining.user_of(visitor) if visitor.startswith(USER) else ""
    return hmac.new(_key().encode(), f"who:{person}".encode(), hashlib.sha256).hexdigest()[:16] if person else ""


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > 2000:
        raise Refused(401, "unauthorized")
    return token.strip()


def _key() -> str:
    return config().secret_key.get_secret_value()


def _find(visitor: str) -> int | None:
    return Conversation.objects.filter(channel=CHANNEL, visitor=visitor).values_list("pk", flat=True).first()
