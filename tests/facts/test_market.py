"""Prices through the real ccxt, against local servers that speak one exchange's public API."""
from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.facts import price_process, registry
from bot.facts.market import symbol
from bot.facts.sources import read
from tests.facts.doubles import Bitstamp, Kucoin


@pytest.fixture
def look():
    """look(questions, sources) -> [Found]: several in one go, since the process that imports ccxt takes a while to start."""
    def ask(questions, market):
        async def run():
            tools = registry.Tools(lambda: datetime(2025, 12, 1, tzinfo=UTC), read({}, {"market": market}))
            try:
                await price_process.coin({"id": "bitstamp", "url": "http://127.0.0.1:9"}, "BTC", "")  # waits for the import
                return [await registry.find(name, args, tools) for name, args in questions]
            finally:
                await price_process.stop()
        return asyncio.run(run())
    return ask


def at(server, **more):
    return {"id": "bitstamp", "url": server.url, **more}


def test_a_pair_is_read_however_it_is_written():
    assert [symbol(text) for text in ("btc/usdt", "BTCUSDT", "eth-usdc", "ETH_BTC", "nonsense pair", "")] == ["BTC/USDT", "BTC/USDT", "ETH/USDC", "ETH/BTC", None, None]


def test_an_order_is_compared_with_our_own_book(look, serve):
    own = serve(Bitstamp, "50000", bid="49990", ask="50010")
    questions = [("compare_order", {"pair": "BTC/USD", "side": side, "price": price}) for side, price in (("buy", "50010"), ("buy", "49900"), ("buy", "40000"), ("sell", "49990"), ("sell", "60000"))]
    found = look(questions, {"own": at(own)})
    assert [one.outcome for one in found] == ["reached", "near", "far", "reached", "far"]
    assert found[2].values["price"] == "50010"


def test_a_halted_pair_is_said_to_be(look, serve):
    own = serve(Bitstamp, "50000", trading="Disabled")
    found, = look([("compare_order", {"pair": "BTC/USD", "side": "buy", "price": "1"})], {"own": at(own)})
    assert found.outcome == "halted"


def test_a_coin_s_withdrawals_can_be_paused_while_deposits_are_open(look, serve):
    own = serve(Kucoin, deposit=True, withdrawal=False)
    found = look([("coin_status", {"coin": "BTC", "direction": direction}) for direction in ("deposit", "withdrawal")], {"own": {"id": "kucoin", "url": own.url}})
    assert [one.outcome for one in found] == ["open", "paused"]
