"""The case sheet over HTTP: shows it and takes corrections. What a case is: bot/conversations/sheet.py; how it changes: corrections.py."""
from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.channels.web import strings
from bot.channels.web.body import read_json
from bot.channels.web.messages import client_id
from bot.channels.web.pace import count
from bot.channels.web.refusal import Refused
from bot.channels.web.session import visitor_of
from bot.conversations import corrections, sheet
from bot.conversations.database import run

FIELDS_AT_ONCE = 8
_STATUS = {"busy": 503}


async def show(request: Request) -> JSONResponse:
    """GET /api/case -> {title, ticket, fields, files, description, editable}."""
    visitor = await visitor_of(request)
    await count(request, "case", visitor.id)
    return await _case(visitor.conversation_id)


async def correct(request: Request) -> JSONResponse:
    """POST /api/case {fields: {name: text}, client_id?} -> the case. Raises Refused(422) with the field's own sentence."""
    visitor = await visitor_of(request)
    await count(request, "case", visitor.id)
    body = await read_json(request)
    given = body.get("fields")
    if not isinstance(given, dict) or not 0 < len(given) <= FIELDS_AT_ONCE:
        raise Refused(422, "bad_request")
    if not all(isinstance(text, str) and len(text) <= sheet.LONGEST for text in given.values()):
        raise Refused(422, "field")
    sent = client_id(body["client_id"]) if "client_id" in body else f"case-{secrets.token_urlsafe(18)}"
    try:
        await corrections.correct(visitor.conversation_id, {name: strings.printable(text) for name, text in given.items()}, sent)
    except corrections.NotTaken as problem:
        raise Refused(_STATUS.get(problem.code, 422), problem.code, 3 if problem.code == "busy" else 0, problem.message) from None
    return await _case(visitor.conversation_id)


async def _case(conversation_id: int) -> JSONResponse:
    return JSONResponse(await run(sheet.shown, conversation_id), headers={"Cache-Control": "no-store"})
