"""streams.idle_1000_mb and streams.idle_1000_cpu: what 1,000 open streams on which nothing happens cost the app. chats.wrong: whether 50 visitors who chat at once lose or repeat anything."""
from __future__ import annotations

import asyncio
import json
import os
import uuid
from collections import Counter
from pathlib import Path

import aiohttp

from bench.memory import rss_mb
from bench.texts import FIRST
from bot.commands.client import Address
from bot.stack import Stack

STREAMS = 1000
AT_ONCE = 25
WATCHED_SECONDS = 30.0
"""Two heartbeats of every stream."""
USERS = 50
TURNS_EACH = 6
SETTLED_SECONDS = 3.0


def measure(stack: Stack, address: Address) -> dict[str, float]:
    return asyncio.run(_measure(stack.app.pid, address))


async def _measure(pid: int, address: Address) -> dict[str, float]:
    timeout = aiohttp.ClientTimeout(total=None, sock_read=90)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as http:
        idle = await _idle(http, pid, address)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as http:
        return {**idle, **await _chats(http, address)}


async def _idle(http: aiohttp.ClientSession, pid: int, address: Address) -> dict[str, float]:
    """`cpu`: share of one core, in per cent."""
    room = asyncio.Semaphore(AT_ONCE)

    async def visitor() -> dict[str, str]:
        async with room, http.post(f"{address.url}/api/session", json={"language": "zh-Hans"}) as answer:
            return {"Authorization": f"Bearer {(await answer.json())['token']}"}

    async def stream(headers: dict[str, str]) -> aiohttp.ClientResponse:
        async with room:
            response = await http.get(f"{address.url}/api/stream", headers=headers)
            await response.content.readuntil(b"event: message")
            return response

    visitors = await asyncio.gather(*(visitor() for _ in range(STREAMS)))
    await asyncio.sleep(SETTLED_SECONDS)
    before = rss_mb(pid)
    streams = await asyncio.gather(*map(stream, visitors))
    await asyncio.sleep(SETTLED_SECONDS)
    ticks = _cpu_seconds(pid)
    await asyncio.sleep(WATCHED_SECONDS)
    used = _cpu_seconds(pid) - ticks
    figures = {"streams.idle_1000_mb": round(rss_mb(pid) - before, 1), "streams.idle_1000_cpu": round(100 * used / WATCHED_SECONDS, 1),
               "streams.idle_1000_open": sum(not response.content.at_eof() for response in streams)}
    for response in streams:
        response.close()
    return figures


async def _chats(http: aiohttp.ClientSession, address: Address) -> dict[str, float]:
    wrong = await asyncio.gather(*(_chat(http, address) for _ in range(USERS)))
    return {"chats.users": USERS, "chats.messages": USERS * TURNS_EACH, "chats.wrong": sum(wrong)}


async def _chat(http: aiohttp.ClientSession, address: Address) -> int:
    """Messages of one visitor that are missing, doubled, unanswered or out of order, in the log or on the stream; every message is sent twice, as after a lost answer."""
    async with http.post(f"{address.url}/api/session", json={"language": "zh-Hans"}) as answer:
        headers = {"Authorization": f"Bearer {(await answer.json())['token']}"}
    stream = await http.get(f"{address.url}/api/stream?after=0", headers=headers)
    seen: list[dict] = []
    reading = asyncio.create_task(_read(stream, seen))
    sent = []
    for number in range(TURNS_EACH):
        sent.append(uuid.uuid4().hex)
        for _ in range(2):
            async with http.post(f"{address.url}/api/messages", json={"client_id": sent[-1], "text": FIRST[number % len(FIRST)]}, headers=headers) as answer:
                answer.raise_for_status()
        while not any(each.get("reply_to") == _seq(seen, sent[-1]) for each in seen if each["author"] != "user"):
            await asyncio.sleep(0.01)
    await asyncio.sleep(SETTLED_SECONDS)
    reading.cancel()
    stream.close()
    async with http.get(f"{address.url}/api/messages?after=0", headers=headers) as answer:
        log = (await answer.json())["messages"]
    numbers = [each["seq"] for each in seen]
    times = Counter(each.get("client_id") for each in log)
    return (sum(times[each] != 1 for each in sent) + (numbers != sorted(set(numbers))) + (numbers != [each["seq"] for each in log])
            + (numbers != list(range(1, len(numbers) + 1))))


def _seq(seen: list[dict], client_id: str) -> int:
    return next((each["seq"] for each in seen if each.get("client_id") == client_id), -1)


async def _read(stream: aiohttp.ClientResponse, seen: list[dict]) -> None:
    async for raw in stream.content:
        if raw.startswith(b"data:"):
            event = json.loads(raw[5:])
            if "author" in event:
                seen.append(event)


def _cpu_seconds(pid: int) -> float:
    """What a process has used of the processor so far; 0 where the system has no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
