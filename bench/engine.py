"""parse_ms and engine.turn_ms: how long the engine takes, alone, over its own HTTP."""
from __future__ import annotations

import time

import aiohttp

from bench.figures import keyed, percentile
from bench.texts import FIRST, LONG
from bot.commands.client import Address, Visitor

ROUNDS = 20
LONG_TURNS = 210  # turn 5 and turn 200 are compared: a turn must not grow with the conversation
AROUND = 5  # turns on each side of those two that are counted with them


async def measure(engine_url: str, address: Address) -> dict[str, float]:
    async with aiohttp.ClientSession(headers={"X-Engine-Secret": address.secret}) as http:
        parse = [ms for _ in range(ROUNDS) for text in FIRST for ms in [await _parse(http, engine_url, text)]]
    async with aiohttp.ClientSession() as http:
        turns, long = [], []
        for _ in range(3):
            for text in FIRST:
                visitor = Visitor(http, address)
                await visitor.arrive("zh-Hans")
                turns.append(await _turn(visitor, text))
        visitor = Visitor(http, address)
        await visitor.arrive("zh-Hans")
        for number in range(LONG_TURNS):
            long.append(await _turn(visitor, LONG[number % len(LONG)]))
    return {
        **keyed("parse_ms", parse, p50=0.50, p95=0.95),
        **keyed("engine.turn_ms", turns, p50=0.50, p99=0.99),
        "engine.turn_ms.p50_turn5": percentile(long[:5 + AROUND], 0.50),
        "engine.turn_ms.p50_turn200": percentile(long[200 - AROUND:200 + AROUND], 0.50),
    }


async def _parse(http: aiohttp.ClientSession, engine_url: str, text: str) -> float:
    before = time.perf_counter()
    async with http.post(f"{engine_url}/webhooks/engine/parse", json={"text": text, "language": "zh-Hans"}) as answer:
        answer.raise_for_status()
        await answer.read()
    return (time.perf_counter() - before) * 1000


async def _turn(visitor: Visitor, text: str) -> float:
    """Milliseconds from taking the message up to its commit, as the app records them."""
    return (await visitor.answered(await visitor.send(text=text)))["ms"]
