"""What we send to Chatwoot, held against the vendor's own OpenAPI document by prism, which stands between the adapter and the stand-in.

The document comes with the npm package of Chatwoot's n8n nodes. Only requests are judged: answers differ from the document in the real product, too
(lists come below "payload", a message's type is a number), and the adapter reads both. The form that carries files is not in the document.
"""
from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.desk.adapters.base import Change, Entry
from bot.desk.adapters.registry import made
from tests.desk.adapters import chatwoot_stub
from tests.desk.adapters.conftest import settings
from tests.desk.adapters.proxy import Proxy

MODULES = Path(__file__).parents[2] / "node" / "node_modules"
PRISM = MODULES / ".bin" / "prism"
DOCUMENT = MODULES / "@devlikeapro" / "n8n-nodes-chatwoot" / "dist" / "nodes" / "ChatWoot" / "openapi.json"
NOT_IN_THE_DOCUMENT = {"/custom_attributes"}
"""In the product's source, its validations and newer documents; this one leaves it out."""
START_SECONDS = 120


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document with its references mended: some still point where OpenAPI 2 kept schemas."""
    if not shutil.which("node") or not PRISM.exists() or not DOCUMENT.exists():
        pytest.skip("no prism: install Node.js with npm, then `make setup-dev` fetches it")
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    path.write_text(DOCUMENT.read_text("utf-8").replace("#/definitions/", "#/components/schemas/"), "utf-8")
    return path


@pytest.fixture
def checked(document: Path) -> Iterator:
    """Runs `async def scenario(adapter, stub, proxy)` with prism in between; proxy.answers has what it found."""
    def go(scenario) -> None:
        asyncio.run(whole(scenario))

    async def whole(scenario) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        async with chatwoot_stub.ChatwootStub().running() as stub:
            prism = subprocess.Popen([PRISM, "proxy", document, stub.url, "--host", "127.0.0.1", "--port", str(port), "-v", "error"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                await listening(port, prism)
                async with Proxy(f"http://127.0.0.1:{port}").running() as proxy:
                    adapter = made("chatwoot", settings("chatwoot", proxy.url), chatwoot_stub.TOKEN, chatwoot_stub.SECRET)
                    try:
                        await scenario(adapter, stub, proxy)
                    finally:
                        await adapter.close()
            finally:
                prism.terminate()
                prism.wait(20)
    return go


async def listening(port: int, prism: subprocess.Popen) -> None:
    for _ in range(START_SECONDS * 5):
        assert prism.poll() is None, "prism did not start"
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.2)
        else:
            writer.close()
            return
    raise AssertionError("prism does not listen")


def wrong(proxy: Proxy) -> list[str]:
    """What the document says against the requests that were made."""
    found = []
    for method, path, headers in proxy.answers:
        for each in json.loads(headers.get("sl-violations") or "[]"):
            if each["location"][0] == "request" and not any(path.endswith(end) for end in NOT_IN_THE_DOCUMENT):
                found.append(f"{method} {path}: {'.'.join(each['location'])}: {each['message']}")
    return found


def test_every_request_of_a_ticket_s_life_is_one_that_the_document_allows(checked, case) -> None:
    async def scenario(adapter, stub, proxy) -> None:
        made_case = case(queue=str(chatwoot_stub.TEAM), fields={"txid": "0xabc"})
        assert await adapter.find(made_case) is None
        remote = await adapter.create(made_case)
        assert await adapter.find(made_case) == remote
        for number, kind in enumerate(("visitor", "note", "bot", "agent"), 1):
            await adapter.write(remote, made_case.visitor, Entry(f"{made_case.key}#{number}", kind, "臺灣 <b>{{7*7}}</b>", "小李"))
        assert await adapter.written(remote, [f"{made_case.key}#1"]) == {f"{made_case.key}#1"}
        for change in (Change(priority="urgent"), Change(queue="0"), Change(queue=str(chatwoot_stub.TEAM)), Change(fields={"txid": "0xdef"}), Change(state="resolved"), Change(state="open")):
            await adapter.change(remote, change)
        stub.answer(remote, "看到了")
        assert [each.text for each in (await adapter.news(remote, "")).entries if each.by == "agent"] == ["看到了"]
        assert wrong(proxy) == []
        assert {path.rpartition("/")[2] for _, path, _ in proxy.answers} >= {"contacts", "search", "conversations", "messages", "toggle_priority", "labels", "assignments", "toggle_status"}
    checked(scenario)


def test_a_request_that_the_document_forbids_would_be_found(checked, case) -> None:
    async def scenario(adapter, stub, proxy) -> None:
        async with aiohttp.ClientSession(headers={"api_access_token": chatwoot_stub.TOKEN}) as http:
            async with http.post(f"{proxy.url}/api/v1/accounts/1/contacts", json={"inbox_id": "seven", "name": 3}):
                pass
            async with http.post(f"{proxy.url}/api/v1/accounts/1/no_such_thing", json={}):
                pass
        assert [line.partition(": ")[0] for line in wrong(proxy)] == ["POST /api/v1/accounts/1/contacts"] * 2 + ["POST /api/v1/accounts/1/no_such_thing"]
    checked(scenario)
