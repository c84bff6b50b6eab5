"""What a price is compared with, and what may be told of our own. The quotes are given; how they are fetched is test_market.py's subject."""
from __future__ import annotations

import pytest

from bot.facts import price_process

OTHERS = {"one": {"last": "100"}, "two": {"last": "101"}, "three": {"last": "150"}}
MARKET = {"exchanges": ["one", "two", "three"], "own": {"id": "ours"}}


@pytest.fixture
def ask(monkeypatch, find):
    def compare(quotes, price="", **more):
        async def given(exchanges, pair):
            return quotes
        monkeypatch.setattr(price_process, "quotes", given)
        return find("compare_price", {"pair": "BTC/USDT", "price": price}, sources={"market": {**MARKET, **more}})
    return compare


def test_the_median_decides_and_outliers_are_named(ask):
    found = ask({**OTHERS, "ours": {"last": "101"}})
    assert (found.outcome, found.values["median"], found.values["outliers"]) == ("usual", "101", "three")


def test_a_price_that_somebody_sees_can_be_the_odd_one(ask):
    assert ask({**OTHERS, "ours": {"last": "101"}}, price="120").outcome == "odd"


def test_our_own_oddness_is_told_only_where_it_may_be_and_never_called_usual(ask):
    quotes = {**OTHERS, "ours": {"last": "130"}}
    assert ask(quotes).outcome == "unknown"
    assert ask(quotes, tell_own_outlier="yes").outcome == "ours_odd"


def test_one_other_exchange_is_not_enough_to_judge_by(ask):
    assert ask({"one": {"last": "100"}, "ours": {"last": "100"}}).outcome == "unknown"


def test_a_halted_pair_is_halted_whatever_the_price(ask):
    assert ask({**OTHERS, "ours": {"active": "no"}}).outcome == "halted"
