"""How the door says no: one exception, one JSON shape {error, code, message}, the message in the visitor's language."""
from __future__ import annotations

import logging
import traceback
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.web import strings

logger = logging.getLogger(__name__)


class Refused(Exception):
    """A request that is not served.

    Args:
        status: the HTTP status.
        code: the reason, a stable name; strings.json explains it as error.<code>.
        retry_after: seconds after which trying again makes sense; 0 = no promise.
    """

    def __init__(self, status: int, code: str, retry_after: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after


async def refused(request: Request, refusal: Refused) -> JSONResponse:
    """Exception handler for Refused."""
    language = strings.accepted(request.headers.get("accept-language", ""))
    headers = {"Cache-Control": "no-store"}
    if refusal.retry_after:
        headers["Retry-After"] = str(refusal.retry_after)
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse({
        "error": HTTPStatus(refusal.status).phrase,
        "code": refusal.code,
        "message": strings.say(language, f"error.{refusal.code}", n=refusal.retry_after),
    }, refusal.status, headers)


async def not_found(request: Request, problem: HTTPException) -> JSONResponse:
    """Exception handler for what the router refuses: unknown address, wrong method."""
    code = {404: "not_found", 405: "method_not_allowed"}.get(problem.status_code, "bad_request")
    response = await refused(request, Refused(problem.status_code, code))
    response.headers.update(problem.headers or {})
    return response


class Failures:
    """Answers 503 when a bug or a lost database breaks a request; the log gets where it happened, never what was sent."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as problem:
            frame = traceback.extract_tb(problem.__traceback__)[-1]
            logger.error("%s %s failed: %s in %s, line %s", scope["method"], scope["path"], type(problem).__name__,
                         frame.name, frame.lineno)
            if not started:
                response = await refused(Request(scope), Refused(503, "unavailable", 5))
                await response(scope, receive, send)
