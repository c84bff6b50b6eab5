"""The public door: one ASGI application with the API, the widget, health checks and the agents' desk. Actions, metrics and traces are not here (bot/internal.py)."""
from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
django.setup(set_prefix=False)

from django.core.handlers.asgi import ASGIHandler  # noqa: E402
from django.db import DatabaseError  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.datastructures import MutableHeaders  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import JSONResponse, RedirectResponse  # noqa: E402
from starlette.routing import Mount, Route  # noqa: E402
from starlette.types import ASGIApp, Message, Receive, Scope, Send  # noqa: E402

from bot.channels.telegram import linking, webhook  # noqa: E402
from bot.channels.telegram import service as telegram  # noqa: E402
from bot.channels.web import origins, widget  # noqa: E402
from bot.channels.web.body import capped, check_length  # noqa: E402
from bot.channels.web.refusal import Refused, refused  # noqa: E402
from bot.channels.web.routes import api  # noqa: E402
from bot.channels.web.stream import streams  # noqa: E402
from bot.config import config  # noqa: E402
from bot.conversations import runtime  # noqa: E402
from bot.conversations.database import run  # noqa: E402
from bot.conversations.models import Conversation  # noqa: E402
from bot.desk.console import app as console  # noqa: E402
from bot.desk.console.stream import floor  # noqa: E402
from bot.desk.outbox import webhooks  # noqa: E402

DESK = "/desk"
DESK_BYTES = 2 * 1024 * 1024
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_DESK_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


class SecurityHeaders:
    """Sets the headers that keep a browser from doing more than the page needs; what a response set itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        desk = scope["path"].startswith(DESK + "/")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _EVERYWHERE.items():
                    headers.setdefault(name, value)
                # The desk's forms are checked against their Referer by Django.
                if desk:
                    headers["Referrer-Policy"] = "same-origin"
                headers.setdefault("Content-Security-Policy", _DESK_POLICY if desk else _PAGE_POLICY)
                if "frame-ancestors 'none'" in headers["Content-Security-Policy"]:
                    headers["X-Frame-Options"] = "DENY"  # for browsers that know no frame-ancestors; it knows no lists
            await send(message)

        await self._app(scope, receive, with_headers)


class CappedBody:
    """Refuses large bodies before `app` reads them: Django writes a body to the disk before it looks at its length."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self._app = app
        self._most = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        check_length(Request(scope), self._most)
        await self._app(scope, capped(receive, self._most), send)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Starts and stops what runs beside the requests: turns, hub, worker."""
    streams.reopen()
    running = await runtime.start()
    await telegram.start(running, leads=config().worker == "internal")
    floor.open()
    try:
        yield
    finally:
        streams.close()
        await telegram.stop()
        floor.close()
        await runtime.stop()


def close_streams() -> None:
    """Tells open streams to reconnect. Whoever runs the server calls it before the server waits for its connections to end."""
    streams.close()
    floor.close()


async def healthz(request: Request) -> JSONResponse:
    """The process lives and its event loop turns."""
    return JSONResponse({"ok": True}, headers={"Cache-Control": "no-store"})


async def readyz(request: Request) -> JSONResponse:
    """A message would be answered now: the engine has its model, the database answers."""
    engine, database = await asyncio.gather(runtime.current().engine.ready(), _database_answers())
    ready = engine and database
    return JSONResponse({"ready": ready, "engine": engine, "database": database}, 200 if ready else 503, {"Cache-Control": "no-store"})


async def _database_answers() -> bool:
    try:
        await run(Conversation.objects.exists)
    except DatabaseError:
        return False
    return True


application = Starlette(
    routes=[
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Mount("/api", api(*linking.routes())),
        *webhook.routes(),
        Route("/hooks/desk/{name}", webhooks.post, methods=["POST"]),
        *widget.routes(), Route("/widget/site", origins.site),
        Route(DESK, lambda request: RedirectResponse(f"{DESK}/")),
        Route(f"{DESK}/", console.page),
        Mount(f"{DESK}/api", console.interface()),
        Mount(f"{DESK}/assets", console.Assets()),
        Mount(DESK, CappedBody(ASGIHandler(), DESK_BYTES)),
    ],
    middleware=[Middleware(SecurityHeaders)],
    exception_handlers={Refused: refused},
    lifespan=lifespan,
)
