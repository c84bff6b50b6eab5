"""Several servers, dead ones, slow ones, lying ones: a check answers in time, or says that it does not know."""
from __future__ import annotations

import asyncio
import time

import pytest

from bot.facts import registry
from bot.facts.sources import read
from tests.facts.conftest import NOW
from tests.facts.doubles import Esplora

ME = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
COINS = {"BTC": {"networks": {"BTC": {"confirmations": "2", "decimals": "8"}}}}
DEAD = "http://127.0.0.1:9"


def sources(*urls, **more):
    return {"chains": {"BTC": {"kind": "esplora", "block_seconds": "600", "endpoints": [{"url": url, **more} for url in urls]}}}


@pytest.fixture
def ask(find):
    def find_deposit(*urls, **more):
        return find("find_deposit", {"tx_hash": HASH, "network": "BTC", "coin": "BTC"}, COINS, sources(*urls, **more))
    return find_deposit


@pytest.fixture
def node(serve):
    made = serve(Esplora)
    made.add(HASH, ME, 150_000, block=made.height - 5)
    return made


def test_a_dead_server_is_passed_over(node, ask):
    assert ask(DEAD, node.url).outcome == "confirmed"


def test_a_server_that_answers_nonsense_is_passed_over(node, ask, serve):
    broken = serve(Esplora)
    broken.broken = True
    assert ask(broken.url, node.url).outcome == "confirmed"


def test_two_servers_that_agree_are_both_named(node, ask, serve):
    other = serve(Esplora)
    other.add(HASH, ME, 150_000, block=node.height - 5)
    found = ask(node.url, other.url.replace("127.0.0.1", "localhost"))
    assert found.values["source"] == "127.0.0.1, localhost"


def test_servers_that_contradict_each_other_are_no_answer(node, ask, serve):
    other = serve(Esplora)
    other.add(HASH, ME, 1, block=node.height - 5)
    assert ask(node.url, other.url).outcome == "unknown"


def test_a_server_a_block_behind_makes_the_answer_more_careful(node, ask, serve):
    behind = serve(Esplora)
    node.add(HASH, ME, 150_000, block=node.height)
    behind.add(HASH, ME, 150_000)
    assert ask(node.url, behind.url).outcome == "pending"


def test_a_failed_server_rests_before_it_is_asked_again(node, ask, serve):
    broken = serve(Esplora)
    broken.broken = True
    ask(broken.url)
    time.sleep(0.2)  # what was under way when it failed
    before = len(broken.asked)
    registry.forget()
    ask(broken.url, node.url)
    assert len(broken.asked) == before


def test_an_answer_that_never_ends_is_cut_off(find, serve, monkeypatch):
    from bot.facts import asking

    node = serve(Esplora)
    node.add(HASH, ME, 150_000, block=node.height - 5)
    node.transactions[HASH]["padding"] = "x" * 3_000_000
    assert asking.MOST_BYTES < 3_000_000
    assert find("find_deposit", {"tx_hash": HASH, "network": "BTC"}, COINS, sources(node.url)).outcome == "unknown"


def test_a_redirect_is_not_followed(find, serve):
    from aiohttp import web

    from tests.facts.doubles import Server

    target = serve(Esplora)

    async def away(request):
        raise web.HTTPFound(target.url + request.path)
    moved = serve(Server, [web.get("/{any:.*}", away)])
    assert find("find_deposit", {"tx_hash": HASH, "network": "BTC"}, COINS, sources(moved.url)).outcome == "unknown"
    assert not target.asked


def test_only_the_reference_is_sent(node, ask):
    ask(node.url)
    assert {path for _, path in node.asked} == {f"/tx/{HASH}", "/blocks/tip/height"}
    assert not {"Cookie", "Authorization", "Referer"} & set(node.headers)


def test_a_key_of_the_environment_goes_along(node, ask, monkeypatch):
    monkeypatch.setenv("NODE_KEY", "k" * 20)
    ask(node.url, header="X-Key", key_env="NODE_KEY")
    assert node.headers["X-Key"] == "k" * 20


def test_a_server_is_asked_no_faster_than_allowed(node, ask):
    assert ask(node.url, per_minute="1").outcome == "unknown"  # one look-up needs two requests


def test_the_same_question_is_asked_once_for_many_and_kept(node):
    async def many():
        tools = registry.Tools(lambda: NOW, read(COINS, sources(node.url)))
        args = {"tx_hash": HASH, "network": "BTC", "coin": "BTC"}
        found = await asyncio.gather(*(registry.find("find_deposit", args, tools) for _ in range(20)))
        again = registry.run("find_deposit", args, tools)
        return found, again
    found, again = asyncio.run(many())
    assert {one.outcome for one in found} == {again.outcome} == {"confirmed"}
    assert len(node.asked) == 2


def test_a_hundred_servers_that_never_answer_hold_up_nobody_else(serve, node):
    silent = serve(Esplora)
    silent.delay = 30

    async def crowd():
        stuck = [asyncio.ensure_future(registry.find("find_deposit", {"tx_hash": f"{n:064x}", "network": "BTC"}, registry.Tools(lambda: NOW, read(COINS, sources(silent.url, per_minute="1000")))))
                 for n in range(100)]
        await asyncio.sleep(0.2)
        found = await registry.find("find_deposit", {"tx_hash": HASH, "network": "BTC", "coin": "BTC"}, registry.Tools(lambda: NOW, read(COINS, sources(node.url))))
        waiting = sum(not one.done() for one in stuck)
        return found, waiting, await asyncio.gather(*stuck)
    found, waiting, stuck = asyncio.run(crowd())
    assert found.outcome == "confirmed"
    assert waiting == 100
    assert {one.outcome for one in stuck} == {"unknown"}


def test_a_check_ends_within_its_limit(serve, find):
    silent = serve(Esplora)
    silent.delay = 30
    started = time.monotonic()
    assert find("find_deposit", {"tx_hash": HASH, "network": "BTC"}, COINS, sources(silent.url)).outcome == "unknown"
    assert time.monotonic() - started < registry.LIMIT_SECONDS + 2  # a bound on waiting, not on speed


def test_without_servers_the_answer_is_unknown_at_once():
    tools = registry.Tools(lambda: NOW, read(COINS, {}))
    assert registry.run("find_deposit", {"tx_hash": HASH, "network": "BTC"}, tools) == registry.Found("unknown")
