"""What every HTTP interface does when a bug or a lost database breaks a request."""
from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)


class Failures:
    """Middleware: the log gets where it happened, never what was sent.

    Args:
        app: what it stands around.
        answer: the interface's own way to say 503; left out when a response has begun already.
    """

    def __init__(self, app: ASGIApp, answer: Callable[[Request], Awaitable[Response]]) -> None:
        self._app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as problem:
            frame = traceback.extract_tb(problem.__traceback__)[-1]
            logger.error("%s %s failed: %s in %s, line %s", scope["method"], scope["path"], type(problem).__name__, frame.name, frame.lineno)
            if not started:
                response = await self._answer(Request(scope))
                await response(scope, receive, send)
