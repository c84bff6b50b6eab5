"""Refuses who knocks too often (429, with the seconds to wait). How often that is: bot/safety/limits.py."""
from __future__ import annotations

from starlette.requests import Request

from bot.channels.web.refusal import Refused
from bot.safety.limits import limits


async def count(request: Request, what: str, visitor: str | None = None) -> None:
    """Counts one request of kind `what`. Raises Refused(429)."""
    seconds = await limits().wait(what, address_of(request), visitor)
    if seconds:
        raise Refused(429, "too_many", seconds)


def address_of(request: Request) -> str:
    """The client's address; behind a proxy uvicorn has put the forwarded one there."""
    return request.client.host if request.client else ""
