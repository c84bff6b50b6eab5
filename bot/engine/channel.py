"""The engine's only way in: turn, parse and ready, for the app alone, on the loopback interface. Nothing a stranger can reach.

Secret in `X-Engine-Secret`. What users write appears in no log and in no error.
"""
from __future__ import annotations

import hmac
import logging
import os
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, Sanic
from sanic.request import Request as HttpRequest
from sanic.response import HTTPResponse, json

from bot.engine.remote_action import TurnFailed
from bot.engine.request import Request, moment, serving
from bot.engine.tracker_store import state_of
from bot.text import neutral_slash

logger = logging.getLogger(__name__)
SECRET = "BOT_ENGINE_SECRET"
WARM_UP = ("充值 100 USDT 没到账，昨天下午3点转的", "how do I reset my password?")
HIDDEN = frozenset({"action_listen", "action_extract_slots", "action_session_start"})
DEFAULT_FALLBACK = "action_default_fallback"
MOST_CHARACTERS = 100_000
"""Of one message; the app's own limit is far below."""


class Replies(OutputChannel):
    """Keeps an action's messages as they are; Rasa's own collector cuts texts at blank lines."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The name of the output channel."""
        return "engine"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps text and buttons of one message."""
        buttons = [{"title": button["title"], "payload": button["payload"]} for button in message.get("buttons") or []]
        if message.get("text") or buttons:
            self.messages.append({"text": message.get("text") or "", "buttons": buttons})

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keeps a bare text."""
        self.messages.append({"text": text, "buttons": []})


class EngineInput(InputChannel):
    """Named in credentials.yml."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._warm = False

    @classmethod
    def name(cls) -> str:
        """Routes begin with /webhooks/engine."""
        return "engine"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> EngineInput:
        """Takes the secret from the environment. Raises RasaException where there is none."""
        secret = os.environ.get(SECRET, "")
        if len(secret) < 16:
            raise RasaException(f"{SECRET} is not set: the engine serves the app only. Start both with `bot run` (it sets the variable), "
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
        async def parse(request: HttpRequest) -> HTTPResponse:
            return await self._serve(request, _parse)

        @routes.post("/turn")
        async def turn(request: HttpRequest) -> HTTPResponse:
            return await self._serve(request, _turn)

        return routes

    def _allowed(self, request: HttpRequest) -> bool:
        return hmac.compare_digest(request.headers.get("x-engine-secret", "").encode(), self._secret.encode())

    async def _serve(self, request: HttpRequest, work: Callable[[Any, dict[str, Any], Request], Awaitable[dict[str, Any]]]) -> HTTPResponse:
        if not self._allowed(request):
            return json({"error": "forbidden"}, 403)
        body, name = None, work.__name__.strip("_")
        try:
            body = request.json
            if not isinstance(body, dict):
                return json({"error": f"{name} wants a JSON object"}, 400)
            agent = _agent(request.app)
            if agent is None:
                return json({"error": "no model loaded"}, 503)
            with serving(_request(body)) as context:
                return json(await work(agent, body, context))
        except BadRequest as problem:
            return json({"error": str(problem)}, 400)
        except (Exception, TurnFailed) as problem:
            turn = str(body.get("turn"))[:80] if isinstance(body, dict) else None
            logger.error("%s %s failed: %s", name, turn, _what(problem))
            return json({"error": f"{name} failed", "turn": turn}, 500)

    async def _warm_up(self, app: Sanic) -> None:
        agent = _agent(app)
        if agent is None:
            logger.error("No model is loaded: train one with `bot train` and give it to `rasa run -m`.")
            return
        for text in WARM_UP:
            body = {"text": text, "timezone": "Asia/Shanghai"}
            with serving(_request(body)) as context:
                await _parse(agent, body, context)
        self._warm = True


class BadRequest(ValueError):
    """The app sent something the contract does not allow; the message never repeats it."""


def _request(body: dict[str, Any]) -> Request:
    state, expect = body.get("state") or {}, body.get("expect") or None
    if not isinstance(state, dict) or (expect is not None and not isinstance(expect, dict)):
        raise BadRequest("state and expect are JSON objects")
    return Request(now=moment(body.get("now"), body.get("timezone")), language=body.get("language"), expect=expect, state=state)


async def _parse(agent: Any, body: dict[str, Any], context: Request) -> dict[str, Any]:
    message = _message(body, Replies())
    return _understood(await agent.processor.parse_message(message))


async def _turn(agent: Any, body: dict[str, Any], context: Request) -> dict[str, Any]:
    if not isinstance(body.get("turn"), str) or not body["turn"]:
        raise BadRequest("turn is the id of the message, a string")
    replies = Replies()
    await agent.handle_message(_message(body, replies))
    tracker = context.tracker
    events = list(tracker.events)
    heard = max(place for place, event in enumerate(events) if isinstance(event, UserUttered))
    actions = [event.action_name for event in events[heard:] if isinstance(event, ActionExecuted) and event.action_name not in HIDDEN]
    if DEFAULT_FALLBACK in actions:
        raise TurnFailed(DEFAULT_FALLBACK, f"no rule for intent {tracker.latest_message.intent.get('name')} after {actions}")
    return {"turn": body["turn"], **_understood(tracker.latest_message.parse_data), "messages": replies.messages, "actions": actions, "state": state_of(tracker)}


def _message(body: dict[str, Any], replies: Replies) -> UserMessage:
    """Typed text can never be a command; a payload is one."""
    text, payload = body.get("text"), body.get("payload")
    if isinstance(payload, str) and payload.startswith("/"):
        said = payload
    elif isinstance(text, str):
        said = neutral_slash(text[:MOST_CHARACTERS])
    else:
        raise BadRequest("text, or a payload that begins with a slash, is wanted")
    turn = str(body.get("turn") or "parse")
    metadata = {key: body[key] for key in ("language", "now", "timezone") if body.get(key)}
    # Each turn is a conversation of its own to Rasa: no lock is shared, and the actions see the turn's id as sender_id.
    return UserMessage(said, replies, sender_id=turn, input_channel=EngineInput.name(), message_id=turn, metadata=metadata)


def _understood(parsed: dict[str, Any]) -> dict[str, Any]:
    intent = parsed.get("intent") or {}
    typed = "decision" in parsed
    return {
        "intent": intent.get("name"),
        "confidence": float(intent.get("confidence") or 0.0),
        "ranking": [{"name": one["name"], "confidence": one["confidence"]} for one in parsed.get("intent_ranking") or []],
        "entities": [{key: entity[key] for key in ("entity", "value", "start", "end", "text", "kind") if key in entity}
                     for entity in parsed.get("entities") or []],
        "decision": parsed["decision"] if typed else "act",
        "score": float(parsed["score"]) if typed else 1.0,
        "queued": parsed.get("queued") or [],
    }


def _agent(app: Sanic) -> Any:
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
