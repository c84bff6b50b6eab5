"""Screenshots and PDFs over HTTP: takes an upload and gives it back to its own conversation only. Where it is kept: bot/conversations/uploads.py."""
from __future__ import annotations

import asyncio

from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse

from bot.channels.web.body import capped, check_length
from bot.channels.web.messages import client_id
from bot.channels.web.pace import count
from bot.channels.web.refusal import Refused
from bot.channels.web.session import visitor_of
from bot.conversations import uploads
from bot.conversations.inbound import receive
from bot.conversations.log import Inbound

_ENVELOPE_BYTES = 16 * 1024  # the multipart lines around the file
_UPLOAD_SECONDS = 120.0
_STATUS = {"file_type": 415, "file_too_large": 413}


async def post(request: Request) -> JSONResponse:
    """POST /api/files, multipart {client_id, file} -> 202 {seq}: becomes a message with a file."""
    visitor = await visitor_of(request)
    await count(request, "files", visitor.id)
    form = await _form(request)
    try:
        sent = client_id(form.get("client_id"))
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise Refused(422, "file_missing")
        kept = await asyncio.to_thread(_keep, visitor.conversation_id, upload)
        stored = kept.described(upload.filename or "")
    finally:
        await form.close()
    accepted = None
    try:
        accepted = await receive(Inbound(visitor.conversation_id, sent, file=stored))
    finally:
        if accepted is None or accepted.duplicate:
            await asyncio.to_thread(kept.discard)
    return JSONResponse({"seq": accepted.seq}, 202, {"Cache-Control": "no-store"})


async def download(request: Request) -> FileResponse:
    """GET /api/files/{id}: the bytes of a file of the caller's own conversation; anybody else's does not exist."""
    visitor = await visitor_of(request)
    await count(request, "downloads", visitor.id)
    upload = uploads.find(visitor.conversation_id, request.path_params["id"])
    if upload is None:
        raise Refused(404, "not_found")
    return FileResponse(upload.path, media_type=upload.kind, filename=upload.id, headers=uploads.SAFE_HEADERS)


def _keep(conversation_id: int, upload: UploadFile) -> uploads.Upload:
    try:
        return uploads.keep(conversation_id, upload.file)
    except uploads.Unfit as problem:
        raise Refused(_STATUS.get(problem.code, 422), problem.code) from None


async def _form(request: Request) -> FormData:
    check_length(request, uploads.FILE_BYTES + _ENVELOPE_BYTES, "file_too_large")
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refused(400, "bad_request")
    limited = Request(request.scope, capped(request.receive, uploads.FILE_BYTES + _ENVELOPE_BYTES, "file_too_large"))
    try:
        async with asyncio.timeout(_UPLOAD_SECONDS):
            return await limited.form(max_files=1, max_fields=2, max_part_size=1024)
    except TimeoutError:
        raise Refused(408, "too_slow") from None
    except (ValueError, ClientDisconnect):
        raise Refused(400, "bad_request") from None
