"""The addresses of the website's channel, below /api."""
from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from bot.channels.web import files, messages, session, stream
from bot.channels.web.refusal import Failures, Refused, not_found, refused


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
        middleware=[Middleware(Failures)],
        exception_handlers={Refused: refused, HTTPException: not_found},
    )
