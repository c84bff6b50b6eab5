"""A line of data/exchange.yml that cannot be used is named, with what to write."""
from __future__ import annotations

import pytest

from bot.facts.sources import SourceError, read


@pytest.mark.parametrize(("sources", "says"), [
    ({"chains": {"BTC": {"kind": "bitcoin", "endpoints": []}}}, "kind must be one of evm, esplora, tron"),
    ({"chains": {"BTC": {"kind": "esplora", "endpoints": "https://x"}}}, "endpoints must be a list"),
    ({"chains": {"BTC": {"kind": "esplora", "endpoints": ["node.example.com"]}}}, "whole address"),
    ({"chains": {"BTC": {"kind": "esplora", "endpoints": ["http://node.example.com"]}}}, "only https"),
    ({"chains": {"BTC": {"kind": "esplora", "endpoints": ["https://me:secret@node.example.com"]}}}, "keys in key_env"),
    ({"chains": {"BTC": {"kind": "esplora", "block_seconds": "ten", "endpoints": []}}}, "whole number"),
    ({"market": {"exchanges": [{"url": "https://x"}]}}, "ccxt id"),
    ({"market": {"outlier_percent": "much"}}, "must be a number"),
    ({"chains": ["BTC"]}, "key: value"),
])
def test_what_cannot_be_used_is_named(sources, says):
    with pytest.raises(SourceError, match=says):
        read({}, sources)


def test_a_password_in_an_address_is_not_repeated_in_the_error():
    with pytest.raises(SourceError) as refused:
        read({}, {"chains": {"BTC": {"kind": "esplora", "endpoints": ["https://me:hunter22@node.example.com"]}}})
    assert "hunter22" not in str(refused.value)


def test_two_assets_of_a_chain_cannot_be_the_same_thing():
    coins = {"ETH": {"networks": {"ERC20": {}}}, "TUSD": {"networks": {"ERC20": {}}}}
    with pytest.raises(SourceError, match="contract"):
        read(coins, {"chains": {"ERC20": {"kind": "evm", "endpoints": ["https://node.example.com"]}}})
