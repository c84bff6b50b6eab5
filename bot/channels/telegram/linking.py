"""The website's side of a link (links.py), below /api/telegram: a link to open, "was that you?", and undo."""
from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.telegram import links, service
from bot.channels.web.body import read_json
from bot.channels.web.pace import count
from bot.channels.web.refusal import Refused
from bot.channels.web.session import visitor_of
from bot.conversations import runtime
from bot.conversations.database import run

NO_STORE = {"Cache-Control": "no-store"}


async def make(request: Request) -> JSONResponse:
    """POST /api/telegram -> 201 {url, seconds}: an address with a one-time code, good for `seconds`."""
    conversation_id = await _visitor(request)
    url = await run(service.current().link, conversation_id)
    if url is None:
        raise Refused(503, "unavailable", 5)
    return JSONResponse({"url": url, "seconds": links.MINUTES * 60}, 201, NO_STORE)


async def status(request: Request) -> JSONResponse:
    """GET /api/telegram -> {status: none | asking | connected, name?}. "asking": show "{name} was connected, is that you?"."""
    return JSONResponse(await run(links.status, await _visitor(request)), headers=NO_STORE)


async def confirm(request: Request) -> JSONResponse:
    """POST /api/telegram/confirm {yes: true | false} -> the new status; 409 when nothing is being asked."""
    conversation_id = await _visitor(request)
    yes = (await read_json(request)).get("yes")
    if not isinstance(yes, bool):
        raise Refused(422, "bad_request")
    if not await run(links.confirm, conversation_id, yes):
        raise Refused(409, "bad_request")
    runtime.changed(conversation_id)
    return JSONResponse(await run(links.status, conversation_id), headers=NO_STORE)


async def undo(request: Request) -> Response:
    """DELETE /api/telegram -> 204, also when there was no link."""
    conversation_id = await _visitor(request)
    if await run(links.undo, conversation_id):
        runtime.changed(conversation_id)
    return Response(status_code=204, headers=NO_STORE)


def routes() -> list[Route]:
    """The routes, below /api."""
    return [
        Route("/telegram", make, methods=["POST"]),
        Route("/telegram", status, methods=["GET"]),
        Route("/telegram", undo, methods=["DELETE"]),
        Route("/telegram/confirm", confirm, methods=["POST"]),
    ]


async def _visitor(request: Request) -> int:
    """The website's conversation. Raises Refused(404) where there is no Telegram."""
    if service.current() is None:
        raise Refused(404, "not_found")
    visitor = await visitor_of(request)
    await count(request, "telegram", visitor.id)
    return visitor.conversation_id
