"""Screenshots and PDFs: takes an upload, keeps it under a random name, gives it back to its own conversation only. It never looks inside beyond the first bytes."""
from __future__ import annotations

import asyncio
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse

from bot.channels.web.body import capped, check_length
from bot.channels.web.limits import limits
from bot.channels.web.messages import client_id
from bot.channels.web.refusal import Refused
from bot.channels.web.session import address_of, visitor_of
from bot.config import config
from bot.conversations.inbound import receive
from bot.conversations.log import Inbound

FILE_BYTES = 10 * 1024 * 1024
_ENVELOPE_BYTES = 16 * 1024  # the multipart lines around the file
_UPLOAD_SECONDS = 120.0
_NAME_CHARACTERS = 80
_KINDS = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "pdf": "application/pdf"}
_ID = re.compile(r"[A-Za-z0-9_-]{24}\.(png|jpg|webp|pdf)")
# Not a letter, digit, mark, space or plain sign: controls and what turns the direction of reading around.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\"<>|:*?]")

# What a browser may do with a file that a stranger sent: save or show it, nothing more.
SAFE_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Stored:
    """An upload on the disk. `kind` is the media type its first bytes show."""

    path: Path
    kind: str


async def post(request: Request) -> JSONResponse:
    """POST /api/files, multipart {client_id, file} -> 202 {seq}: becomes a message with a file."""
    visitor = await visitor_of(request)
    limits().count("files", address_of(request), visitor.id)
    form = await _form(request)
    try:
        sent = client_id(form.get("client_id"))
        upload = form.get("file")
        if not isinstance(upload, UploadFile) or not upload.size:
            raise Refused(422, "file_missing")
        if upload.size > FILE_BYTES:
            raise Refused(413, "file_too_large")
        file_id = await asyncio.to_thread(keep, visitor.conversation_id, upload.file)
        stored = {"id": file_id, "name": shown_name(upload.filename or "", file_id),
                  "kind": _KINDS[file_id.rpartition(".")[2]], "size": upload.size}
    finally:
        await form.close()
    accepted = await receive(Inbound(visitor.conversation_id, sent, file=stored))
    if accepted.duplicate:
        await asyncio.to_thread(discard, visitor.conversation_id, file_id)
    return JSONResponse({"seq": accepted.seq}, 202, {"Cache-Control": "no-store"})


async def download(request: Request) -> FileResponse:
    """GET /api/files/{id}: the bytes of a file of the caller's own conversation; anybody else's does not exist."""
    visitor = await visitor_of(request)
    limits().count("downloads", address_of(request), visitor.id)
    stored = find(visitor.conversation_id, request.path_params["id"])
    if stored is None:
        raise Refused(404, "not_found")
    return FileResponse(stored.path, media_type=stored.kind, filename=stored.path.name, headers=SAFE_HEADERS)


def keep(conversation_id: int, source: BinaryIO) -> str:
    """Writes an upload to the disk under a name nobody can guess. Returns its id. Raises Refused(415) for other types, OSError."""
    source.seek(0)
    head = source.read(16)
    extension = extension_of(head)
    if extension is None:
        raise Refused(415, "file_type")
    file_id = f"{secrets.token_urlsafe(18)}.{extension}"
    folder = _folder(conversation_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / file_id
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(head)
            while chunk := source.read(256 * 1024):
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return file_id


def find(conversation_id: int, file_id: str) -> Stored | None:
    """A file of this conversation; None for any other id, whoever made it."""
    match = _ID.fullmatch(file_id)
    if not match:
        return None
    path = _folder(conversation_id) / file_id
    return Stored(path, _KINDS[match[1]]) if path.is_file() else None


def discard(conversation_id: int, file_id: str) -> None:
    """Takes back what `keep` wrote."""
    (_folder(conversation_id) / file_id).unlink(missing_ok=True)


def extension_of(head: bytes) -> str | None:
    """What the first bytes of a file show it to be; its name and announced type are not believed."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return "pdf" if head.startswith(b"%PDF-") else None


def shown_name(claimed: str, file_id: str) -> str:
    """The visitor's name for a file, fit to be shown: no folders, no control signs, the ending that its bytes have."""
    extension = file_id.rpartition(".")[2]
    stem = _UNFIT.sub("", claimed.replace("\\", "/").rpartition("/")[2]).rpartition(".")[0].strip(". ")
    return f"{stem[:_NAME_CHARACTERS] or 'file'}.{extension}"


def _folder(conversation_id: int) -> Path:
    return config().home / "uploads" / str(conversation_id)


async def _form(request: Request) -> FormData:
    check_length(request, FILE_BYTES + _ENVELOPE_BYTES, "file_too_large")
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refused(400, "bad_request")
    limited = Request(request.scope, capped(request.receive, FILE_BYTES + _ENVELOPE_BYTES, "file_too_large"))
    try:
        async with asyncio.timeout(_UPLOAD_SECONDS):
            return await limited.form(max_files=1, max_fields=2, max_part_size=1024)
    except TimeoutError:
        raise Refused(408, "too_slow") from None
    except (ValueError, ClientDisconnect):
        raise Refused(400, "bad_request") from None
