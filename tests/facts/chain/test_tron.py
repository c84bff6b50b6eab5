"""USDT on TRON, the newcomer's usual way, by the full node's documented HTTP API."""
from __future__ import annotations

import pytest

from tests.facts.doubles import Tron, tron_address

USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
ME, OTHER = tron_address(1), tron_address(2)
HASH = "c0ffee" + "1" * 58
COINS = {"USDT": {"networks": {"TRC20": {"confirmations": "20", "min_deposit": "1", "decimals": "6", "contract": USDT}}},
         "TRX": {"networks": {"TRC20": {"confirmations": "20", "min_deposit": "5", "decimals": "6"}}}}


@pytest.fixture
def node(serve):
    return serve(Tron)


@pytest.fixture
def ask(node, find):
    def find_deposit(coin="USDT", **known):
        return find("find_deposit", {"tx_hash": HASH, "network": "TRC20", "coin": coin, **known}, COINS, {"chains": {"TRC20": {"kind": "tron", "block_seconds": "3", "endpoints": [node.url]}}})
    return find_deposit


def test_usdt_on_its_way_has_its_confirmations_counted(node, ask):
    node.add_token(HASH, USDT, ME, 100_000_000, block=node.height - 2)
    found = ask(address=ME)
    assert (found.outcome, found.values["confirmations"], found.values["needed"], found.values["amount"]) == ("confirming", "3", "20", "100")


def test_usdt_with_enough_confirmations_should_have_been_credited(node, ask):
    node.add_token(HASH, USDT, ME, 100_000_000, block=node.height - 30)
    assert ask(address=ME).outcome == "confirmed"


def test_a_transfer_that_ran_out_of_energy_failed(node, ask):
    node.add_token(HASH, USDT, ME, 100_000_000, block=node.height - 30, result="OUT_OF_ENERGY")
    assert ask(address=ME).outcome == "failed"


def test_trx_itself_is_counted_in_sun(node, ask):
    node.add_coin(HASH, ME, 12_500_000, block=node.height - 30)
    found = ask(coin="TRX", address=ME)
    assert (found.outcome, found.values["amount"]) == ("confirmed", "12.5")


def test_usdt_that_went_to_another_address(node, ask):
    node.add_token(HASH, USDT, OTHER, 100_000_000, block=node.height - 30)
    assert ask(address=ME).outcome == "other_address"


def test_a_fake_usdt_is_a_wrong_token(node, ask):
    node.add_token(HASH, tron_address(9), ME, 100_000_000, block=node.height - 30)
    assert ask(address=ME).outcome == "wrong_token"


def test_a_transfer_that_no_block_has_taken_is_pending(node, ask):
    node.add_token(HASH, USDT, ME, 100_000_000, block=None)
    assert ask(address=ME).outcome == "pending"


def test_below_the_minimum(node, ask):
    node.add_token(HASH, USDT, ME, 999_999, block=node.height - 30)
    assert ask(address=ME).outcome == "below_minimum"


def test_an_unknown_hash_is_not_found(ask):
    assert ask(address=ME).outcome == "not_found"
