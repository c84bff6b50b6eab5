"""Files at the desk: those of a conversation for whoever may read it, and those that agents send to the visitor."""
from __future__ import annotations

import asyncio
from typing import BinaryIO

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse

from bot.channels.web.body import capped, check_length
from bot.channels.web.refusal import Refused
from bot.conversations import runtime, uploads
from bot.conversations.models import Message
from bot.desk import handling
from bot.desk.console import shown
from bot.desk.console.http import Refusal, answer, client_id, job
from bot.desk.models import Agent, Ticket
from bot.desk.tickets import NotPossible

_ENVELOPE_BYTES = 16 * 1024
_SECONDS = 120.0
_STATUS = {"file_type": 415, "file_too_large": 413}


async def download(request: Request) -> FileResponse:
    """GET files/{ticket}/{id}: the bytes, with headers that let a browser only show or save them."""
    file_id = request.path_params["id"]
    upload = await job(request, "see_desk", _find, request.path_params["number"], file_id)
    if upload is None:
        raise Refusal(404, "not_found")
    return FileResponse(upload.path, media_type=upload.kind, filename=upload.id, headers=uploads.SAFE_HEADERS)


async def send(request: Request) -> JSONResponse:
    """POST tickets/{number}/files, multipart {client_id, file}: an agent's file to the visitor -> {seq}."""
    number = request.path_params["number"]
    ticket = await job(request, "work_desk", mine, number)
    try:
        check_length(request, uploads.FILE_BYTES + _ENVELOPE_BYTES)
        limited = Request(request.scope, capped(request.receive, uploads.FILE_BYTES + _ENVELOPE_BYTES))
        async with asyncio.timeout(_SECONDS):
            form = await limited.form(max_files=1, max_fields=2, max_part_size=1024)
    except Refused as refused:
        raise Refusal(refused.status, "file_too_large") from None
    except (TimeoutError, ValueError, ClientDisconnect):
        raise Refusal(400, "bad_request") from None
    try:
        sent, upload = client_id(form.get("client_id")), form.get("file")
        if not isinstance(upload, UploadFile):
            raise Refusal(422, "file_missing")
        kept = await asyncio.to_thread(_keep, ticket.conversation_id, upload.file)
        stored = kept.described(upload.filename or "")
    finally:
        await form.close()
    seq, fresh = None, False
    try:
        seq, fresh = await job(request, "work_desk", _said, number, sent, stored)
    finally:
        if not fresh:
            await asyncio.to_thread(kept.discard)
    runtime.current().tell(ticket.conversation_id)
    return answer({"seq": seq})


def _find(agent: Agent, number: str, file_id: str) -> uploads.Upload | None:
    return uploads.find(shown.find(number).conversation_id, file_id)


def mine(agent: Agent, number: str) -> Ticket:
    ticket = shown.find(number)
    if ticket.state != Ticket.State.TAKEN or ticket.assignee_id != agent.pk:
        raise Refusal(409, "take_first", number=ticket.number)
    return ticket


def _keep(conversation_id: int, source: BinaryIO) -> uploads.Upload:
    try:
        return uploads.keep(conversation_id, source)
    except uploads.Unfit as problem:
        raise Refusal(_STATUS.get(problem.code, 422), problem.code) from None


def _said(agent: Agent, number: str, key: str, stored: dict) -> tuple[int, bool]:
    """Number of the message, and whether it is this upload's: a file sent twice is said once."""
    ticket = shown.find(number)
    try:
        seq = handling.reply(ticket, agent, "", key, file=stored)
    except NotPossible as reason:
        raise Refusal(409, reason.code, **reason.values) from None
    return seq, Message.objects.filter(conversation_id=ticket.conversation_id, seq=seq, file__id=stored["id"]).exists()
