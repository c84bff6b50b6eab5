"""door.turn_ms and door.turns_per_s_50_users: from a visitor's POST to the reply on his stream, alone and with 50 at once."""
from __future__ import annotations

import asyncio
import json
import time
import uuid

import aiohttp

from bench.figures import keyed
from bench.texts import FIRST
from bot.commands.client import Address

USERS = 50
TURNS_EACH = 8
ALONE = 60


class StreamUser:
    """A visitor who reads his stream, as the page does."""

    def __init__(self, http: aiohttp.ClientSession, address: Address):
        self.http, self.address = http, address

    async def arrive(self) -> None:
        async with self.http.post(f"{self.address.url}/api/session", json={"language": "zh-Hans"}) as answer:
            self.headers = {"Authorization": f"Bearer {(await answer.json())['token']}"}
        self.stream = await self.http.get(f"{self.address.url}/api/stream?after=0", headers=self.headers)
        await self._read(lambda event: event["author"] == "bot")

    async def turn(self, text: str) -> float:
        """Milliseconds until the first reply to this message is on the stream."""
        client_id = uuid.uuid4().hex
        before = time.perf_counter()
        async with self.http.post(f"{self.address.url}/api/messages", json={"client_id": client_id, "text": text}, headers=self.headers) as answer:
            answer.raise_for_status()
            seq = (await answer.json())["seq"]
        await self._read(lambda event: event["author"] == "bot" and event.get("reply_to") == seq)
        return (time.perf_counter() - before) * 1000

    async def _read(self, wanted) -> None:
        async for raw in self.stream.content:
            if raw.startswith(b"data:"):
                event = json.loads(raw[5:])
                if "author" in event and wanted(event):
                    return


async def measure(address: Address) -> dict[str, float]:
    timeout = aiohttp.ClientTimeout(total=None, sock_read=60)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as http:
        one = StreamUser(http, address)
        await one.arrive()
        alone = [await one.turn(FIRST[number % len(FIRST)]) for number in range(ALONE)]
        users = [StreamUser(http, address) for _ in range(USERS)]
        await asyncio.gather(*(user.arrive() for user in users))
        before = time.perf_counter()
        await asyncio.gather(*(_talk(user) for user in users))
        seconds = time.perf_counter() - before
    return {**keyed("door.turn_ms", alone, p50=0.50, p99=0.99), "door.turns_per_s_50_users": round(USERS * TURNS_EACH / seconds, 1)}


async def _talk(user: StreamUser) -> None:
    for number in range(TURNS_EACH):
        await user.turn(FIRST[number % len(FIRST)])
