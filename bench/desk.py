"""desk.*: an agent's words to the visitor and back with 200 open conversations, and the console's first paint with 10,000 tickets."""
from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable

import aiohttp

from bench.figures import keyed, percentile
from bot.home import ROOT
from bot.stack import Stack

TICKETS, MESSAGES_EACH = 10_000, 10
OPEN, AGENTS = 200, 40
ROUNDS = 400
BESIDE_SECONDS = 0.2
"""Pause between the messages that the other conversations send meanwhile."""
PAINTS = 9


def seeded(stack: Stack, tickets: int, each: int, opened: int, agents: int) -> dict:
    """Fills the bot's database (bench/desk_data.py)."""
    done = subprocess.run([sys.executable, "-m", "bench.desk_data", *map(str, (tickets, each, opened, agents))], cwd=ROOT,
                          env={**stack.environment, "DJANGO_SETTINGS_MODULE": "bot.settings"}, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout)


def measure(stack: Stack) -> dict[str, float]:
    there = seeded(stack, TICKETS, MESSAGES_EACH, OPEN, AGENTS)
    return asyncio.run(_live(stack.url, there)) | _paint(stack.url, there["auditors"][0])


class Side:
    """A visitor or an agent with an open stream; `arrivals` maps a text to the moment it came."""

    def __init__(self, http: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> None:
        self.http, self.url, self.headers = http, url, headers
        self.waiting: dict[str, asyncio.Future] = {}

    async def listen(self, path: str) -> None:
        self.stream = await self.http.get(self.url + path, headers=self.headers)
        self.stream.raise_for_status()
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for raw in self.stream.content:
            if raw.startswith(b"data:"):
                text = json.loads(raw[5:]).get("text")
                if text in self.waiting:
                    self.waiting.pop(text).set_result(time.perf_counter())

    async def post(self, path: str, body: dict) -> None:
        async with self.http.post(self.url + path, json=body, headers=self.headers) as answer:
            answer.raise_for_status()


async def _live(url: str, there: dict) -> dict[str, float]:
    timeout = aiohttp.ClientTimeout(total=None, sock_read=120)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as http:
        visitors, agents = [], []
        for n, case in enumerate(there["open"]):
            visitor = Side(http, url, {"Authorization": f"Bearer {case['token']}"})
            await visitor.listen("/api/stream?after=0")
            visitors.append(visitor)
            if n < AGENTS:  # each agent has one conversation before his eyes
                agent = Side(http, url, {"Cookie": f"desk={there['agents'][n]}", "X-Desk": "1"})
                await agent.listen(f"/desk/api/stream?ticket={case['number']}&after=0")
                agents.append(agent)
        beside = asyncio.create_task(_beside(visitors[AGENTS:]))
        to_user, to_agent = [], []
        for n in range(ROUNDS):
            agent, visitor, case = agents[n % AGENTS], visitors[n % AGENTS], there["open"][n % AGENTS]
            to_user.append(await _crossing(lambda text, a=agent, c=case: a.post(f"/desk/api/tickets/{c['number']}/reply", {"client_id": uuid.uuid4().hex, "text": text}), visitor))
            to_agent.append(await _crossing(lambda text, v=visitor: v.post("/api/messages", {"client_id": uuid.uuid4().hex, "text": text}), agent))
        beside.cancel()
        for side in (*visitors, *agents):
            side.task.cancel()
            side.stream.close()
    return {**keyed("desk.agent_to_user_ms", to_user, p50=0.50, p99=0.99), **keyed("desk.user_to_agent_ms", to_agent, p50=0.50, p99=0.99)}


async def _crossing(send: Callable, reader: Side) -> float:
    """Milliseconds from sending a text to its arrival on the other side's stream."""
    text = f"测 {uuid.uuid4().hex}"
    arrived = reader.waiting[text] = asyncio.get_running_loop().create_future()
    before = time.perf_counter()
    await send(text)
    return (await asyncio.wait_for(arrived, 20) - before) * 1000


async def _beside(visitors: list[Side]) -> None:
    n = 0
    while True:
        await visitors[n % len(visitors)].post("/api/messages", {"client_id": uuid.uuid4().hex, "text": f"还在等 {n}"})
        n += 1
        await asyncio.sleep(BESIDE_SECONDS)


def _paint(url: str, cookie: str) -> dict[str, float]:
    """The console in a real browser: first contentful paint, and the moment the list of tickets is there. Nothing without a Chromium."""
    chromium = os.environ.get("BOT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        return {}
    from playwright.sync_api import sync_playwright

    first, rows = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_cookies([{"name": "desk", "value": cookie, "url": f"{url}/desk/"}])
        page = context.new_page()
        page.add_init_script("new MutationObserver((_, me) => { if (document.querySelector('#tickets button')) { window.rowsAt = performance.now(); me.disconnect(); } }).observe(document, {childList: true, subtree: true})")
        for n in range(PAINTS):
            page.goto(f"{url}/desk/?{n}")
            page.locator("#tickets button").first.wait_for()
            while not page.evaluate("performance.getEntriesByName('first-contentful-paint').length"):  # the page's policy forbids Playwright's own waiting
                time.sleep(0.01)
            first.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
            rows.append(page.evaluate("window.rowsAt"))
        browser.close()
    return {"desk.console_paint_ms": percentile(first, 0.5), "desk.console_rows_ms": percentile(rows, 0.5)}
