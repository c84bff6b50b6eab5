"""The engine over HTTP, as the app calls it: a real Sanic server on the loopback interface."""
from __future__ import annotations

import asyncio
import logging
import socket

import aiohttp
import pytest
from rasa.core.run import configure_app
from rasa.shared.exceptions import RasaException

from bot.engine.channel import EngineInput

SECRET = "0123456789abcdef-test"


class Server:
    """Talks to one server; `call` opens, asks and closes."""

    def __init__(self, port, app, channel):
        self.base, self.app, self.channel = f"http://127.0.0.1:{port}/webhooks/engine/", app, channel

    async def call(self, method, path, secret=SECRET, **kwargs):
        headers = {"X-Engine-Secret": secret} if secret else {}
        async with aiohttp.ClientSession(headers=headers) as session, session.request(method, self.base + path, **kwargs) as answer:
            return answer.status, await answer.json()


@pytest.fixture
def serve(agent, monkeypatch):
    """`serve(script, model=True)`: runs `await script(server)` against a started server."""
    monkeypatch.setenv("BOT_ENGINE_SECRET", SECRET)
    monkeypatch.setattr("sanic.Sanic.test_mode", True)

    def run(script, with_model=True):
        async def main():
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            channel = EngineInput.from_credentials({})
            app = configure_app([channel], enable_api=False, use_uvloop=False)
            if with_model:
                app.ctx.agent = agent
            server = await app.create_server("127.0.0.1", port, return_asyncio_server=True)
            await server.startup()
            await server.after_start()
            try:
                return await script(Server(port, app, channel))
            finally:
                server.close()
                await server.wait_closed()
        return asyncio.run(main())
    return run


def test_nothing_is_answered_without_the_secret(serve):
    async def script(server):
        for secret in (None, "", "wrong", SECRET + "x"):
            for method, path in (("GET", "ready"), ("POST", "turn"), ("POST", "parse")):
                status, body = await server.call(method, path, secret=secret, json={"turn": "t", "text": "hi"} if method == "POST" else None)
                assert (status, body) == (403, {"error": "forbidden"})
    serve(script)


def test_without_a_secret_in_the_environment_the_channel_does_not_start(monkeypatch):
    monkeypatch.delenv("BOT_ENGINE_SECRET", raising=False)
    with pytest.raises(RasaException, match="BOT_ENGINE_SECRET is not set"):
        EngineInput.from_credentials({})


def test_ready_names_the_model_once_it_is_warm(serve, agent):
    async def script(server):
        assert await server.call("GET", "ready") == (200, {"model": agent.model_name, "fingerprint": agent.model_id})
        server.channel._warm = False
        assert (await server.call("GET", "ready"))[0] == 503
    serve(script)


def test_without_a_model_it_is_not_ready_and_serves_nothing(serve):
    async def script(server):
        assert (await server.call("GET", "ready"))[0] == 503
        assert (await server.call("POST", "turn", json={"turn": "t", "text": "hi"}))[0] == 503
    serve(script, with_model=False)


def test_a_turn_and_a_parse_answer_in_the_contracts_shape(serve, actions):
    actions.stage = "asking"

    async def script(server):
        status, turn = await server.call("POST", "turn", json={"turn": "a:1", "text": "充值没到账", "timezone": "Asia/Shanghai"})
        assert status == 200
        assert set(turn) == {"turn", "intent", "confidence", "ranking", "entities", "decision", "score", "queued", "messages", "actions", "state"}
        status, parsed = await server.call("POST", "parse", json={"text": "充值没到账"})
        assert status == 200
        assert set(parsed) == {"intent", "confidence", "ranking", "entities", "decision", "score", "queued"}
        assert parsed["intent"] == turn["intent"] == "deposit_missing"
    serve(script)


def test_a_failed_turn_is_a_500_without_the_users_text_in_answer_or_log(serve, actions, caplog, capfd):
    actions.fail = "action_flow_start"
    caplog.set_level(logging.DEBUG)

    async def script(server):
        status, body = await server.call("POST", "turn", json={"turn": "a:2", "text": "充值没到账，暗号芝麻开门"})
        assert (status, body) == (500, {"error": "turn failed", "turn": "a:2"})
    serve(script)
    assert "turn a:2 failed: action_flow_start" in caplog.text
    assert "芝麻" not in caplog.text + "".join(capfd.readouterr())


def test_a_good_turn_leaves_no_text_in_the_log(serve, caplog, capfd):
    caplog.set_level(logging.DEBUG)

    async def script(server):
        assert (await server.call("POST", "turn", json={"turn": "a:3", "text": "充值没到账，暗号芝麻开门 hunter2pass"}))[0] == 200
    serve(script)
    said = caplog.text + "".join(capfd.readouterr())
    assert "芝麻" not in said
    assert "hunter2" not in said


@pytest.mark.parametrize("sent", [{"data": b"\xff\xfe"}, {"data": b"[1, 2]"}, {"data": b""}, {"json": {"turn": "t"}}])
def test_a_bad_request_is_a_400(serve, sent):
    async def script(server):
        assert (await server.call("POST", "turn", **sent))[0] == 400
    serve(script)


def test_turns_of_different_conversations_run_at_once(serve):
    async def script(server):
        answers = await asyncio.gather(*(server.call("POST", "turn", json={"turn": f"c{i}:1", "payload": "/greet"}) for i in range(10)))
        assert [body["turn"] for _, body in answers] == [f"c{i}:1" for i in range(10)]
    serve(script)


def test_nothing_but_the_three_routes_and_rasas_hello_is_served(serve):
    async def script(server):
        root = server.base.removesuffix("webhooks/engine/")
        async with aiohttp.ClientSession() as session:
            for path in ("status", "version", "model", "conversations/x/tracker", "domain", "webhooks/rest/webhook"):
                async with session.get(root + path) as answer:
                    assert answer.status == 404, path
    serve(script)
