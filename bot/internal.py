"""The internal listener: Rasa's actions, metrics, and what `bot talk` looks at. On 127.0.0.1 and behind a secret; strangers reach bot/asgi.py only."""
from __future__ import annotations

import hmac
import json
import logging
import os
import zlib
from collections.abc import Awaitable, Callable
from functools import wraps

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
django.setup(set_prefix=False)

from rasa_sdk.executor import ActionExecutor  # noqa: E402
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException  # noqa: E402
from starlette.applications import Starlette  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import JSONResponse, PlainTextResponse, Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

from bot.config import config  # noqa: E402
from bot.conversations import first_message, runtime, trace  # noqa: E402
from bot.conversations.database import run  # noqa: E402
from bot.conversations.engine import EngineFailed, EngineUnavailable  # noqa: E402
from bot.conversations.metrics import METRICS  # noqa: E402
from bot.conversations.models import Conversation  # noqa: E402
from bot.desk import stand_in  # noqa: E402
from bot.desk.outbox import queue  # noqa: E402
from bot.desk.tickets import NotPossible  # noqa: E402

logger = logging.getLogger(__name__)
SECRET_HEADER = "x-engine-secret"
MOST_BYTES = 2_000_000
"""Of an action call, inflated: a tracker of one turn and no domain has a few thousand."""
EXECUTOR = ActionExecutor()
EXECUTOR.register_package("actions")  # at the start: an action that cannot be imported should not wait for a visitor
EXECUTOR.domain = {}  # no action reads it, so the engine does not send it, and the SDK is not to ask for it
Handler = Callable[[Request], Awaitable[Response]]


def secret(handler: Handler) -> Handler:
    """Answers 403 unless the request carries the engine's secret."""
    @wraps(handler)
    async def guarded(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, config().engine_secret.get_secret_value().encode()):
            return JSONResponse({"error": "forbidden"}, 403)
        return await handler(request)
    return guarded


@secret
async def webhook(request: Request) -> Response:
    """POST /webhook: runs one action, as rasa-sdk's own server does (its protocol, endpoint.py of rasa-sdk 3.21)."""
    try:
        call = json.loads(_inflated(await request.body(), request.headers.get("content-encoding", "")))
        name = str(call["next_action"])[:80]
    except (ValueError, KeyError, TypeError, zlib.error):
        return JSONResponse({"error": "not an action call"}, 400)
    call.setdefault("domain", {})
    try:
        result = await EXECUTOR.run(call)
    except ActionExecutionRejection as rejection:
        return JSONResponse({"error": "rejected", "action_name": rejection.action_name}, 400)
    except ActionNotFoundException:
        return JSONResponse({"error": "no such action", "action_name": name}, 404)
    except Exception as error:
        # Never the message: it may quote the visitor. The engine fails the turn, and the app apologises.
        logger.error("an action failed", extra={"action": name, "error": type(error).__name__, "route": trace.place(error)})
        METRICS.count("actions_failed")
        return JSONResponse({"error": "action failed", "action_name": name}, 500)
    return JSONResponse(result.model_dump())


async def metrics(request: Request) -> Response:
    """GET /metrics, in Prometheus' text format."""
    gauges = await run(trace.gauges)
    gauges |= await run(queue.gauges)
    gauges["streams"] = runtime.current().hub.open_streams
    return PlainTextResponse(METRICS.text(gauges), media_type="text/plain; version=0.0.4")


@secret
async def shown_trace(request: Request) -> Response:
    """GET /trace/<conversation>?seq=: what became of one message; 404 for one that is not there."""
    seq = request.query_params.get("seq", "")
    if not seq.isascii() or not seq.isdigit():
        return JSONResponse({"error": "seq must be a number"}, 422)
    found = await run(trace.of, request.path_params["conversation"], int(seq))
    return JSONResponse(found) if found else JSONResponse({"error": "no such message"}, 404)


@secret
async def agent(request: Request) -> Response:
    """POST /agent/<conversation> {text}: an agent's words, for `bot talk` and benchmarks -> {seq}; 409 without a ticket."""
    try:
        text = (await request.json())["text"]
    except (ValueError, KeyError, TypeError):
        text = None
    if not isinstance(text, str) or not text.strip():
        return JSONResponse({"error": "text is missing"}, 422)
    try:
        conversation_id, seq = await run(stand_in.say, request.path_params["conversation"], text)
    except Conversation.DoesNotExist:
        return JSONResponse({"error": "no such conversation"}, 404)
    except NotPossible as reason:
        return JSONResponse({"error": str(reason)}, 409)
    runtime.changed(conversation_id)
    return JSONResponse({"seq": seq})


@secret
async def parse(request: Request) -> Response:
    """POST /parse {text}: how a first message of that text would be understood, for `bot parse`; 503 while the engine is away."""
    try:
        text = (await request.json())["text"]
    except (ValueError, KeyError, TypeError):
        text = None
    if not isinstance(text, str):
        return JSONResponse({"error": "text is missing"}, 422)
    try:
        return JSONResponse(await first_message.understand(runtime.current().engine, text))
    except (EngineUnavailable, EngineFailed) as error:
        return JSONResponse({"error": str(error)}, 503)


def _inflated(body: bytes, encoding: str) -> bytes:
    if encoding != "deflate":
        return body
    inflater = zlib.decompressobj()
    whole = inflater.decompress(body, MOST_BYTES)
    if inflater.unconsumed_tail:
        raise ValueError("too long")
    return whole


internal_application = Starlette(routes=[
    Route("/webhook", webhook, methods=["POST"]),
    Route("/metrics", metrics),
    Route("/trace/{conversation}", shown_trace),
    Route("/agent/{conversation}", agent, methods=["POST"]),
    Route("/parse", parse, methods=["POST"]),
])
