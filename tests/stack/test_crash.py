"""The whole stack with Rasa, killed in the middle of a turn: afterwards one answer, one ticket, nothing lost, and no secret on the disk."""
from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.commands.client import Address, Visitor
from bot.commands.run import prepare
from bot.commands.train import train
from bot.home import Home
from bot.stack import Ports, Stack

PATIENCE_SECONDS = 60
SECRETS = ("Qwe!2023abc", "legal winner thank year wave sausage worth useful legal winner thank yellow", "493817",
           "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    model = train(Home.from_environment())
    home = Home(tmp_path_factory.mktemp("crash"))
    home.make()
    stack = Stack(home, Ports.free(), model, {"BOT_RATE_LIMITS": "off", "DATABASE_URL": "", "REDIS_URL": "", "BOT_TESTING": "1"})
    try:
        stack.start_engine()
        prepare(stack)
        stack.start_app()
        stack.wait_ready()
        yield stack
    finally:
        stack.stop()


def restart_app(stack: Stack, fault: str = "") -> None:
    stack.app.kill()
    stack.app.wait()
    stack.extra["BOT_FAULT"] = fault
    stack.start_app()
    stack.wait_ready()


def address(stack: Stack) -> Address:
    return Address(stack.url, stack.internal_url, stack.home.secrets()["ENGINE_SECRET"])


def client() -> aiohttp.ClientSession:
    # No kept connections: one to a process that was killed would fail the next request, and hide what is tested.
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))


async def whole_log(visitor: Visitor) -> list[dict]:
    return (await visitor._json("GET", "/api/messages?after=0"))["messages"]


async def begin(http: aiohttp.ClientSession, stack: Stack) -> Visitor:
    visitor = Visitor(http, address(stack))
    await visitor.arrive("zh-Hans")
    await visitor.answered(await visitor.send(text="充值没到账"))
    return visitor


async def until_answered(visitor: Visitor, seq: int) -> dict:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(aiohttp.ClientError):
            trace = await visitor.trace(seq)
            if trace["answered"]:
                return trace
        await asyncio.sleep(0.1)
    raise AssertionError(f"message {seq} was never answered")


@pytest.mark.parametrize("point", ["before_engine", "after_action", "after_engine"])
def test_the_app_killed_in_a_hand_off_answers_once_with_one_ticket(stack: Stack, point: str) -> None:
    async def talk() -> tuple[list[dict], dict, int]:
        async with client() as http:
            visitor = await begin(http, stack)
            restart_app(stack, fault=point)
            with contextlib.suppress(aiohttp.ClientError):  # it may die before it has answered the request, too
                await visitor.send(text="转人工", client_id="hand-off")
            stack.app.wait(PATIENCE_SECONDS)  # it killed itself at the fault
            restart_app(stack)
            seq = await visitor.send(text="转人工", client_id="hand-off")  # as the page does until it is told that it arrived
            trace = await until_answered(visitor, seq)
            return await whole_log(visitor), trace, seq

    messages, trace, seq = asyncio.run(talk())
    number = trace["ticket"]["number"]
    assert [message["reply_to"] for message in messages if number in message["text"]] == [seq]
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))


def test_the_engine_killed_in_a_turn_is_told_once_and_the_message_is_answered_when_it_is_back(stack: Stack) -> None:
    async def talk() -> tuple[list[dict], list[int]]:
        async with client() as http:
            visitor = await begin(http, stack)
            stack.engine.kill()
            stack.engine.wait()
            sent = [await visitor.send(text="对方显示已完成"), await visitor.send(text="忘记密码了")]
            await asyncio.sleep(1)
            stack.start_engine()
            for seq in sent:
                await until_answered(visitor, seq)
            return await whole_log(visitor), sent

    messages, sent = asyncio.run(talk())
    assert [message["text"] for message in messages if message["author"] == "user"][-2:] == ["对方显示已完成", "忘记密码了"]
    answered = [message["reply_to"] for message in messages if message.get("reply_to") in sent]
    assert set(answered) == set(sent)
    assert answered == sorted(answered)
    outage = [message for message in messages if message["author"] == "bot" and any(button["payload"] == "/human_agent" for button in message.get("buttons") or [])
              and message.get("reply_to") == sent[0]]
    assert len(outage) == 1


def test_while_the_engine_is_away_a_ticket_can_be_left(stack: Stack) -> None:
    async def talk() -> dict:
        async with client() as http:
            visitor = await begin(http, stack)
            stack.engine.kill()
            stack.engine.wait()
            try:
                await visitor.send(text="对方显示已完成，还是没到")
                return await until_answered(visitor, await visitor.send(payload="/human_agent"))
            finally:
                stack.start_engine()
                stack.wait_ready()

    assert asyncio.run(talk())["ticket"]["state"] == "open"


def test_no_secret_anybody_typed_is_in_any_file(stack: Stack) -> None:
    async def talk() -> None:
        async with client() as http:
            visitor = await begin(http, stack)
            for text in (f"密码是 {SECRETS[0]}", f"我的助记词是 {SECRETS[1]}", f"验证码 {SECRETS[2]} 收到了但是登录不了", f"私钥 {SECRETS[3]} 导入不了", "转人工"):
                await until_answered(visitor, await visitor.send(text=text))

    asyncio.run(talk())
    found = [(path.name, secret) for path in Path(stack.home.path).rglob("*") if path.is_file() for secret in SECRETS if secret.encode() in path.read_bytes()]
    assert found == []
