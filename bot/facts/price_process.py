"""Starts and asks the process that speaks to exchanges (prices.py): ccxt costs 93 MB and 2.9 s to import, which the app must not pay."""
from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from itertools import count

from bot.facts.asking import NoAnswer

MOST_LINE = 4_000_000
_current: _Process | None = None


class _Process:
    """The running process; requests and answers are lines of JSON, matched by a number."""

    def __init__(self, process: asyncio.subprocess.Process, loop: asyncio.AbstractEventLoop) -> None:
        self.process, self.loop = process, loop
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future] = {}
        self._reader = loop.create_task(self._read())

    @property
    def usable(self) -> bool:
        return self.process.returncode is None and self.loop is asyncio.get_running_loop() and not self._reader.done()

    async def ask(self, request: Mapping) -> Mapping:
        number = next(self._numbers)
        self._waiting[number] = future = self.loop.create_future()
        try:
            self.process.stdin.write(json.dumps({**request, "number": number}).encode() + b"\n")
            await self.process.stdin.drain()
            return await future
        except (ConnectionError, RuntimeError) as error:
            raise NoAnswer(type(error).__name__) from None
        finally:
            self._waiting.pop(number, None)

    async def _read(self) -> None:
        try:
            while line := await self.process.stdout.readline():
                answer = json.loads(line)
                future = self._waiting.get(answer["number"])
                if future and not future.done():
                    future.set_result(answer["answer"])
        finally:
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(NoAnswer("the price process ended"))


async def quotes(exchanges: Sequence[Mapping[str, str]], pair: str | None) -> dict[str, dict[str, str]]:
    """{exchange id: {last, bid, ask, active}} of those that answered, all texts. Raises NoAnswer."""
    return dict(await (await _started()).ask({"what": "quotes", "exchanges": list(exchanges), "pair": pair}))


async def coin(exchange: Mapping[str, str], code: str, network: str) -> dict[str, str]:
    """{"deposit": "open" | "paused", "withdrawal": ...} as far as the exchange says. Raises NoAnswer."""
    return dict(await (await _started()).ask({"what": "coin", "exchange": dict(exchange), "coin": code, "network": network}))


async def warm() -> None:
    """Start the process before somebody waits for it."""
    await _started()


async def stop() -> None:
    """End the process."""
    global _current
    current, _current = _current, None
    if current and current.process.returncode is None:
        current.process.stdin.close()  # it ends by itself when nobody can ask any more, also if we are killed
        await current.process.wait()


async def _started() -> _Process:
    global _current
    if _current is None or not _current.usable:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.facts.prices", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, limit=MOST_LINE)
        if _current is None or not _current.usable:
            _current = _Process(process, asyncio.get_running_loop())
        else:  # somebody else was quicker
            process.stdin.close()
    return _current
