"""The public door: one ASGI application with the API, the chat page, health checks and the operators' desk. Actions, metrics and traces are not here (bot/internal.py)."""
from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
django.setup(set_prefix=False)

from django.apps import apps  # noqa: E402
from django.core.handlers.asgi import ASGIHandler  # noqa: E402
from django.db import DatabaseError  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.datastructures import MutableHeaders  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import JSONResponse  # noqa: E402
from starlette.routing import Mount, Route  # noqa: E402
from starlette.staticfiles import StaticFiles  # noqa: E402
from starlette.types import ASGIApp, Message, Receive, Scope, Send  # noqa: E402

from bot.channels.web import page  # noqa: E402
from bot.channels.web.body import capped, check_length  # noqa: E402
from bot.channels.web.refusal import Refused, refused  # noqa: E402
from bot.channels.web.routes import api  # noqa: E402
from bot.channels.web.stream import streams  # noqa: E402
from bot.conversations import runtime  # noqa: E402
from bot.conversations.database import run  # noqa: E402
from bot.conversations.models import Conversation  # noqa: E402

DESK = "/desk"
DESK_BYTES = 2 * 1024 * 1024
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_DESK_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
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
    page.document()  # a page that cannot be made should stop the start, not the first visitor
    streams.reopen()
    await runtime.start()
    try:
        yield
    finally:
        streams.close()
        await runtime.stop()


def close_streams() -> None:
    """Tells open streams to reconnect. Whoever runs the server calls it before the server waits for its connections to end."""
    streams.close()


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


class _AppStatic(StaticFiles):
    """The static files of every Django app, as runserver would find them; no collectstatic step, no copy."""

    def __init__(self) -> None:
        super().__init__()
        self.all_directories = [folder for each in apps.get_app_configs() if (folder := Path(each.path) / "static").is_dir()]


application = Starlette(
    routes=[
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Mount("/api", api()),
        Route("/", page.index),
        Mount("/assets", page.Assets()),
        Mount("/static", _AppStatic()),
        Mount(DESK, CappedBody(ASGIHandler(), DESK_BYTES)),
    ],
    middleware=[Middleware(SecurityHeaders)],
    exception_handlers={Refused: refused},
    lifespan=lifespan,
)
