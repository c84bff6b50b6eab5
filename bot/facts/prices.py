"""The process behind price_process.py: reads requests as lines of JSON, asks exchanges through ccxt, writes answers. It ends with its input."""
from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import ccxt.async_support as ccxt

TIMEOUT_MS = 1800
_exchanges: dict[tuple, ccxt.Exchange] = {}


def _exchange(given: Mapping[str, str]) -> ccxt.Exchange:
    key = tuple(sorted(given.items()))
    if key not in _exchanges:
        made = getattr(ccxt, given["id"])({"enableRateLimit": True, "timeout": TIMEOUT_MS})
        if given.get("url"):
            made.urls["api"] = _moved(made.urls["api"], given["url"].rstrip("/"))
            made.hostname = urlsplit(given["url"]).netloc
        _exchanges[key] = made
    return _exchanges[key]


def _moved(urls: Any, base: str) -> Any:
    """The same paths on another server."""
    if isinstance(urls, Mapping):
        return {name: _moved(url, base) for name, url in urls.items()}
    return base + urlsplit(urls.replace("{hostname}", "host")).path if isinstance(urls, str) else urls


async def _quote(given: Mapping[str, str], pair: str) -> dict[str, str]:
    exchange = _exchange(given)
    await exchange.load_markets()
    market = exchange.markets.get(pair)
    if market is None:
        return {}
    if market.get("active") is False:
        return {"active": "no"}
    ticker = await exchange.fetch_ticker(pair)
    return {name: str(ticker[name]) for name in ("last", "bid", "ask") if ticker.get(name)}


async def _coin(given: Mapping[str, str], code: str, network: str) -> dict[str, str]:
    known = (await _exchange(given).fetch_currencies() or {}).get(code) or {}
    one = next((row for name, row in (known.get("networks") or {}).items() if network and network in (name, row.get("id"), row.get("network"))), known)
    states = {"deposit": one.get("deposit"), "withdrawal": one.get("withdraw")}
    return {name: "open" if state else "paused" for name, state in states.items() if state is not None}


async def _answer(request: Mapping) -> dict:
    if request["what"] == "coin":
        return await _tried(_coin(request["exchange"], request["coin"], request["network"]))
    answers = await asyncio.gather(*(_tried(_quote(given, request["pair"])) for given in request["exchanges"]))
    return {given["id"]: answer for given, answer in zip(request["exchanges"], answers, strict=True) if answer}


async def _tried(asked: Any) -> dict:
    try:
        return await asyncio.wait_for(asked, TIMEOUT_MS / 1000 + 0.4)
    except Exception:  # an exchange that does not answer is left out
        return {}


async def _served(line: bytes) -> None:
    request = json.loads(line)
    answer = await _answer(request)
    sys.stdout.write(json.dumps({"number": request["number"], "answer": answer}) + "\n")
    sys.stdout.flush()


async def main() -> None:
    """Serve until the input ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=4_000_000)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    running = set()
    while line := await reader.readline():
        task = asyncio.create_task(_served(line))
        running.add(task)
        task.add_done_callback(running.discard)
    for exchange in _exchanges.values():
        await exchange.close()


if __name__ == "__main__":
    asyncio.run(main())
