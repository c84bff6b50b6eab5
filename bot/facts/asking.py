"""Asks servers of the outside: JSON over HTTP with limits on time, size and pace, and agreement between several. It reads no answer.

A server that failed is left alone for a while, so that dead ones cost a look-up nothing after the first time.
"""
from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from bot.facts.sources import Endpoint

TOTAL_SECONDS = 2.5
"""For one answer; a check as a whole has 3 s (registry.py)."""
CONNECT_SECONDS = 1.2
MOST_BYTES = 2_000_000
"""Of one answer; a transaction with thousands of logs stays below."""
REST_SECONDS = (15, 60, 300)
"""How long a server rests after the first, second and every further failure in a row."""
AT_ONCE = 4
"""Requests to one server at the same time."""

T = TypeVar("T")
_resting: dict[str, tuple[int, float]] = {}  # url -> failures in a row, monotonic time of the next try
_pace = FixedWindowRateLimiter(MemoryStorage())


class NoAnswer(Exception):
    """Nobody could be asked, or what came back was no answer."""


class Disagreement(NoAnswer):
    """Two servers gave answers that cannot both be true."""


class Asker:
    """Sends the requests of one look-up. Use `opened()`."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._gates: dict[str, asyncio.Semaphore] = {}

    async def get(self, endpoint: Endpoint, path: str, missing: Any = NoAnswer, headers: dict[str, str] | None = None) -> Any:
        """The JSON (or, where it is none, the text) of GET url + path. `missing` is returned for a 404 where it is given. Raises NoAnswer."""
        return await self._ask(endpoint, "GET", path, None, missing, headers)

    async def post(self, endpoint: Endpoint, path: str, body: Any) -> Any:
        """The JSON of POST url + path with a JSON body. Raises NoAnswer."""
        return await self._ask(endpoint, "POST", path, body, NoAnswer, None)

    async def _ask(self, endpoint: Endpoint, method: str, path: str, body: Any, missing: Any, headers: dict[str, str] | None) -> Any:
        gate = self._gates.setdefault(endpoint.url, asyncio.Semaphore(AT_ONCE))
        async with gate:
            if not _pace.hit(RateLimitItemPerMinute(endpoint.per_minute), endpoint.url):
                raise NoAnswer("asked too often")
            try:
                # No redirects: a public node has no business sending us elsewhere, least of all into our own network.
                async with self._session.request(method, endpoint.url + path, json=body, headers={**endpoint.headers(), **(headers or {})}, allow_redirects=False) as answer:
                    if answer.status == 404 and missing is not NoAnswer:
                        return missing
                    if answer.status != 200:
                        raise NoAnswer(f"status {answer.status}")
                    raw = await answer.content.read(MOST_BYTES + 1)
                    while len(raw) <= MOST_BYTES and not answer.content.at_eof():
                        raw += await answer.content.read(MOST_BYTES + 1 - len(raw))
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                raise NoAnswer(type(error).__name__) from None
        if len(raw) > MOST_BYTES:
            raise NoAnswer("answer too long")
        try:
            return json.loads(raw, parse_float=str)
        except (ValueError, RecursionError):
            raise NoAnswer("answer is not JSON") from None


@asynccontextmanager
async def opened():
    """An Asker for one look-up."""
    timeout = aiohttp.ClientTimeout(total=TOTAL_SECONDS, connect=CONNECT_SECONDS)
    connector = aiohttp.TCPConnector(resolver=aiohttp.AsyncResolver(timeout=1, tries=1), limit=16)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector, trust_env=False, headers={"User-Agent": "support-bot"}) as session:
        yield Asker(session)


async def together(*asked: Awaitable[Any]) -> list[Any]:
    """All answers, or the first failure, with nothing left running."""
    tasks = [asyncio.ensure_future(one) for one in asked]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


def awake(endpoints: Sequence[Endpoint]) -> list[Endpoint]:
    """Those that are not resting after a failure."""
    now = time.monotonic()
    return [endpoint for endpoint in endpoints if _resting.get(endpoint.url, (0, 0.0))[1] <= now]


def forget_failures() -> None:
    """Ask everybody again at once."""
    _resting.clear()


async def agreed(endpoints: Sequence[Endpoint], ask: Callable[[Endpoint], Awaitable[T]], merge: Callable[[T, T], T | None]) -> tuple[T, list[Endpoint]]:
    """What the servers say, and which of them were heard.

    Two are asked at once, further ones in place of those that fail. `merge` makes one answer of two, or None where they
    contradict each other. One answer is enough where no second is to be had. Raises NoAnswer, Disagreement.
    """
    waiting = awake(endpoints)
    running: dict[asyncio.Task, Endpoint] = {}
    answers: list[tuple[T, Endpoint]] = []
    try:
        while len(answers) < 2 and (waiting or running):
            while waiting and len(running) + len(answers) < 2:
                endpoint = waiting.pop(0)
                running[asyncio.ensure_future(ask(endpoint))] = endpoint
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                endpoint = running.pop(task)
                try:
                    answers.append((task.result(), endpoint))
                    _resting.pop(endpoint.url, None)
                except NoAnswer:
                    _rest(endpoint)
                except (KeyError, TypeError, ValueError, IndexError, AttributeError):  # JSON, but not of the documented form
                    _rest(endpoint)
    except asyncio.CancelledError:
        for endpoint in running.values():  # out of time: whoever has not answered by now is slow
            _rest(endpoint)
        raise
    finally:
        for task in running:
            task.cancel()
    if not answers:
        raise NoAnswer("nobody answered")
    if len(answers) == 1:
        return answers[0][0], [answers[0][1]]
    merged = merge(answers[0][0], answers[1][0])
    if merged is None:
        raise Disagreement("two answers contradict each other")
    return merged, [endpoint for _, endpoint in answers]


def _rest(endpoint: Endpoint) -> None:
    failures = _resting.get(endpoint.url, (0, 0.0))[0] + 1
    _resting[endpoint.url] = (failures, time.monotonic() + REST_SECONDS[min(failures, len(REST_SECONDS)) - 1])
