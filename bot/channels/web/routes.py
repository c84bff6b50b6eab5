"""The addresses of the website's channel, below /api."""
from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from bot.channels.failures import Failures
from bot.channels.web import case, files, messages, record, session, stream
from bot.channels.web.origins import Origins
from bot.channels.web.refusal import Refused, not_found, refused, unavailable


def api(*others: Route) -> Starlette:
    """The API as an application of its own, so that every refusal below /api is JSON. `others`: what other channels have there."""
    return Starlette(
        routes=[
            Route("/session", session.open_session, methods=["POST"]),
            Route("/messages", messages.post, methods=["POST"]),
            Route("/messages", messages.history, methods=["GET"]),
            Route("/typing", messages.typing, methods=["POST"]),
            Route("/files", files.post, methods=["POST"]),
            Route("/files/{id}", files.download, methods=["GET"]),
            Route("/record", record.get, methods=["GET"]),
            Route("/case", case.show, methods=["GET"]),
            Route("/case", case.correct, methods=["POST"]),
            Route("/stream", stream.stream, methods=["GET"]),
            *others,
        ],
        middleware=[Middleware(Origins), Middleware(Failures, answer=unavailable)],
        exception_handlers={Refused: refused, HTTPException: not_found},
    )
