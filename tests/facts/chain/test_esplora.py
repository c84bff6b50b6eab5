"""Bitcoin, by the documented HTTP API."""
from __future__ import annotations

import pytest

from tests.facts.doubles import Esplora

ME = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
OTHER = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
COINS = {"BTC": {"networks": {"BTC": {"confirmations": "2", "min_deposit": "0.0001", "decimals": "8"}}}}


@pytest.fixture
def node(serve):
    return serve(Esplora)


@pytest.fixture
def ask(node, find):
    def find_deposit(**known):
        return find("find_deposit", {"tx_hash": HASH, "network": "BTC", "coin": "BTC", **known}, COINS, {"chains": {"BTC": {"kind": "esplora", "block_seconds": "600", "endpoints": [node.url]}}})
    return find_deposit


def test_confirmations_count_the_block_itself(node, ask):
    node.add(HASH, ME, 150_000, block=node.height)
    found = ask(address=ME)
    assert (found.outcome, found.values["confirmations"], found.values["needed"], found.values["amount"]) == ("confirming", "1", "2", "0.0015")


def test_a_payment_that_others_outbid_is_pending_with_a_low_fee(node, ask):
    node.add(HASH, ME, 150_000, rate=1.2)
    found = ask(address=ME)
    assert (found.outcome, found.values["fee"]) == ("pending", "low")
    assert int(found.values["wait_high"]) > 600


def test_a_payment_with_a_usual_fee_waits_for_the_next_blocks(node, ask):
    node.add(HASH, ME, 150_000, rate=19.0)
    found = ask(address=ME)
    assert (found.outcome, found.values["fee"]) == ("pending", "normal")
    assert int(found.values["wait_high"]) <= 60


def test_a_payment_to_somebody_else_is_told_apart(node, ask):
    node.add(HASH, OTHER, 150_000, block=node.height - 10)
    assert ask(address=ME).outcome == "other_address"


def test_dust_below_the_minimum(node, ask):
    node.add(HASH, ME, 9_999, block=node.height - 10)
    found = ask(address=ME)
    assert (found.outcome, found.values["minimum"]) == ("below_minimum", "0.0001")


def test_an_unknown_hash_is_not_found(ask):
    assert ask().outcome == "not_found"
