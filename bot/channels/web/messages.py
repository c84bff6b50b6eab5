"""Messages in and history out: checks what a visitor sent and hands it on; what it means is decided elsewhere."""
from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.web import strings
from bot.channels.web.body import number, read_json
from bot.channels.web.pace import count
from bot.channels.web.refusal import Refused
from bot.channels.web.session import visitor_of
from bot.conversations import log, runtime, state
from bot.conversations.database import run
from bot.conversations.inbound import NotOffered, receive
from bot.conversations.log import Inbound
from bot.conversations.notifier import Note

TEXT_CHARACTERS = 4000
PAYLOAD_BYTES = 64  # docs/architecture.md, "Payloads of buttons"
PAGE = 200
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*")
# The page's own controls, which no message offers, and the text of each.
_CONTROLS = {
    "/human_agent": "person", "/start_over": "restart", "/stop_cancel": "cancel",
    '/change_language{"language":"simplified"}': "language.zh-Hans",
    '/change_language{"language":"traditional"}': "language.zh-Hant",
    '/change_language{"language":"english"}': "language.en",
}


async def post(request: Request) -> JSONResponse:
    """POST /api/messages {client_id, text | payload} -> 202 {seq}; the same client_id again has the same answer."""
    visitor = await visitor_of(request)
    await count(request, "messages", visitor.id)
    body = await read_json(request)
    sent = client_id(body.get("client_id"))
    text, payload = body.get("text"), body.get("payload")
    if (text is None) == (payload is None):
        raise Refused(422, "bad_request")
    if payload is not None:
        title = await _title(request, visitor.conversation_id, payload)
        inbound = Inbound(visitor.conversation_id, sent, payload=payload, title=title)
    else:
        # A typed leading slash stays what it is, text: only the field `payload` can name an intent.
        inbound = Inbound(visitor.conversation_id, sent, text=clean(text))
    return await accept(inbound)


async def typing(request: Request) -> Response:
    """POST /api/typing {on} -> 204: shows the agent, if there is one, that the visitor is writing. Nothing is stored."""
    visitor = await visitor_of(request)
    await count(request, "typing", visitor.id)
    on = (await read_json(request)).get("on")
    if not isinstance(on, bool):
        raise Refused(422, "bad_request")
    runtime.current().notifier.publish(Note(visitor.conversation_id, "user_typing_on" if on else "user_typing_off"))
    return Response(status_code=204)


async def history(request: Request) -> JSONResponse:
    """GET /api/messages?after=N -> {messages, state}: at most 200 numbered above N, oldest first, and what the stream's `state` says."""
    visitor = await visitor_of(request)
    await count(request, "history", visitor.id)
    messages = await run(log.events_after, visitor.conversation_id, number(request, "after"), PAGE)
    return JSONResponse({"messages": messages, "state": await run(state.shown, visitor.conversation_id)}, headers={"Cache-Control": "no-store"})


async def accept(inbound: Inbound) -> JSONResponse:
    """Hands a message on; answers once it is on the disk. Raises Refused(422) for a payload that was not offered."""
    try:
        accepted = await receive(inbound)
    except NotOffered:
        raise Refused(422, "payload_not_offered") from None
    return JSONResponse({"seq": accepted.seq}, 202, {"Cache-Control": "no-store"})


def client_id(value: Any) -> str:
    """A sender's own id of a message. Raises Refused(422)."""
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise Refused(422, "bad_request")
    return value


def clean(value: Any) -> str:
    """A text as it is stored. Raises Refused(422): no text, nothing visible, more than 4,000 characters."""
    if not isinstance(value, str):
        raise Refused(422, "bad_request")
    text = strings.printable(value)
    if len(text) > TEXT_CHARACTERS:
        raise Refused(422, "text_too_long")
    if _INVISIBLE.fullmatch(text):
        raise Refused(422, "text_empty")
    return text


async def _title(request: Request, conversation_id: int, payload: Any) -> str:
    """What a payload is shown as. Raises Refused(422) for one that this conversation was not offered."""
    if not isinstance(payload, str) or not 0 < len(payload.encode("utf-8", "replace")) <= PAYLOAD_BYTES:
        raise Refused(422, "bad_request")
    title = await run(log.offered_title, conversation_id, payload) if "\0" not in payload else None
    if title is not None:
        return title
    if payload in _CONTROLS:
        return strings.say(strings.accepted(request.headers.get("accept-language", "")), _CONTROLS[payload])
    raise Refused(422, "payload_not_offered")
