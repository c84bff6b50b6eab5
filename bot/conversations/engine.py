"""Asks the engine over HTTP: turn, parse, ready. Nothing a user wrote ever gets into an error or a log from here."""
from __future__ import annotations

import asyncio
from typing import Any, Literal

import aiohttp
from pydantic import BaseModel, ValidationError

TURN_SECONDS = 8.0
PARSE_SECONDS = 4.0
READY_SECONDS = 2.0
CONNECT_SECONDS = 1.0


class EngineUnavailable(Exception):
    """Nobody answered: not started, stopped, still loading or too slow. The message can be sent again later.

    `reached` tells that the engine took the request and then went away or never answered; repeated, it is the message's fault.
    """

    def __init__(self, why: str, reached: bool = False) -> None:
        super().__init__(why)
        self.reached = reached


class EngineFailed(Exception):
    """The engine took this message and could not answer it."""


class Understanding(BaseModel):
    """How a message was understood (docs/architecture.md, Engine HTTP)."""

    intent: str | None = None
    confidence: float | None = None
    ranking: list[dict[str, Any]] = []
    entities: list[dict[str, Any]] = []
    decision: str | None = None
    score: float | None = None
    queued: list[str] = []


class EngineTurn(Understanding):
    """An understanding, what was answered, and the state to send with the next turn."""

    messages: list[dict[str, Any]] = []
    actions: list[str] = []
    state: dict[str, Any]


class EngineClient:
    """One per process; keeps its connections. `url` is the engine's base address."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url.rstrip("/") + "/webhooks/engine/"
        self._headers = {"X-Engine-Secret": secret}
        self._session: aiohttp.ClientSession | None = None

    async def turn(self, *, turn: str, text: str | None = None, payload: str | None = None, language: str | None, now: str,
                   timezone: str, state: dict, expect: dict | None) -> EngineTurn:
        """One whole turn. Raises EngineUnavailable or EngineFailed."""
        message = {"payload": payload} if payload else {"text": text}
        body = {"turn": turn, **message, "language": language, "now": now, "timezone": timezone, "state": state, "expect": expect}
        return _read(EngineTurn, await self._call("POST", "turn", TURN_SECONDS, body))

    async def parse(self, *, text: str, language: str | None, now: str, timezone: str,
                    expect: dict | None = None) -> Understanding:
        """Understanding alone: no state, no action, no answer. Raises EngineUnavailable or EngineFailed."""
        body = {"text": text, "language": language, "now": now, "timezone": timezone, "expect": expect}
        return _read(Understanding, await self._call("POST", "parse", PARSE_SECONDS, body))

    async def ready(self) -> bool:
        """Whether the engine has a model loaded and warm."""
        try:
            await self._call("GET", "ready", READY_SECONDS)
        except (EngineUnavailable, EngineFailed):
            return False
        return True

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    async def _call(self, method: Literal["GET", "POST"], path: str, seconds: float, body: dict | None = None) -> Any:
        if self._session is None:
            # The engine is on a private address: no proxy, no cookies, nothing from the environment.
            self._session = aiohttp.ClientSession(headers=self._headers, trust_env=False, cookie_jar=aiohttp.DummyCookieJar())
        limit = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        try:
            async with self._session.request(method, self._url + path, json=body, timeout=limit, allow_redirects=False) as answer:
                if answer.status == 200:
                    return await answer.json()
                if answer.status == 500:
                    raise EngineFailed(f"the engine answered 500 to {path}")
                raise EngineUnavailable(f"the engine answered {answer.status} to {path}")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise EngineUnavailable(f"no connection to the engine ({type(error).__name__})") from None
        except asyncio.TimeoutError:
            raise EngineUnavailable(f"the engine did not answer {path} within {seconds:.0f} s", reached=True) from None
        except (aiohttp.ClientError, ValueError) as error:
            raise EngineUnavailable(f"the engine broke off ({type(error).__name__})", reached=True) from None


def _read(shape: type, body: Any) -> Any:
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        fields = ", ".join(sorted({str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}))
        raise EngineFailed(f"the engine's answer has a wrong shape ({fields})") from None
