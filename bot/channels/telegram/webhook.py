"""Takes updates that Telegram posts: on an address nobody can guess, with a secret in a header, stored before it is answered.

Both follow from SECRET_KEY and the token, so there is nothing to set and nothing to leak; `bot telegram setup` tells Telegram.
"""
from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
from functools import lru_cache

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.telegram import inbox, service
from bot.channels.web.body import capped, check_length
from bot.channels.web.refusal import Refused
from bot.config import config
from bot.conversations.database import run

logger = logging.getLogger(__name__)
PREFIX = "/telegram"
HEADER = "x-telegram-bot-api-secret-token"
BODY_BYTES = 1024 * 1024
BODY_SECONDS = 10.0


@lru_cache(maxsize=2)
def derived(what: str) -> str:
    """The webhook's "path" or "secret": 43 characters of A-Z, a-z, 0-9, - and _."""
    settings = config()
    key = settings.secret_key.get_secret_value().encode()
    said = f"telegram webhook {what}: {settings.telegram_token.get_secret_value()}".encode()
    return base64.urlsafe_b64encode(hmac.digest(key, said, hashlib.sha256)).decode().rstrip("=")


def url() -> str:
    """The whole address that Telegram posts to."""
    return f"{config().telegram_webhook.rstrip('/')}{PREFIX}/{derived('path')}"


def routes() -> list[Route]:
    """The webhook's route; none where updates are polled for."""
    if config().telegram_token is None or config().telegram_webhook is None:
        return []
    return [Route(PREFIX + "/{path}", receive, methods=["POST"])]


async def receive(request: Request) -> Response:
    """POST /telegram/<path>: 200 once the update is on the disk, also for one that says nothing to us; 404 or 403 to anybody else."""
    if not _same(request.path_params["path"], derived("path")):
        raise Refused(404, "not_found")
    if not _same(request.headers.get(HEADER, ""), derived("secret")):
        logger.warning("telegram: a webhook call with a wrong secret was refused")
        return JSONResponse({"error": "forbidden"}, 403)
    running = service.current()
    update = await _update(request)
    if update is None:
        return JSONResponse({})
    try:
        presses = await run(inbox.store, [update], running.api.username if running else "", running.api.id if running else 0)
    except Exception as error:
        # Not acknowledged: Telegram comes again.
        logger.error("telegram: an update could not be stored", extra={"error": type(error).__name__})
        return JSONResponse({"error": "unavailable"}, 503, {"Retry-After": "1"})
    if running:
        running.stored(presses)
    return JSONResponse({})


async def _update(request: Request) -> object:
    """The decoded body; None for what is no JSON, which no repetition would mend."""
    check_length(request, BODY_BYTES)
    limited = Request(request.scope, capped(request.receive, BODY_BYTES))
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return json.loads(await limited.body())
    except (ValueError, RecursionError):
        return None
    except (TimeoutError, ClientDisconnect):
        raise Refused(408, "too_slow") from None


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
