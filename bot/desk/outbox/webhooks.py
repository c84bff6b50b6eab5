"""Where outside desks knock: POST /hooks/desk/<name>. Checks who it is, writes the delivery down, answers; what it means is looked up later."""
from __future__ import annotations

import logging

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from bot.channels.web.body import capped, check_length
from bot.conversations import clock, runtime
from bot.conversations.database import run
from bot.conversations.metrics import METRICS
from bot.desk.adapters import config, registry
from bot.desk.adapters.base import BadSignature
from bot.desk.outbox import arriving

logger = logging.getLogger(__name__)
MOST_BYTES = 1024 * 1024


async def post(request: Request) -> JSONResponse:
    """202 {"taken": true} once it is on the disk, false for a delivery that came before; 401 unsigned or old, 404 no such desk, 400 not understood."""
    name = request.path_params["name"]
    if name not in config.desks().desks:
        return _answer(404, error="no such desk")
    check_length(request, MOST_BYTES)
    try:
        body = await Request(request.scope, capped(request.receive, MOST_BYTES)).body()
        nudge = registry.adapter(name).hear({key.lower(): value for key, value in request.headers.items()}, body, clock.now())
    except BadSignature:
        METRICS.count("webhooks_refused")
        logger.warning("a webhook was not signed by its desk", extra={"adapter": name})
        return _answer(401, error="not signed, or too old")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ClientDisconnect):
        METRICS.count("webhooks_not_understood")
        return _answer(400, error="not understood")
    taken = await run(arriving.accept, name, nudge)
    if taken:
        runtime.wake()
    return _answer(202, taken=taken)


def _answer(status: int, **body: object) -> JSONResponse:
    return JSONResponse(body, status, {"Cache-Control": "no-store"})
