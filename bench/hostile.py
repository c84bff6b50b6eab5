"""hostile_ms: how long a bot needs for the texts of bench.texts.HOSTILE, at each place that sees them.

`parse`: the engine's understanding over its HTTP, of the whole text. `refusal`: a visitor's POST of the whole text, which is too long, up
to the answer that says so. `guard` and `door`: the first 4,000 characters, as many as are taken: masking secrets, and a visitor's POST up
to the commit of the answer.
"""
from __future__ import annotations

import asyncio
import json
import sys
import time

import aiohttp

from bench.figures import percentile
from bench.texts import FIRST, HOSTILE
from bot.commands.client import Address, Refused, Visitor
from bot.safety.guard import guard

ROUNDS = 3
DOOR_CHARACTERS = 4_000


async def measure(engine_url: str, address: Address) -> dict[str, float]:
    """The slowest text at each place, in milliseconds, each by the median of ROUNDS; names them on stderr."""
    times: dict[str, dict[str, float]] = {"parse": {}, "guard": {}, "door": {}, "refusal": {}}
    async with aiohttp.ClientSession(headers={"X-Engine-Secret": address.secret}) as http:
        for text in FIRST:
            await _parse(http, engine_url, text)
        for kind, text in HOSTILE.items():
            times["parse"][kind] = percentile([await _parse(http, engine_url, text) for _ in range(ROUNDS)], 0.5)
            times["guard"][kind] = percentile([_guard(text[:DOOR_CHARACTERS]) for _ in range(ROUNDS)], 0.5)
    async with aiohttp.ClientSession() as http:
        for kind, text in HOSTILE.items():
            times["door"][kind] = percentile([await _say(http, address, text[:DOOR_CHARACTERS]) for _ in range(ROUNDS)], 0.5)
            times["refusal"][kind] = percentile([await _say(http, address, text) for _ in range(ROUNDS)], 0.5)
    figures = {}
    for place, by_kind in times.items():
        slowest = max(by_kind, key=by_kind.get)
        print(f"bench: hostile, {place}: slowest is {slowest!r}", file=sys.stderr)
        figures |= {f"hostile_ms.{place}_p50": percentile(list(by_kind.values()), 0.5), f"hostile_ms.{place}_max": by_kind[slowest]}
    return figures


async def _parse(http: aiohttp.ClientSession, engine_url: str, text: str) -> float:
    body = json.dumps({"text": text, "language": "zh-Hans"}).encode()  # escaped: a lone surrogate has no UTF-8
    before = time.perf_counter()
    async with http.post(f"{engine_url}/webhooks/engine/parse", data=body, headers={"Content-Type": "application/json"}) as answer:
        answer.raise_for_status()
        await answer.read()
    return (time.perf_counter() - before) * 1000


def _guard(text: str) -> float:
    before = time.perf_counter()
    guard(text)
    return (time.perf_counter() - before) * 1000


async def _say(http: aiohttp.ClientSession, address: Address, text: str) -> float:
    """Milliseconds until the answer to a fresh visitor's message is committed, or the message refused."""
    visitor = Visitor(http, address)
    await visitor.arrive("zh-Hans")
    before = time.perf_counter()
    try:
        seq = await visitor.send(text=text)
    except Refused:
        return (time.perf_counter() - before) * 1000
    while not (await visitor.trace(seq))["answered"]:
        await asyncio.sleep(0.002)
    return (time.perf_counter() - before) * 1000
