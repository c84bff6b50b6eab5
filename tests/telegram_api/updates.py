"""Updates for the bot: kept until they are acknowledged, given out by long polling or posted to a webhook with its secret."""
from __future__ import annotations

import asyncio
import contextlib
import random
from typing import Any

import aiohttp

from telegram_api.rules import ApiError

ALL_BUT = {"chat_member", "message_reaction", "message_reaction_count"}
"""Not sent unless asked for by name."""


class Updates:
    """The bot's queue. `webhook`: {"url", "secret", "allowed"} or None."""

    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] | None = None
        self.last_error = ""
        self.statuses: list[int] = []
        """What the webhook answered, oldest first."""
        self.conflicts = 0
        """Questions for updates that another one ended: two programs polled."""
        self.hosts: dict[str, str] = {}
        """Public address -> where it really is: what DNS, TLS and a proxy do outside a test."""
        self._next_id = random.randrange(10**8, 9 * 10**8)
        self.allowed: list[str] | None = None
        """What the last one who polled asked for."""
        self._poll: asyncio.Event | None = None
        self._news = asyncio.Event()
        self._posting: dict[Any, asyncio.Task] = {}

    def add(self, kind: str, content: dict[str, Any], queue: Any = None) -> int:
        """A new update; returns its id. `queue` keeps updates of one chat in order at the webhook. Only in the server's loop."""
        wanted = (self.webhook or {}).get("allowed") or self.allowed
        update = {"update_id": self._next_id, kind: content}
        self._next_id += 1
        if kind in wanted if wanted else kind not in ALL_BUT:
            self.waiting.append(update)
            self._news.set()
            if self.webhook:
                self._post_soon(queue)
        return update["update_id"]

    def replay(self, update: dict[str, Any]) -> None:
        """Gives an update out once more, as Telegram may."""
        self.waiting.insert(0, update)
        self._news.set()

    async def get(self, offset: int | None, limit: int, timeout: float, allowed: list[str] | None) -> list[dict]:
        if self.webhook:
            raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
        if allowed is not None:
            self.allowed = allowed
        if offset is not None and offset >= 0:
            self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        if self._poll:
            self._poll.set()
        mine = self._poll = asyncio.Event()
        end = asyncio.get_running_loop().time() + timeout
        try:
            while not self.waiting and asyncio.get_running_loop().time() < end and not mine.is_set():
                self._news.clear()
                waits = [asyncio.ensure_future(self._news.wait()), asyncio.ensure_future(mine.wait())]
                await asyncio.wait(waits, timeout=end - asyncio.get_running_loop().time(), return_when=asyncio.FIRST_COMPLETED)
                for wait in waits:
                    wait.cancel()
            if mine.is_set():
                self.conflicts += 1
                raise ApiError(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
            return self.waiting[:max(1, min(limit, 100))]
        finally:
            if self._poll is mine:
                self._poll = None

    # -- webhook ----------------------------------------------------------------------------------

    def set_webhook(self, url: str, secret: str, allowed: list[str] | None) -> None:
        self.webhook = {"url": url, "secret": secret, "allowed": allowed or self.allowed} if url else None
        if url:
            self._post_soon(None)

    def _post_soon(self, queue: Any) -> None:
        if queue not in self._posting:
            self._posting[queue] = asyncio.ensure_future(self._post_all(queue))

    async def _post_all(self, queue: Any) -> None:
        """One after the other within a chat; different chats go side by side."""
        try:
            async with aiohttp.ClientSession() as http:
                while self.webhook and (mine := [update for update in self.waiting if queue is None or chat_of(update) == queue]):
                    if await self.post(http, mine[0]) == 200:
                        with contextlib.suppress(ValueError):
                            self.waiting.remove(mine[0])
                    else:
                        await asyncio.sleep(0.3)
        finally:
            del self._posting[queue]

    async def post(self, http: aiohttp.ClientSession, update: dict, secret: str | None = None) -> int:
        """Posts one update; returns the status, 0 without an answer."""
        url = self.webhook["url"]
        for public, real in self.hosts.items():
            url = url.replace(public, real)
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook["secret"] if secret is None else secret}
        try:
            async with http.post(url, json=update, headers=headers, timeout=aiohttp.ClientTimeout(total=20)) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            status = 0
        self.last_error = "" if status == 200 else f"Wrong response from the webhook: {status}"
        self.statuses.append(status)
        return status


def chat_of(update: dict) -> Any:
    for content in update.values():
        if isinstance(content, dict):
            chat = content.get("chat") or (content.get("message") or {}).get("chat") or {}
            return chat.get("id")
    return None
