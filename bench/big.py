"""desk.queue_ms.p95 and desk.search_ms.p95: the console's lists over HTTP with 100,000 tickets and a million messages on PostgreSQL.

    python -m bench.big        # postgresql://postgres@127.0.0.1:5432 unless BENCH_DATABASE_URL says otherwise; takes some minutes
"""
from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import psycopg

from bench.desk import seeded
from bench.desk_words import SEARCHES
from bench.figures import keyed
from bot.commands.run import prepare
from bot.home import Home
from bot.stack import Ports, Stack

TICKETS, MESSAGES_EACH = 100_000, 10
REQUESTS = 300
SERVER = os.environ.get("BENCH_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432")


def main() -> int:
    name = f"bench_{os.getpid()}"
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        server.execute(f"create database {name}")
        try:
            figures = _measure(f"{SERVER}/{name}")
        finally:
            server.execute(f"drop database {name} with (force)")
    print(json.dumps(figures, indent=1, sort_keys=True))
    return 0


def _measure(database: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Home(Path(folder))
        home.make()
        stack = Stack(home, Ports.free(), Path("unused"), {"BOT_RATE_LIMITS": "off", "DATABASE_URL": database, "REDIS_URL": ""})
        try:
            prepare(stack)
            before = time.monotonic()
            there = seeded(stack, TICKETS, MESSAGES_EACH, 0, 1)
            print(f"big: {TICKETS} tickets, {TICKETS * MESSAGES_EACH} messages in {time.monotonic() - before:.0f} s", file=sys.stderr, flush=True)
            stack.start_app()
            _wait(stack)
            return asyncio.run(_lists(stack.url, there["agents"][0]))
        finally:
            stack.stop()


def _wait(stack: Stack) -> None:
    import urllib.request

    for _ in range(300):
        try:
            urllib.request.urlopen(f"{stack.url}/healthz", timeout=1)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the app did not start")


async def _lists(url: str, cookie: str) -> dict[str, float]:
    dice = random.Random(3)
    queues = ["", "deposits", "withdrawals", "trading", "kyc", "account", "security"]
    async with aiohttp.ClientSession(headers={"Cookie": f"desk={cookie}"}, cookie_jar=aiohttp.DummyCookieJar()) as http:
        async def timed(**query: str) -> float:
            before = time.perf_counter()
            async with http.get(f"{url}/desk/api/tickets?{urlencode(query)}") as answer:
                answer.raise_for_status()
                await answer.read()
            return (time.perf_counter() - before) * 1000

        async with http.get(f"{url}/desk/api/tickets?view=all&queue=deposits") as answer:
            some = (await answer.json())["tickets"]
        numbers = [row["number"] for row in some]
        for _ in range(20):
            await timed(view="all")
        lists = [await timed(view=dice.choice(("unassigned", "all", "closed", "mine")), queue=dice.choice(queues), priority=dice.choice(("", "", "urgent", "high"))) for _ in range(REQUESTS)]
        searches: dict[str, list[float]] = {}
        for _ in range(REQUESTS // len(SEARCHES)):
            for kind, words in SEARCHES.items():
                query = dice.choice(words) if words else dice.choice(numbers)[: dice.randint(7, 12)]
                searches.setdefault(kind, []).append(await timed(view="all", q=query))
    for kind, times in searches.items():
        print(f"big: search {kind}: {keyed('ms', times, p50=0.5, p95=0.95)}", file=sys.stderr)
    every = [ms for times in searches.values() for ms in times]
    return {**keyed("desk.queue_ms", lists, p50=0.50, p95=0.95), **keyed("desk.search_ms", every, p50=0.50, p95=0.95)}


if __name__ == "__main__":
    sys.exit(main())
