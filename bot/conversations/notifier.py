"""Tells every process of the site that something happened in a conversation. A hint only: whoever misses it finds it in the log within a second."""
from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol

from bot.config import Config

logger = logging.getLogger(__name__)
CHANNEL = "bot_conversations"
RETRY_SECONDS = 2.0


@dataclass(frozen=True)
class Note:
    """What happened where. Carries no text of anybody's."""

    conversation_id: int
    kind: str
    """log (there are new messages), state (owner, language, ticket), typing_on and typing_off (bot or agent), user_typing_on and user_typing_off,
    ended (who follows it must show his token again: it may belong to somebody else now); telegram (conversation 0: an update waits in the inbox)."""


Listener = Callable[[Note], None]


class Notifier(Protocol):
    """One per process; `listener` is called in the event loop for every note, this process's own included."""

    async def start(self, listener: Listener) -> None: ...

    async def stop(self) -> None: ...

    def publish(self, note: Note) -> None:
        """Never waits and never raises: a note that is lost costs at most a second."""


def for_config(config: Config) -> Notifier:
    """The notifier that the environment asks for."""
    if config.notifier == "redis":
        return RedisNotifier(config.redis_url.get_secret_value())
    if config.notifier == "postgresql":
        return PostgresNotifier(config.database_url.get_secret_value())
    return LocalNotifier()


class LocalNotifier:
    """For one process: a function call."""

    def __init__(self) -> None:
        self._listener: Listener = lambda note: None

    async def start(self, listener: Listener) -> None:
        self._listener = listener

    async def stop(self) -> None:
        self._listener = lambda note: None

    def publish(self, note: Note) -> None:
        self._listener(note)


class _RemoteNotifier(ABC):
    """What the two that cross processes share: a queue to send from, and reconnecting when the server was away."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._outgoing: asyncio.Queue[Note] = asyncio.Queue(maxsize=10_000)
        self._tasks: list[asyncio.Task] = []
        self._listener: Listener = lambda note: None

    async def start(self, listener: Listener) -> None:
        self._listener = listener
        self._tasks = [asyncio.create_task(self._forever(self._send)), asyncio.create_task(self._forever(self._receive))]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def publish(self, note: Note) -> None:
        # This process need not wait for the round trip; hearing the note a second time is harmless.
        self._listener(note)
        with contextlib.suppress(asyncio.QueueFull):
            self._outgoing.put_nowait(note)

    async def _forever(self, work: Callable) -> None:
        while True:
            try:
                await work()
            except Exception as error:
                logger.warning("notifier: connecting again in %.0f s", RETRY_SECONDS, extra={"error": type(error).__name__})
            await asyncio.sleep(RETRY_SECONDS)

    def _heard(self, body: str | bytes) -> None:
        try:
            note = Note(**json.loads(body))
        except (ValueError, TypeError):
            logger.warning("notifier: a note that cannot be read was left out")
            return
        self._listener(note)

    @abstractmethod
    async def _send(self) -> None: ...

    @abstractmethod
    async def _receive(self) -> None: ...


class PostgresNotifier(_RemoteNotifier):
    """LISTEN/NOTIFY on the database that is there anyway."""

    async def _send(self) -> None:
        import psycopg
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
            while True:
                note = await self._outgoing.get()
                await connection.execute("select pg_notify(%s, %s)", (CHANNEL, json.dumps(asdict(note))))

    async def _receive(self) -> None:
        import psycopg
        async with await psycopg.AsyncConnection.connect(self._url, autocommit=True) as connection:
            await connection.execute(f"listen {CHANNEL}")
            async for notice in connection.notifies():
                self._heard(notice.payload)


class RedisNotifier(_RemoteNotifier):
    """Redis pub/sub, for more processes than PostgreSQL should have listeners."""

    async def _send(self) -> None:
        from redis.asyncio import Redis
        async with Redis.from_url(self._url) as client:
            while True:
                note = await self._outgoing.get()
                await client.publish(CHANNEL, json.dumps(asdict(note)))

    async def _receive(self) -> None:
        from redis.asyncio import Redis
        async with Redis.from_url(self._url) as client, client.pubsub() as channel:
            await channel.subscribe(CHANNEL)
            async for message in channel.listen():
                if message["type"] == "message":
                    self._heard(message["data"])
