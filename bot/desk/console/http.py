"""How the console's interface is spoken to: one job on the database's pool per request (who is it, may he, do it), errors as values in JSON."""
from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from bot.conversations.database import run
from bot.desk.console import sessions, strings
from bot.desk.models import Agent

COOKIE = "desk"
MARK = "x-desk"
"""A header that a foreign page cannot send without being asked about (CORS), which nobody is: no forged requests."""
BODY_BYTES = 512 * 1024
NO_STORE = {"Cache-Control": "no-store"}
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Refusal(Exception):
    """A request that is not served; `code` is explained by strings.json as error.<code>, with `values` filled in."""

    def __init__(self, status: int, code: str, **values: object) -> None:
        super().__init__(code)
        self.status, self.code, self.values = status, code, values


async def job(request: Request, permission: str, work: Callable[..., Any], *arguments: Any, active: bool = True) -> Any:
    """Runs `work(agent, *arguments)` for whoever is signed in, if that agent has `permission`. Raises Refusal."""
    if request.method != "GET" and not _own_page(request):
        raise Refusal(403, "not_own_page")
    return await run(_allowed, request.cookies.get(COOKIE), permission, active, work, arguments)


def _allowed(cookie: str | None, permission: str, active: bool, work: Callable[..., Any], arguments: tuple) -> Any:
    try:
        agent: Agent = sessions.agent_of(cookie, active)
    except sessions.SignedOut:
        raise Refusal(401, "signed_out") from None
    if not agent.may(permission):
        raise Refusal(403, "not_allowed")
    return work(agent, *arguments)


def _own_page(request: Request) -> bool:
    return request.headers.get(MARK) == "1" and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"


async def body(request: Request) -> dict[str, Any]:
    """The request's JSON object. Raises Refusal."""
    received = b""
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > BODY_BYTES:
                raise Refusal(413, "too_large")
        value = json.loads(received or b"{}")
    except (ValueError, RecursionError, ClientDisconnect):
        raise Refusal(400, "bad_request") from None
    if not isinstance(value, dict):
        raise Refusal(400, "bad_request")
    return value


def client_id(value: Any) -> str:
    """A sender's own id of a message or note. Raises Refusal."""
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise Refusal(422, "bad_request")
    return value


def number(text: str, most: int = 2 ** 31 - 1) -> int:
    """A query parameter that is a number; 0 when empty. Raises Refusal."""
    text = text or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= most):
        raise Refusal(422, "bad_request")
    return int(text)


def language_of(request: Request) -> str:
    return strings.chosen(request.cookies.get(strings.COOKIE, ""), request.headers.get("accept-language", ""))


def answer(value: Any, status: int = 200) -> JSONResponse:
    return JSONResponse(value, status, NO_STORE)


async def refused(request: Request, refusal: Refusal) -> JSONResponse:
    """Exception handler for Refusal: {code, message}, the message in the agent's language."""
    values = {"n": "", "name": "", "number": "", **refusal.values}
    language = language_of(request)
    if "state" in values:
        values["state"] = strings.say(language, f"state.{values['state']}")
    said = strings.say(language, f"error.{refusal.code}", **values)
    return answer({"code": refusal.code, "message": said, **refusal.values}, refusal.status)


async def not_found(request: Request, problem: HTTPException) -> Response:
    return await refused(request, Refusal(problem.status_code, "not_found" if problem.status_code == 404 else "bad_request"))


async def unavailable(request: Request) -> Response:
    """For bot.channels.failures."""
    return await refused(request, Refusal(503, "unavailable"))
