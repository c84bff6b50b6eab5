"""Each desk as a test meets it: the adapter, the desk behind it with its agents, and faults on the way. RT is real, the others are stand-ins."""
from __future__ import annotations

import asyncio
import base64
import itertools
from contextlib import asynccontextmanager

import pytest

from bot.desk.adapters import config
from bot.desk.adapters.registry import made
from tests.desk.adapters import chatwoot_stub, rt, zammad_stub, zendesk_stub
from tests.desk.adapters.proxy import Proxy

NUMBERS = itertools.count(100_000_000)


def settings(kind: str, url: str, **more) -> config.AnyDesk:
    common = {
        "request_tracker": {"user": rt.BOT, "queues": {"deposits": "Deposits", "*": "Other"}, "fields": {"tx_hash": "txid"}, "poll_seconds": 0.2},
        "chatwoot": {"account": 1, "inbox": chatwoot_stub.INBOX, "queues": {"deposits": str(chatwoot_stub.TEAM), "*": "0"}, "fields": {"tx_hash": "txid"}},
        "zammad": {"queues": {"*": zammad_stub.GROUP}, "fields": {"tx_hash": "txid"}},
        "zendesk": {"user": zendesk_stub.USER, "queues": {"deposits": str(zendesk_stub.GROUP), "*": "0"}, "fields": {"tx_hash": str(zendesk_stub.FIELD)}},
    }[kind]
    return config.Desks.model_validate({"desks": {kind: {"kind": kind, "url": url, **common, **more}}}).desks[kind]


class World:
    """One desk. `faults` and `only` as in stub.py."""

    kind = ""

    def __init__(self, adapter, faulty, stub=None) -> None:
        self.adapter, self.faulty, self.stub = adapter, faulty, stub

    def fail(self, *faults: tuple, only: str = "") -> None:
        self.faulty.faults, self.faulty.only = list(faults), only

    async def stop(self) -> None:
        await self.stub.stop()

    async def start(self) -> None:
        await self.stub.start()


class ChatwootWorld(World):
    kind = "chatwoot"

    async def said(self, remote: str) -> list[tuple[str, str]]:
        return [("private" if each["private"] else "visitor" if each["message_type"] == 0 else "public", each["content"]) for each in self.stub.messages[int(remote)]]

    async def status(self, remote: str) -> str:
        return {"resolved": "resolved"}.get(self.stub.conversations[int(remote)]["status"], "open")

    async def answer(self, remote: str, text: str, private: bool = False) -> None:
        self.stub.answer(remote, text, private)

    async def settle(self, remote: str, status: str) -> None:
        self.stub.settle(remote, status)

    async def count(self, key: str) -> int:
        return sum(each["custom_attributes"].get("bot_key") == key for each in self.stub.conversations.values())

    async def field(self, remote: str) -> str | None:
        return self.stub.conversations[int(remote)]["custom_attributes"].get("txid")

    async def merged(self, remote: str, into: str) -> bool:
        return False


class ZammadWorld(World):
    kind = "zammad"

    async def said(self, remote: str) -> list[tuple[str, str]]:
        return [("private" if each["internal"] else "visitor" if each["sender"] == "Customer" else "public", each["body"]) for each in self.stub.articles[int(remote)]]

    async def status(self, remote: str) -> str:
        return "resolved" if self.stub.tickets[int(remote)]["state"] in ("closed", "merged") else "open"

    async def answer(self, remote: str, text: str, private: bool = False) -> None:
        self.stub.answer(remote, f"<p>{text}</p>", private, html=True)

    async def settle(self, remote: str, status: str) -> None:
        self.stub.settle(remote, status)

    async def count(self, key: str) -> int:
        return sum(each.get("bot_key") == key for each in self.stub.tickets.values())

    async def field(self, remote: str) -> str | None:
        return self.stub.tickets[int(remote)].get("txid")

    async def merged(self, remote: str, into: str) -> bool:
        return (await self.adapter.news(remote, "")).merged_into == into


class ZendeskWorld(World):
    kind = "zendesk"

    async def said(self, remote: str) -> list[tuple[str, str]]:
        requester = self.stub.tickets[int(remote)]["requester_id"]
        return [("private" if not each["public"] else "visitor" if each["author_id"] == requester else "public", each["body"]) for each in self.stub.comments[int(remote)]]

    async def status(self, remote: str) -> str:
        return "resolved" if self.stub.tickets[int(remote)]["status"] in ("solved", "closed") else "open"

    async def answer(self, remote: str, text: str, private: bool = False) -> None:
        self.stub.answer(remote, text, private)

    async def settle(self, remote: str, status: str) -> None:
        self.stub.settle(remote, status)

    async def count(self, key: str) -> int:
        return sum(each["external_id"] == key for each in self.stub.tickets.values())

    async def field(self, remote: str) -> str | None:
        return next((each["value"] for each in self.stub.tickets[int(remote)]["custom_fields"] if each["id"] == zendesk_stub.FIELD), None)

    async def merged(self, remote: str, into: str) -> bool:
        return "closed_by_merge" in self.stub.tickets[int(remote)]["tags"]


class RTWorld(World):
    kind = "request_tracker"

    async def said(self, remote: str) -> list[tuple[str, str]]:
        return [({"Correspond": "visitor"}.get(kind, "private"), text) for kind, text in await self.stub.history(remote)]

    async def status(self, remote: str) -> str:
        return "resolved" if (await self.stub.agent("GET", f"/ticket/{remote}"))["Status"] == "resolved" else "open"

    async def answer(self, remote: str, text: str, private: bool = False) -> None:
        await self.stub.agent("POST", f"/ticket/{remote}/{'comment' if private else 'correspond'}", {"Content": f"<p>{text}</p>", "ContentType": "text/html"})
        if not private:
            await self.stub.agent("PUT", f"/ticket/{remote}", {"Owner": rt.AGENT})

    async def settle(self, remote: str, status: str) -> None:
        await self.stub.agent("PUT", f"/ticket/{remote}", {"Status": status})

    async def count(self, key: str) -> int:
        from urllib.parse import quote

        found = await self.stub.agent("GET", "/tickets?query=" + quote(f"CF.{{bot_key}}='{key}'"))
        return len(found["items"])

    async def field(self, remote: str) -> str | None:
        fields = (await self.stub.agent("GET", f"/ticket/{remote}"))["CustomFields"]
        return next((each["values"][0] for each in fields if each["name"] == "txid" and each["values"]), None)

    async def merged(self, remote: str, into: str) -> bool:
        return (await self.adapter.news(remote, "")).merged_into == into

    async def stop(self) -> None:
        await asyncio.to_thread(self.stub.stop)

    async def start(self) -> None:
        await asyncio.to_thread(self.stub.start)


STUBS = {
    "chatwoot": (chatwoot_stub.ChatwootStub, chatwoot_stub.TOKEN, chatwoot_stub.SECRET, ChatwootWorld),
    "zammad": (zammad_stub.ZammadStub, zammad_stub.TOKEN, zammad_stub.SECRET, ZammadWorld),
    "zendesk": (zendesk_stub.ZendeskStub, zendesk_stub.TOKEN, zendesk_stub.SECRET, ZendeskWorld),
}


@pytest.fixture(scope="session")
def request_tracker(tmp_path_factory):
    """A running RT 5."""
    if not rt.here():
        pytest.skip("needs Debian's request-tracker5, rt5-db-sqlite and rt5-standalone")
    server = rt.RT(tmp_path_factory.mktemp("rt"))
    server.make()
    server.start()
    yield server
    server.stop()


@asynccontextmanager
async def opened(kind: str, rt_server=None):
    """The world of one desk, for as long as the block lasts."""
    if kind == "request_tracker":
        async with Proxy(rt_server.url).running() as proxy:
            adapter = made(kind, settings(kind, proxy.url), rt.BOT_PASSWORD)
            try:
                yield RTWorld(adapter, proxy, rt_server)
            finally:
                await adapter.close()
        return
    stub_type, token, secret, world = STUBS[kind]
    async with stub_type().running() as stub:
        adapter = made(kind, settings(kind, stub.url), token, secret)
        try:
            yield world(adapter, stub, stub)
        finally:
            await adapter.close()


@pytest.fixture(params=["request_tracker", *STUBS])
def world(request):
    """Runs `async def scenario(world)` against each desk: world(scenario)."""
    server = request.getfixturevalue("request_tracker") if request.param == "request_tracker" else None

    def go(scenario, seconds: float = 120):
        async def whole():
            async with opened(request.param, server) as opened_world:
                await asyncio.wait_for(scenario(opened_world), seconds)
        asyncio.run(whole())
    go.kind = request.param
    return go


@pytest.fixture
def case():
    """Makes tickets: case(queue=...), each under a number of its own."""
    from bot.desk.adapters.base import Case, Visitor

    def make(**more) -> Case:
        number = next(NUMBERS)
        given = {"key": f"TK-{number}", "subject": "充值没到账", "queue": "", "priority": "high", "visitor": Visitor(f"c_{number}", "访客", "zh-Hans"),
                 "text": "交易哈希: 0xabc\n第二行", "fields": {}, "tags": ("deposits",)}
        return Case(**{**given, **more})
    return make


QUEUES = {"request_tracker": "Deposits", "chatwoot": str(chatwoot_stub.TEAM), "zammad": zammad_stub.GROUP, "zendesk": str(zendesk_stub.GROUP)}
FIELDS = {"request_tracker": "txid", "chatwoot": "txid", "zammad": "txid", "zendesk": str(zendesk_stub.FIELD)}
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
