"""Reads request bodies with a cap in bytes and in time, before anything is parsed. Hostile input ends here, with a 4xx."""
from __future__ import annotations

import asyncio
import json
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from bot.channels.web.refusal import Refused

JSON_BYTES = 64 * 1024  # 4,000 characters are at most 16 kB in UTF-8, 48 kB as \uXXXX pairs
JSON_SECONDS = 15.0


def check_length(request: Request, cap: int, code: str = "body_too_large") -> None:
    """Refuses a body that is announced as too large. Raises Refused(413)."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > cap:
        raise Refused(413, code)


def capped(receive: Receive, cap: int, code: str = "body_too_large") -> Receive:
    """`receive` that raises Refused(413) once more than `cap` bytes came, whatever was announced."""
    received = 0

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > cap:
            raise Refused(413, code)
        return message

    return limited


async def read_json(request: Request) -> dict[str, Any]:
    """The body as a JSON object. Raises Refused: 413 too large, 408 too slow, 400 anything else."""
    check_length(request, JSON_BYTES)
    limited = Request(request.scope, capped(request.receive, JSON_BYTES))
    try:
        async with asyncio.timeout(JSON_SECONDS):
            body = await limited.body()
        value = json.loads(body) if body else {}
    except TimeoutError:
        raise Refused(408, "too_slow") from None
    except (ValueError, RecursionError, ClientDisconnect):
        raise Refused(400, "bad_request") from None
    if not isinstance(value, dict):
        raise Refused(400, "bad_request")
    return value


def number(request: Request, name: str) -> int:
    """A query parameter that is a message's number; 0 when missing. Raises Refused(400)."""
    text = request.query_params.get(name, "") or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused(400, "bad_request")
    return int(text)
