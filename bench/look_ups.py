"""What looking up costs: a kept answer, reading references, and whether a hundred dead servers slow another conversation.

`beside_dead` measures one visitor's turns while others keep asking for transfers on a chain with a hundred servers that take the
connection and never answer; `without` the same visitor's turns while the others say as much, and nobody is asked.
"""
from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bench.door import StreamUser
from bench.figures import keyed
from bench.texts import FIRST
from bot.commands.client import Address
from bot.commands.own_stack import own_stack
from bot.facts import registry
from bot.facts.sources import read
from bot.references import find as references

ROUNDS = 200
TURNS = 60
OTHERS = 5
SERVERS = 100


def measure() -> dict[str, float]:
    figures = keyed("references_us", list(_references()), p50=0.50) | keyed("check_cached_ms", asyncio.run(_kept()), p50=0.50)
    for name, dead in (("without", False), ("beside_dead", True)):
        with _deployment(dead), own_stack() as address:
            figures |= keyed(f"look_ups.{name}_ms", asyncio.run(_beside(address)), p50=0.50, p95=0.95)
    return figures


def _references() -> Iterator[float]:
    for text in FIRST * 20:
        before = time.perf_counter()
        references(text)
        yield (time.perf_counter() - before) * 1_000_000


async def _kept() -> list[float]:
    """Milliseconds until a check whose answer is kept has answered."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "status.yml"
        page.write_text("state: incident\ntitle: a\nid: b\n", "utf-8")
        tools = registry.Tools(lambda: datetime.now(UTC), read({}, {"status": {"file": str(page)}}))
        await registry.find("service_status", {}, tools)
        times = []
        for _ in range(ROUNDS):
            before = time.perf_counter()
            registry.run("service_status", {}, tools)
            times.append((time.perf_counter() - before) * 1000)
        return times


@contextlib.contextmanager
def _deployment(dead: bool) -> Iterator[None]:
    """A deployment whose chain has SERVERS silent servers, or none."""
    sockets = [socket.socket() for _ in range(SERVERS if dead else 0)]
    for sock in sockets:
        sock.bind(("127.0.0.1", 0))
        sock.listen(512)
    endpoints = ", ".join(f'"http://127.0.0.1:{sock.getsockname()[1]}"' for sock in sockets)
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "exchange.yml"
        own.write_text(f'sources: {{chains: {{BTC: {{kind: esplora, block_seconds: "600", endpoints: [{endpoints}]}}}}}}\n', "utf-8")
        before = os.environ.get("BOT_EXCHANGE_FILE")
        os.environ["BOT_EXCHANGE_FILE"] = str(own)
        try:
            yield
        finally:
            os.environ.pop("BOT_EXCHANGE_FILE")
            if before is not None:
                os.environ["BOT_EXCHANGE_FILE"] = before
            for sock in sockets:
                sock.close()


async def _beside(address: Address) -> list[float]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None, sock_read=60)) as http:
        one = StreamUser(http, address)
        await one.arrive()
        others = [asyncio.create_task(_asks_on(http, address, number)) for number in range(OTHERS)]
        await asyncio.sleep(1)
        times = [await one.turn(FIRST[number % len(FIRST)]) for number in range(TURNS)]
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        return times


async def _asks_on(http: aiohttp.ClientSession, address: Address, number: int) -> None:
    """A visitor after another who asks for a transfer nobody answers about."""
    asked = 0
    while True:
        user = StreamUser(http, address)
        await user.arrive()
        asked += 1
        await user.turn(f"BTC 充值没到账，链上已确认，交易哈希 {number * 100_000 + asked:064x}")
        await asyncio.sleep(1)
        user.stream.close()


if __name__ == "__main__":
    print(measure())
