"""Talks to a running bot as a visitor does (public HTTP), and looks inside through the internal listener. For the bot command, benchmarks and tests."""
from __future__ import annotations

import asyncio
import os
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.commands import CommandError
from bot.home import Home

TURN_SECONDS = 30.0  # a turn that is not marked answered by then is reported as a time-out
POLL_SECONDS = 0.005


@dataclass(frozen=True)
class Address:
    """Where a bot is: its public and internal base URL, and the secret for the internal one."""

    url: str
    internal_url: str
    secret: str
    operator: tuple[str, str] | None = None
    """Name and password of the first operator; known for a bot that a command started itself."""

    @classmethod
    def of(cls, url: str) -> Address:
        """A bot that runs already. Its internal listener is BOT_INTERNAL_URL, or the next port on the same host."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CommandError(f"--url must be an address like http://127.0.0.1:8000, not {url!r}.")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        internal = os.environ.get("BOT_INTERNAL_URL") or f"http://{parts.hostname}:{os.environ.get('BOT_INTERNAL_PORT') or port + 1}"
        return cls(url.rstrip("/"), internal, Home.from_environment().secrets()["ENGINE_SECRET"])


@dataclass
class Visitor:
    """One fresh user with one conversation."""

    http: aiohttp.ClientSession
    address: Address
    token: str = ""
    conversation: str = ""
    seen: int = 0
    offered: dict[str, str] = field(default_factory=dict)  # title -> payload, the newest wins

    async def arrive(self, language: str | None = None, **more: Any) -> list[dict[str, Any]]:
        """Opens the conversation and returns the first messages. `more`: further keys of POST /api/session, such as `identity`."""
        answer = await self._json("POST", "/api/session", json=({"language": language} if language else {}) | more)
        self.token, self.conversation = answer["token"], answer["conversation"]
        return await self.news()

    async def send(self, **body: Any) -> int:
        """Sends {text} or {payload}, with a client_id of its own where none is given; returns its seq. Raises Refused."""
        answer = await self._json("POST", "/api/messages", json={"client_id": uuid.uuid4().hex, **body})
        return answer["seq"]

    async def upload(self, path: Path) -> int:
        form = aiohttp.FormData()
        form.add_field("client_id", uuid.uuid4().hex)
        form.add_field("file", path.read_bytes(), filename=path.name)
        return (await self._json("POST", "/api/files", data=form))["seq"]

    async def news(self) -> list[dict[str, Any]]:
        """Messages that came since the last call, any author."""
        events = []
        while True:
            page = (await self._json("GET", f"/api/messages?after={self.seen}"))["messages"]
            if not page:
                break
            events += page
            self.seen = page[-1]["seq"]
        for event in events:
            if event["author"] != "user":
                self.offered |= {button["title"]: button["payload"] for button in event.get("buttons") or []}
        return events

    async def trace(self, seq: int) -> dict[str, Any]:
        """What the app knows of a message: intent, decision, flow, step, owner, ticket, answered."""
        return await self._inside("GET", f"/trace/{self.conversation}?seq={seq}")

    async def agent_says(self, text: str) -> int:
        return (await self._inside("POST", f"/agent/{self.conversation}", json={"text": text}))["seq"]

    async def answered(self, seq: int) -> dict[str, Any]:
        """Waits for the end of the turn; `timeout` is true in the result where it did not come in time."""
        until = time.monotonic() + TURN_SECONDS
        while True:
            trace = await self.trace(seq)
            if trace["answered"]:
                return {**trace, "timeout": False}
            if time.monotonic() > until:
                return {**trace, "timeout": True}
            await asyncio.sleep(POLL_SECONDS)

    async def _json(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        async with self.http.request(method, self.address.url + path, headers=headers, **options) as answer:
            if answer.status >= 400:
                raise Refused(answer.status, await answer.text())
            return await answer.json()

    async def _inside(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        headers = {"X-Engine-Secret": self.address.secret}
        async with self.http.request(method, self.address.internal_url + path, headers=headers, **options) as answer:
            if answer.status >= 400:
                raise CommandError(f"the internal listener {self.address.internal_url} answered {answer.status}; is BOT_HOME the running bot's?", 1)
            return await answer.json()


class Refused(Exception):
    """The bot did not take a message: HTTP status and body."""

    def __init__(self, status: int, body: str):
        super().__init__(f"{status}")
        self.status = status
        self.body = body
