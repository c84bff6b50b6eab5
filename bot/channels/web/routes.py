"""The addresses of the website's channel, below /api."""
from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from bot.channels.web import files, messages, session, stream
from bot.channels.web.refusal import Refused, failed, not_found, refused


def api() -> Starlette:
    """The API as an application of its own, so that every refusal below /api is JSON."""
    return Starlette(
        routes=[
            Route("/session", session.open_session, methods=["POST"]),
            Route("/messages", messages.post, methods=["POST"]),
            Route("/messages", messages.history, methods=["GET"]),
            Route("/files", files.post, methods=["POST"]),
            Route("/files/{id}", files.download, methods=["GET"]),
            Route("/stream", stream.stream, methods=["GET"]),
        ],
        exception_handlers={Refused: refused, HTTPException: not_found, Exception: failed},
    )
