"""The chat page: static files and the one HTML document, filled with the exchange's name; what it does is in chat.js."""
from __future__ import annotations

import html
from functools import lru_cache
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from bot.conversations.sentences import content

FOLDER = Path(__file__).parent
PUBLIC = frozenset({"chat.css", "chat.js", "contract.js", "outbox.js", "view.js", "strings.js", "strings.json", "favicon.svg"})


@lru_cache(maxsize=1)
def document() -> str:
    """The page as sent: the brand's names are the only thing that differs from exchange to exchange. Raises bot.content.ContentErrors."""
    brand = content().exchange.brand
    filled = {"brand_zh": html.escape(brand.zh), "brand_en": html.escape(brand.en)}
    return Template((FOLDER / "index.html").read_text("utf-8")).substitute(filled)


async def index(request: Request) -> HTMLResponse:
    return HTMLResponse(document(), headers={"Cache-Control": "no-cache"})


class Assets(StaticFiles):
    """The page's own files and no others of its folder; checked for a newer version at every visit."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

    def lookup_path(self, path: str):
        return super().lookup_path(path) if path in PUBLIC else ("", None)

    def file_response(self, *args, **kwargs):
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response
