"""Deposits on a real local Ethereum chain: blocks, receipts and token logs as nodes write them."""
from __future__ import annotations

import pytest

ME = "0x8ba1f109551bD432803012645Ac136ddd64DBA72"


@pytest.fixture
def ask(chain, find):
    """ask(tx_hash, coin=, address=, network=) -> Found, on the local chain."""
    coins = {"ETH": {"networks": {"ERC20": {"confirmations": "12", "min_deposit": "0.01"}}},
             "TUSD": {"networks": {"ERC20": {"confirmations": "12", "min_deposit": "5", "decimals": "6", "contract": chain.token}}}}
    sources = {"chains": {"ERC20": {"kind": "evm", "block_seconds": "12", "endpoints": [chain.url]}}}

    def find_deposit(tx_hash, network="ERC20", check="find_deposit", **known):
        return find(check, {"tx_hash": tx_hash, "network": network, **known}, coins, sources)
    return find_deposit


def test_a_fresh_deposit_has_its_confirmations_counted_and_a_usual_range(chain, ask):
    sent = chain.send(ME, 10**18)
    chain.mine(2)
    found = ask(sent, coin="ETH", address=ME)
    assert found.outcome == "confirming"
    assert (found.values["confirmations"], found.values["needed"], found.values["amount"]) == ("3", "12", "1")
    assert int(found.values["wait_low"]) < int(found.values["wait_high"])
    assert found.values["source"] == "127.0.0.1"


def test_a_deposit_with_enough_confirmations_should_have_been_credited(chain, ask):
    sent = chain.send_token(ME, 25_000_000)
    chain.mine(11)
    found = ask(sent, coin="TUSD", address=ME)
    assert found.outcome == "confirmed"
    assert found.values["amount"] == "25"
    assert "12/12 confirmations" in found.values["chain_status"]
    assert "25 TUSD" in found.values["chain_status"]


def test_the_coin_is_read_from_the_chain_where_nobody_named_it(chain, ask):
    sent = chain.send_token(ME, 7_500_000)
    found = ask(sent, address=ME)
    assert (found.values["coin"], found.values["amount"]) == ("TUSD", "7.5")


def test_a_transfer_that_failed_moved_nothing(chain, ask):
    sent = chain.send_token(ME, 10**30)
    assert ask(sent, coin="TUSD", address=ME).outcome == "failed"


def test_coins_that_went_elsewhere_are_said_to_have(chain, ask):
    sent = chain.send(chain.accounts[3], 10**18)
    found = ask(sent, coin="ETH", address=ME)
    assert found.outcome == "other_address"
    assert found.values["to"].lower().startswith(chain.accounts[3][:6].lower())


def test_without_an_address_nobody_is_told_that_it_went_elsewhere(chain, ask):
    sent = chain.send(chain.accounts[3], 10**18)
    assert ask(sent, coin="ETH").outcome == "confirming"


def test_a_token_that_only_looks_like_the_listed_one_is_wrong(chain, ask):
    sent = chain.send_token(ME, 25_000_000, token=chain.deploy())
    assert ask(sent, coin="TUSD", address=ME).outcome == "wrong_token"


def test_an_amount_below_the_minimum_is_named_with_the_minimum(chain, ask):
    sent = chain.send_token(ME, 4_999_999)
    found = ask(sent, coin="TUSD", address=ME)
    assert found.outcome == "below_minimum"
    assert (found.values["amount"], found.values["minimum"]) == ("4.999999", "5")


def test_a_transaction_in_no_block_yet_is_pending(chain, ask):
    chain.mining(False)
    try:
        sent = chain.send(ME, 10**18)
        found = ask(sent, coin="ETH", address=ME)
    finally:
        chain.mining(True)
    assert found.outcome == "pending"


def test_a_hash_the_chain_never_heard_of_is_not_found(chain, ask):
    assert ask("0x" + "ab" * 32).outcome == "not_found"


def test_a_call_of_a_contract_leaves_the_receiver_of_plain_coins_open(chain, ask):
    # An exchange pays many people out of one contract; whom, an ordinary node does not show.
    sent = chain.send(chain.accounts[4], 10**18, data="0x1234")
    assert ask(sent, coin="ETH", address=ME).outcome != "other_address"


def test_a_deposit_on_another_chain_than_the_one_named_is_found_there(chain, find):
    sent = chain.send(ME, 10**18)
    coins = {"ETH": {"networks": {"ERC20": {"confirmations": "1"}, "ARBITRUM": {"confirmations": "1"}}}}
    empty = {"kind": "evm", "block_seconds": "1", "endpoints": ["http://127.0.0.1:9"]}
    sources = {"chains": {"ARBITRUM": empty, "ERC20": {"kind": "evm", "block_seconds": "12", "endpoints": [chain.url]}}}
    found = find("find_deposit", {"tx_hash": sent, "network": "ARBITRUM", "coin": "ETH", "address": ME}, coins, sources)
    assert found.outcome == "other_network"
    assert found.values["network"] == "ERC20"


def test_a_withdrawal_has_no_minimum(chain, ask):
    sent = chain.send_token(ME, 1)
    chain.mine(12)
    assert ask(sent, check="find_withdrawal", coin="TUSD", address=ME).outcome == "confirmed"
