"""Whether a webhook was signed by its desk, and just now. Compares in constant time."""
from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from bot.desk.adapters.base import BadSignature

WINDOW = timedelta(minutes=5)


def digest(secret: str, *parts: bytes, algorithm: str = "sha256") -> bytes:
    """HMAC of the joined parts."""
    return hmac.new(secret.encode(), b"".join(parts), getattr(hashlib, algorithm)).digest()


def check(secret: str, given: str, expected: str) -> None:
    """Raises BadSignature unless both are the same and there is a secret at all."""
    if not secret or not hmac.compare_digest(given.encode(), expected.encode()):
        raise BadSignature("not signed by the desk")


def recent(moment: datetime, now: datetime, window: timedelta = WINDOW) -> None:
    """Raises BadSignature for a moment outside of the window, before or after."""
    if abs(now - moment) > window:
        raise BadSignature("too old, or from the future")


def moment(text: str) -> datetime:
    """An ISO 8601 time with a zone. Raises BadSignature."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise BadSignature("no time in it") from None
    if found.tzinfo is None:
        raise BadSignature("no zone in its time")
    return found
