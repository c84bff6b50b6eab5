"""The engine's only way in: turn, parse and ready, for the app alone, on the loopback interface. Nothing a stranger can reach.

Secret in `X-Engine-Secret`. What users write appears in no log and in no error.
"""
from __future__ import annotations

import hmac
import logging
import os
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.request import Request as HttpRequest
from sanic.response import HTTPResponse, json

from bot.engine.remote_action import TurnFailed
from bot.engine.runner import planned
from bot.engine.turns import CHANNEL, BadRequest, parse, turn

logger = logging.getLogger(__name__)
SECRET = "BOT_ENGINE_SECRET"
SHORTEST_SECRET = 16
WARM_UP = ("充值 100 USDT 没到账，昨天下午3点转的", "how do I reset my password?")


class EngineInput(InputChannel):
    """Named in credentials.yml; routes below /webhooks/engine."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._warm = False

    @classmethod
    def name(cls) -> str:
        """The part of the routes' path."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> EngineInput:
        """Takes the secret from the environment. Raises RasaException where there is none."""
        secret = os.environ.get(SECRET, "")
        if len(secret) < SHORTEST_SECRET:
            raise RasaException(f"{SECRET} is not set: the engine serves the app only. Start both with `bot run`, which sets it, "
                                f"or use `rasa shell`, which needs none.")
        _quiet()
        return cls(secret)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The three routes."""
        routes = Blueprint("engine_channel")

        @routes.listener("after_server_start")
        async def warm(app: Sanic, loop: Any) -> None:
            await self._warm_up(app)

        @routes.get("/ready")
        async def ready(request: HttpRequest) -> HTTPResponse:
            if not self._allowed(request):
                return json({"error": "forbidden"}, 403)
            agent = _agent(request.app)
            if agent is None or not self._warm:
                return json({"error": "no model loaded and warm"}, 503)
            return json({"model": agent.model_name, "fingerprint": agent.model_id})

        @routes.post("/parse")
        async def serve_parse(request: HttpRequest) -> HTTPResponse:
            return await self._serve(request, "parse", parse)

        @routes.post("/turn")
        async def serve_turn(request: HttpRequest) -> HTTPResponse:
            return await self._serve(request, "turn", turn)

        return routes

    def _allowed(self, request: HttpRequest) -> bool:
        return hmac.compare_digest(request.headers.get("x-engine-secret", "").encode(), self._secret)

    async def _serve(self, request: HttpRequest, what: str, work: Callable[[Agent, Mapping[str, Any]], Awaitable[dict[str, Any]]]) -> HTTPResponse:
        if not self._allowed(request):
            return json({"error": "forbidden"}, 403)
        agent = _agent(request.app)
        if agent is None:
            return json({"error": "no model loaded"}, 503)
        try:
            body = request.json
        except Exception:  # sanic raises several kinds; each repeats the body
            body = None
        if not isinstance(body, dict):
            return json({"error": f"{what} wants a JSON object"}, 400)
        try:
            return json(await work(agent, body))
        except BadRequest as problem:
            return json({"error": str(problem)}, 400)
        except (Exception, TurnFailed) as problem:
            name = str(body.get("turn") or "")[:80]
            logger.error("%s %s failed: %s", what, name, _what(problem))
            return json({"error": f"{what} failed", "turn": name}, 500)

    async def _warm_up(self, app: Sanic) -> None:
        agent = _agent(app)
        if agent is None:
            logger.error("No model is loaded: make one with `bot train` and name it to `rasa run -m`.")
            return
        planned(agent)
        for text in WARM_UP:
            await parse(agent, {"text": text, "timezone": "Asia/Shanghai"})
        self._warm = True


def _agent(app: Sanic) -> Agent | None:
    agent = getattr(app.ctx, "agent", None)
    return agent if agent is not None and agent.is_ready() else None


def _what(problem: BaseException) -> str:
    """Kind and place of a problem, never its message: that may hold what the user wrote."""
    if isinstance(problem, TurnFailed):
        return f"{problem.action}: {problem.reason}"
    place = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__} at {place.filename.rpartition('/')[2]}:{place.lineno} in {place.name}"


def _quiet() -> None:
    """Below warnings Rasa and Sanic write users' texts."""
    for name in ("rasa", "sanic.access", "sanic.root", "sanic.error", "apscheduler", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
