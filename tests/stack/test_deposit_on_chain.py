"""Given a hash on a local chain, the whole bot looks by itself: how many confirmations, how long still; and hands over with the evidence."""
from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.commands.client import Address
from tests.facts import ethereum
from tests.stack.visiting import converse, deployment, said

ME = "0x8ba1f109551bD432803012645Ac136ddd64DBA72"


@pytest.fixture(scope="module")
def chain() -> Iterator[ethereum.Chain]:
    if ethereum.MISSING:
        pytest.skip("a local Ethereum chain needs node and npm's ganache (`make setup-dev` installs it)")
    made = ethereum.Chain()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def address(chain: ethereum.Chain, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """A bot of this deployment's own: it may ask the local chain."""
    with deployment(tmp_path_factory.mktemp("deployment"), f"""
sources: {{chains: {{ERC20: {{kind: evm, block_seconds: "12", endpoints: ["{chain.url}"]}}}}}}
coins: {{USDT: {{networks: {{ERC20: {{confirmations: "12", min_deposit: "5", decimals: "6", contract: "{chain.token}"}}}}}}}}
""") as running:
        yield running


def test_a_deposit_on_its_way_is_told_with_its_confirmations(chain, address):
    sent = chain.send_token(ME, 100_000_000)
    chain.mine(2)
    lines = converse(address, f"USDT 用 ERC20 充值没到账，链上已经确认，交易哈希 {sent}")
    text = said(lines[-1])
    assert "已有 3 次确认，需要 12 次" in text
    assert "分钟" in text
    assert lines[-1]["flow"] == "deposit_missing"


def test_a_deposit_that_should_have_been_credited_goes_to_a_person_with_the_evidence(chain, address):
    sent = chain.send_token(ME, 100_000_000)
    chain.mine(15)
    lines = converse(address, f"My USDT deposit over ERC20 is not credited, it is confirmed on chain, transaction hash {sent}", "[Skip]", language="en")
    text = "\n".join(map(said, lines))
    assert "16 of 12" in text
    ticket = lines[-1]["ticket"]
    assert ticket["priority"] == "high"
    assert ticket["fields"]["tx_hash"].endswith(sent[2:])
    assert "confirmed" in ticket["fields"]["chain_status"]
    assert "100 USDT" in ticket["fields"]["chain_status"]


def test_with_the_chain_gone_the_flow_goes_on_without_it(chain, address):
    chain.stop()
    lines = converse(address, f"USDT 用 ERC20 充值没到账，链上已经确认，交易哈希 0x{'ab' * 32}")
    assert "格式完整" in said(lines[-1])
    assert lines[-1]["flow"] == "deposit_missing"
