"""Who a visitor is: an anonymous signed token, and the conversation that follows from it. No id that a client sends is believed."""
from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.channels.web import strings
from bot.channels.web.body import read_json
from bot.channels.web.limits import limits
from bot.channels.web.refusal import Refused
from bot.config import config
from bot.conversations import opening
from bot.conversations.database import run
from bot.conversations.models import Conversation

CHANNEL = "web"
AUDIENCE = "bot:visitor"
LIFETIME = 14 * 24 * 3600  # seconds; a visit renews it, so only who stays away longer begins anew
ALGORITHMS = ["HS256"]
REMEMBERED = 10_000  # conversations whose row's number is kept in memory


@dataclass(frozen=True)
class Visitor:
    """An authenticated visitor. `expires` in seconds since 1970."""

    id: str
    conversation_id: int
    expires: int


def issue(visitor: str) -> tuple[str, int]:
    """A token for a visitor, and when it expires (seconds since 1970)."""
    now = int(time.time())
    claims = {"sub": visitor, "aud": AUDIENCE, "iat": now, "exp": now + LIFETIME}
    return jwt.encode(claims, _key(), ALGORITHMS[0]), claims["exp"]


def verify(token: str) -> tuple[str, int]:
    """The visitor a token stands for, and when it expires. Raises Refused(401) for anything we did not sign or that is too old."""
    try:
        claims = jwt.decode(token, _key(), algorithms=ALGORITHMS, audience=AUDIENCE,
                            options={"require": ["exp", "iat", "sub", "aud"]})
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise Refused(401, "unauthorized") from None
    return claims["sub"], claims["exp"]


async def visitor_of(request: Request) -> Visitor:
    """The visitor of a request. Raises Refused(401)."""
    visitor, expires = verify(_bearer(request))
    conversation_id = _known.get(visitor)
    if conversation_id is None:
        conversation_id = await run(_find, visitor)
        if conversation_id is None:
            raise Refused(401, "unauthorized")
        _remember(visitor, conversation_id)
    return Visitor(visitor, conversation_id, expires)


async def open_session(request: Request) -> JSONResponse:
    """POST /api/session {language?} -> {token, expires, conversation, language, resumed}: begins, or resumes with a valid token."""
    limits().count("session", address_of(request))
    language = (await read_json(request)).get("language")
    if language is not None and language not in strings.LANGUAGES:
        raise Refused(422, "bad_request")
    try:
        visitor, _ = verify(_bearer(request))
        resumed = await run(_find, visitor) is not None
    except Refused:
        visitor, resumed = "", False
    if not resumed:
        visitor = secrets.token_urlsafe(24)
    language = language or strings.accepted(request.headers.get("accept-language", ""))
    conversation = await run(opening.open_conversation, CHANNEL, visitor, language)
    token, expires = issue(visitor)
    return JSONResponse({"token": token, "expires": expires, "conversation": conversation.key,
                         "language": conversation.language, "resumed": resumed}, headers={"Cache-Control": "no-store"})


def address_of(request: Request) -> str:
    """The client's address; behind a proxy uvicorn has put the forwarded one there."""
    return request.client.host if request.client else ""


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > 2000:
        raise Refused(401, "unauthorized")
    return token.strip()


def _key() -> str:
    return config().secret_key.get_secret_value()


def _find(visitor: str) -> int | None:
    return Conversation.objects.filter(channel=CHANNEL, visitor=visitor).values_list("pk", flat=True).first()


_known: OrderedDict[str, int] = OrderedDict()


def _remember(visitor: str, conversation_id: int) -> None:
    _known[visitor] = conversation_id
    while len(_known) > REMEMBERED:
        _known.popitem(last=False)
