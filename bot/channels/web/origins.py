"""Which sites may use the API from their pages: this one and WIDGET_ORIGINS, for everything below /api alike (CORS, Fetch standard 3.2). Not who a visitor is: tokens say that."""
from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.channels.web.refusal import Refused, refused
from bot.config import config

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "DELETE, GET, POST",
    "Access-Control-Allow-Headers": "authorization, content-type, last-event-id",
    "Access-Control-Max-Age": "7200",
}


def allowed(headers: Headers) -> bool:
    """Whether the page that sent a request may use the API."""
    origin = headers.get("origin", "").lower()
    return not origin or _own(origin, headers.get("host", "")) or origin in config().widget_origins


async def site(request: Request) -> JSONResponse:
    """GET /widget/site -> {allowed}: whether the asking page's site may use the API. Any site may ask: a browser hides the API's own refusal from the page."""
    return JSONResponse({"allowed": allowed(request.headers)}, headers={"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-store", "Vary": "Origin"})


class Origins:
    """Lets requests of known sites through, with the headers that let their pages read the answer; refuses all other sites'.

    Cookies play no part (no Access-Control-Allow-Credentials): what a page does, it does with the token it was given.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        origin = headers.get("origin", "").lower()
        if not origin or _own(origin, headers.get("host", "")):
            await self._app(scope, receive, send)
            return
        if not allowed(headers):
            # Without Access-Control-Allow-Origin the page cannot read it either; the words are for whoever looks at the network.
            answer = await refused(Request(scope), Refused(403, "origin"))
            answer.headers["Vary"] = "Origin"
            await answer(scope, receive, send)
            return

        async def opened(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = MutableHeaders(scope=message)
                ours["Access-Control-Allow-Origin"] = origin
                ours["Access-Control-Expose-Headers"] = "Retry-After"
                ours["Cross-Origin-Resource-Policy"] = "cross-origin"
                ours.add_vary_header("Origin")
            await send(message)

        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(status_code=204, headers=_PREFLIGHT)(scope, receive, opened)
            return
        await self._app(scope, receive, opened)


def _own(origin: str, host: str) -> bool:
    """Whether a page of our own asks; behind a proxy only the host's name is known, not its scheme."""
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and rest == host.lower()
