"""A site in this process: the real runner, hub, actions and database, and a stand-in for the engine over real HTTP."""
from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import socket
import uuid
from pathlib import Path

import pytest
import uvicorn
from aiohttp import web


def _stub():
    spec = importlib.util.spec_from_file_location("engine_stub", Path(__file__).parent / "engine_stub.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Listener(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self):
        yield


class Site:
    """What a test talks to. Times out rather than waits for ever."""

    def __init__(self, running, engine) -> None:
        self.running, self.engine = running, engine

    async def visitor(self, language: str = "zh-Hans", timezone: str | None = None):
        from bot.conversations import opening
        from bot.conversations.database import run

        return await run(opening.open_conversation, "web", uuid.uuid4().hex, language, timezone)

    async def send(self, conversation, text=None, client_id=None, **more):
        """Sends and waits until nothing is being worked on."""
        accepted = await self.post(conversation, text, client_id, **more)
        await self.settled()
        return accepted

    async def post(self, conversation, text=None, client_id=None, **more):
        from bot.conversations.inbound import receive
        from bot.conversations.log import Inbound

        return await receive(Inbound(conversation.pk, client_id or uuid.uuid4().hex, text=text, **more))

    async def settled(self) -> None:
        await asyncio.wait_for(self.running.runner.idle(), 20)

    async def messages(self, conversation) -> list[dict]:
        from bot.conversations import log
        from bot.conversations.database import run

        return await run(log.events_after, conversation.pk, 0)

    async def said(self, conversation) -> list[str]:
        """What was said to the visitor."""
        return [each["text"] for each in await self.messages(conversation) if each["author"] != "user"]

    async def fresh(self, conversation):
        from bot.conversations.database import run

        await run(conversation.refresh_from_db)
        return conversation

    async def tickets(self, conversation) -> list:
        from bot.conversations.database import run

        return await run(lambda: list(conversation.tickets.order_by("pk")))


@pytest.fixture
def site(database):
    """Runs `async def scenario(site)` against a running site: site(scenario)."""
    def go(scenario):
        return asyncio.run(_with_site(scenario))
    return go


async def _with_site(scenario):
    from bot.config import config
    from bot.conversations import runtime
    from bot.conversations.answering import Answering
    from bot.conversations.engine import EngineClient
    from bot.conversations.turns import TurnRunner
    from bot.internal import internal_application

    secret = config().engine_secret.get_secret_value()
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    internal = Listener(uvicorn.Config(internal_application, lifespan="off", log_config=None, access_log=False))
    serving = asyncio.create_task(internal.serve(sockets=[listening]))
    engine = _stub().StubEngine(f"http://127.0.0.1:{listening.getsockname()[1]}/webhook", secret)
    runner = web.AppRunner(engine.application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    running = await runtime.start(sweeps=False)
    await running.engine.close()
    running.engine = EngineClient(url, secret)
    running.runner = TurnRunner(Answering(running.engine), running.notifier)
    try:
        return await asyncio.wait_for(scenario(Site(running, engine)), 60)
    finally:
        await runtime.stop()
        await runner.cleanup()
        internal.should_exit = True
        await serving
