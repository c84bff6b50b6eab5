"""The files visitors sent, on the disk below BOT_HOME/uploads: each under a random name in its conversation's folder. Pictures are drawn anew (images.py)."""
from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.config import config
from bot.conversations import images
from bot.conversations.images import Unfit
from bot.safety.guard import guard

KINDS = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "pdf": "application/pdf", "html": "text/html; charset=utf-8"}
"""Media types by ending. Pages are our own records (`keep_page`); nobody else's are taken."""
FILE_BYTES = 10 * 1024 * 1024
"""Of one file, as it arrives."""
MOST_FILES = 60
"""In one conversation."""
MOST_BYTES = 150 * 1024 * 1024
"""Of all files of one conversation, as they are kept."""
# What a browser may do with a file that a stranger sent: save or show it, nothing more.
SAFE_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ID = re.compile(r"[A-Za-z0-9_-]{24}\.(png|jpg|webp|pdf|html)")
# Not a letter, digit, mark, space or plain sign: controls and what turns the direction of reading around.
_UNFIT_SIGNS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\"<>|:*?]")
_NAME_CHARACTERS = 80


@dataclass(frozen=True)
class Upload:
    """A file on the disk. `kind` is the media type its first bytes show."""

    path: Path
    kind: str

    @property
    def id(self) -> str:
        """Its name in messages and addresses; means nothing without its conversation."""
        return self.path.name

    @property
    def size(self) -> int:
        """Bytes, as kept."""
        return self.path.stat().st_size

    def described(self, claimed_name: str) -> dict:
        """What a message says of it: {"id", "name", "kind", "size"}. `claimed_name` is the sender's, made fit to be shown."""
        return {"id": self.id, "name": shown_name(claimed_name, self.id), "kind": self.kind, "size": self.size}

    def discard(self) -> None:
        """Takes it off the disk again."""
        self.path.unlink(missing_ok=True)


def keep(conversation_id: int, source: BinaryIO) -> Upload:
    """Writes an upload to the disk under a name nobody can guess. Blocks while a picture is drawn anew.

    Raises Unfit with a code: file_missing (empty), file_too_large, file_type, file_broken, file_dimensions, files_many; and OSError.
    """
    source.seek(0, os.SEEK_END)
    size = source.tell()
    source.seek(0)
    if size > FILE_BYTES:
        raise Unfit("file_too_large")
    head = source.read(16)
    if not head:
        raise Unfit("file_missing")
    extension = extension_of(head)
    if extension is None:
        raise Unfit("file_type")
    source.seek(0)
    folder = _folder(conversation_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _check_room(folder, size)
    path = folder / f"{secrets.token_urlsafe(18)}.{extension}"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            if extension == "pdf":
                while chunk := source.read(256 * 1024):
                    target.write(chunk)
            else:
                images.redraw(source, extension, target)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Upload(path, KINDS[extension])


def keep_page(conversation_id: int, page: str) -> Upload:
    """Writes a page that this program has made (bot/records). Raises Unfit files_many, and OSError."""
    content = page.encode("utf-8", "replace")
    folder = _folder(conversation_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _check_room(folder, len(content))
    path = folder / f"{secrets.token_urlsafe(18)}.html"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Upload(path, KINDS["html"])


def find(conversation_id: int, file_id: str) -> Upload | None:
    """A file of this conversation; None for any other id, whoever made it."""
    match = _ID.fullmatch(file_id)
    if not match:
        return None
    path = _folder(conversation_id) / file_id
    return Upload(path, KINDS[match[1]]) if path.is_file() else None


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
    """The sender's name for a file, fit to be shown: no folders, no control signs, no secrets, the ending that its bytes have."""
    extension = file_id.rpartition(".")[2]
    stem = _UNFIT_SIGNS.sub("", claimed.replace("\\", "/").rpartition("/")[2]).rpartition(".")[0].strip(". ")
    # A name reads "my_seed-phrase.legal.winner": the guard sees it as words, and a name with a secret in it is not kept at all.
    if guard(stem).found or guard(re.sub(r"[_\-.+]+", " ", stem)).found:
        stem = ""
    return f"{stem[:_NAME_CHARACTERS] or 'file'}.{extension}"


def _check_room(folder: Path, more: int) -> None:
    sizes = [entry.stat().st_size for entry in os.scandir(folder)]
    if len(sizes) >= MOST_FILES or sum(sizes) + more > MOST_BYTES:
        raise Unfit("files_many")


def _folder(conversation_id: int) -> Path:
    return config().home / "uploads" / str(conversation_id)
