"""The website's widget as it is served: one script, its words by language, and two pages around it: /chat (full page, for apps too) and /demo. What it does is in the .js files."""
from __future__ import annotations

import gzip
import hashlib
import html
import json
from dataclasses import dataclass
from functools import lru_cache
from string import Template

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.channels.web.languages import LANGUAGES, accepted
from bot.channels.web.widget import bundle
from bot.config import config
from bot.conversations.sentences import content

FOLDER = bundle.FOLDER
_SCRIPT_SECONDS = 300  # an hour-old widget talks to a new server; five minutes are kinder to whoever deploys
_WORDS_SECONDS = 30 * 24 * 3600  # fetched under the version's name
# The widget lives in other sites' pages: these files may be used by any of them. The API asks for the origin (origins.py).
_FOR_ANY_SITE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "Timing-Allow-Origin": "*"}


@dataclass(frozen=True)
class Asset:
    """A file in memory, packed once."""

    body: bytes
    packed: bytes
    kind: str
    seconds: int
    tag: str

    @classmethod
    def of(cls, text: str, kind: str, seconds: int) -> Asset:
        body = text.encode()
        return cls(body, gzip.compress(body, 9), kind, seconds, f'"{hashlib.sha256(body).hexdigest()[:20]}"')

    def response(self, request: Request) -> Response:
        headers = {**_FOR_ANY_SITE, "ETag": self.tag, "Vary": "Accept-Encoding", "Cache-Control": f"public, max-age={self.seconds}"}
        if self.tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.packed, media_type=self.kind, headers={**headers, "Content-Encoding": "gzip"})
        return Response(self.body, media_type=self.kind, headers=headers)


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, str]]:
    """The widget's own words by language and key."""
    return json.loads((FOLDER / "words.json").read_text("utf-8"))


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """Everything that is served, by address. Raises ValueError, bot.content.ContentErrors."""
    brand = content().exchange.brand
    spoken = {tag: json.dumps({"brand": brand.of(tag), "words": words()[tag]}, ensure_ascii=False, separators=(",", ":")) for tag in LANGUAGES}
    built = bundle.build(beside="".join(spoken.values()))
    made = {
        "/widget.js": Asset.of(built.script, "text/javascript", _SCRIPT_SECONDS),
        "/widget.css": Asset.of(built.style, "text/css", _SCRIPT_SECONDS),
        "/favicon.svg": Asset.of((FOLDER / "favicon.svg").read_text("utf-8"), "image/svg+xml", _WORDS_SECONDS),
    }
    for name in ("chat.css", "demo.css"):
        made[f"/widget/{name}"] = Asset.of((FOLDER / "pages" / name).read_text("utf-8"), "text/css", _SCRIPT_SECONDS)
    return made | {f"/widget/{tag}.json": Asset.of(text, "application/json", _WORDS_SECONDS) for tag, text in spoken.items()}


async def asset(request: Request) -> Response:
    return assets()[request.url.path].response(request)


@lru_cache(maxsize=8)
def document(name: str, language: str) -> str:
    """One of the two pages, for a browser that prefers `language`. Raises bot.content.ContentErrors."""
    brand = content().exchange.brand
    filled = {"lang": language, "brand": brand.of(language), "brand_zh": brand.zh, "brand_en": brand.en}
    return Template((FOLDER / "pages" / name).read_text("utf-8")).substitute({name: html.escape(text) for name, text in filled.items()})


def _page(request: Request, name: str, **headers: str) -> Response:
    language = accepted(request.headers.get("accept-language", ""))
    return Response(document(name, language), media_type="text/html", headers={"Cache-Control": "no-cache", "Vary": "Accept-Language", **headers})


async def chat(request: Request) -> Response:
    """The widget as a page of its own: a link for e-mails, and what apps show in a WebView. May be framed by the sites that may use the API."""
    policy = Template(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors $origins; require-trusted-types-for 'script'; trusted-types 'none'").substitute(origins=" ".join(config().widget_origins) or "'none'")
    return _page(request, "chat.html", **{"Content-Security-Policy": policy})


async def demo(request: Request) -> Response:
    """An exchange's page with the one line in it, to see what visitors see."""
    return _page(request, "demo.html")


async def root(request: Request) -> Response:
    return RedirectResponse("/chat", 307, {"Cache-Control": "no-store"})


def routes() -> list[Route]:
    """All of it, made before the first visitor comes: a widget that cannot be built stops the start."""
    for language in LANGUAGES:
        document("chat.html", language)
        document("demo.html", language)
    return [Route("/", root), Route("/chat", chat), Route("/demo", demo), *(Route(address, asset) for address in assets())]
