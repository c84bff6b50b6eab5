"""How the door says no: one exception, one JSON shape {error, code, message}, the message in the visitor's language."""
from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.channels.web import strings


class Refused(Exception):
    """A request that is not served.

    Args:
        status: the HTTP status.
        code: the reason, a stable name; words.json explains it as error.<code>.
        retry_after: seconds after which trying again makes sense; 0 = no promise.
        message: a sentence for the visitor that says more than the code's own.
    """

    def __init__(self, status: int, code: str, retry_after: int = 0, message: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.message = message


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
        "message": refusal.message or strings.say(language, f"error.{refusal.code}", n=refusal.retry_after),
    }, refusal.status, headers)


async def not_found(request: Request, problem: HTTPException) -> JSONResponse:
    """Exception handler for what the router refuses: unknown address, wrong method."""
    code = {404: "not_found", 405: "method_not_allowed"}.get(problem.status_code, "bad_request")
    response = await refused(request, Refused(problem.status_code, code))
    response.headers.update(problem.headers or {})
    return response


async def unavailable(request: Request) -> JSONResponse:
    """For bot.channels.failures."""
    return await refused(request, Refused(503, "unavailable", 5))
