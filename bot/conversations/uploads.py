"""The files visitors sent, on the disk below BOT_HOME/uploads: each under a random name in its conversation's folder. It never looks inside beyond the first bytes."""
from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.config import config

KINDS = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "pdf": "application/pdf"}
"""Media types by ending: all that is taken."""
# What a browser may do with a file that a stranger sent: save or show it, nothing more.
SAFE_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ID = re.compile(r"[A-Za-z0-9_-]{24}\.(png|jpg|webp|pdf)")


class UnknownType(ValueError):
    """The first bytes show none of the types that are taken."""


@dataclass(frozen=True)
class Upload:
    """A file on the disk. `kind` is the media type its first bytes show."""

    path: Path
    kind: str

    @property
    def id(self) -> str:
        """Its name in messages and addresses; means nothing without its conversation."""
        return self.path.name

    def discard(self) -> None:
        """Takes it off the disk again."""
        self.path.unlink(missing_ok=True)


def keep(conversation_id: int, source: BinaryIO) -> Upload:
    """Writes an upload to the disk under a name nobody can guess. Raises UnknownType, OSError."""
    source.seek(0)
    head = source.read(16)
    extension = extension_of(head)
    if extension is None:
        raise UnknownType("neither PNG, JPEG, WebP nor PDF")
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
    return Upload(path, KINDS[extension])


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


def _folder(conversation_id: int) -> Path:
    return config().home / "uploads" / str(conversation_id)
