"""HTTP as every adapter uses it: one session per desk, JSON both ways, and any trouble as one of base.py's errors. It never retries and never logs."""
from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.desk.adapters.base import Busy, DeskError, Gone, NotAllowed, Refused, Unreachable

SECONDS = 20.0
"""For a whole exchange; the outbox's claim on a row is longer."""
CONNECT_SECONDS = 5.0
MOST_BYTES = 20 * 1024 * 1024
BUSY_SECONDS = 30.0
"""To wait when a desk says that it is busy but not for how long."""
MOST_BUSY_SECONDS = 3600.0


class Http:
    """A desk's API. Redirects are not followed: they would carry the credentials elsewhere."""

    def __init__(self, base: str, headers: Mapping[str, str], seconds: float = SECONDS) -> None:
        self._base = base.rstrip("/")
        self._headers = dict(headers)
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=CONNECT_SECONDS)
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str, **query: object) -> Any:
        """The JSON at `path`."""
        return await self.call("GET", path, query={name: str(value) for name, value in query.items()})

    async def call(self, method: str, path: str, body: Any = None, query: Mapping[str, str] | None = None, **more: Any) -> Any:
        """One exchange; `body` goes as JSON. Returns the answer's JSON, None for an empty one. Raises a DeskError."""
        raw = await self.raw(method, path, json_body=body, query=query, **more)
        if not raw.strip():
            return None
        try:
            return json.loads(raw)
        except ValueError:
            raise Unreachable("not_json") from None

    async def raw(self, method: str, path: str, *, json_body: Any = None, query: Mapping[str, str] | None = None, data: Any = None,
                  headers: Mapping[str, str] | None = None, most_bytes: int = MOST_BYTES) -> bytes:
        """One exchange as bytes. Raises a DeskError; Refused("too_large") beyond `most_bytes`."""
        url = path if path.startswith(("http://", "https://")) else self._base + path
        sent = {**self._headers, **(headers or {})}
        if json_body is not None:
            data = json.dumps(json_body, ensure_ascii=False).encode()
            sent["Content-Type"] = "application/json; charset=utf-8"
        try:
            async with self._opened().request(method, url, params=query, data=data, headers=sent, allow_redirects=False) as answer:
                body = await _read(answer, most_bytes)
                if answer.status < 300:
                    return body
                raise _trouble(answer.status, answer.headers)
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL):
            raise Unreachable("no_connection") from None
        except TimeoutError:
            raise Unreachable("timeout") from None
        except (aiohttp.ClientError, OSError, asyncio.IncompleteReadError):
            raise Unreachable("broke_off") from None

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        # Made at the first call: a session belongs to the event loop it was made in.
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
            # Left to itself aiohttp sends a PUT a second time when its connection breaks, and a PUT may add a comment (Zendesk). There is no
            # public switch; tests/desk/adapters/test_conformance.py notices if this one stops working.
            self._session._retry_connection = False
        return self._session


async def _read(answer: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > most_bytes:
            raise Refused("too_large")
    return bytes(body)


def _trouble(status: int, headers: Mapping[str, str]) -> DeskError:
    code = f"http_{status}"
    if status == 429 or (status == 503 and "Retry-After" in headers):
        return Busy(code, retry_after(headers.get("Retry-After", "")))
    if status in (401, 403):
        return NotAllowed(code)
    if status in (404, 410):
        return Gone(code)
    if status in (408, 409, 423, 425) or status >= 500 or status < 400:
        return Unreachable(code)
    return Refused(code)


def retry_after(value: str) -> float:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: a number or a date), within reason."""
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(timezone.utc)).total_seconds()
        except (ValueError, TypeError):
            seconds = BUSY_SECONDS
    return min(max(seconds, 1.0), MOST_BUSY_SECONDS) if seconds == seconds else BUSY_SECONDS
