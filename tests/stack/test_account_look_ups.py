"""A signed-in visitor's account is looked up through the whole bot instead of asked about; an anonymous one's never.

Every other server this deployment names is dead: a chain's, the status page, the market.
"""
from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from bot.commands.client import Address
from tests.facts.account_backend import AccountBackend
from tests.stack.visiting import converse, deployment, nobody_there, said

KEY, SECRET = "exchange-signs-with-this-key-in-tests-0123456789", "s" * 40
HASH, IN_REVIEW, UNKNOWN_HERE = "4a" * 32, "5b" * 32, "6c" * 32
ORDER = "20251201123456"


@pytest.fixture(scope="module")
def backend() -> Iterator[AccountBackend]:
    made = AccountBackend(SECRET)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def address(backend: AccountBackend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    dead = nobody_there()
    with deployment(tmp_path_factory.mktemp("deployment"), f"""
sources:
  account: {{url: "{backend.url}"}}
  status: {{url: "{dead}"}}
  chains:
    TRC20: {{kind: tron, block_seconds: "3", endpoints: ["{dead}", "{dead}/v2"]}}
    ERC20: {{kind: evm, block_seconds: "12", endpoints: ["{dead}"]}}
    BTC: {{kind: esplora, block_seconds: "600", endpoints: ["{dead}"]}}
  market: {{exchanges: [{{id: bitstamp, url: "{dead}"}}, {{id: kucoin, url: "{dead}"}}], own: {{id: kucoin, url: "{dead}"}}}}
""", IDENTITY_KEYS=KEY, ACCOUNT_API_SECRET=SECRET) as running:
        yield running


@pytest.fixture
def user(backend: AccountBackend) -> str:
    """A user whom the backend knows: verified to level 2, nothing locked, one deposit credited and one in review, one order."""
    name = f"u{uuid.uuid4().hex[:10]}"
    backend.accounts[name] = {"state": "normal", "kyc_level": 2, "daily_limit": "10000", "daily_used": "2500", "limit_coin": "USDT"}
    backend.deposits[name, HASH] = {"state": "credited", "coin": "USDT", "amount": "500", "account": "funding"}
    backend.deposits[name, IN_REVIEW] = {"state": "review", "coin": "USDT", "amount": "70"}
    backend.orders[name, ORDER] = {"state": "partly_filled", "filled_percent": 40}
    return name


def signed_in(user: str) -> dict[str, str]:
    now = int(time.time())
    return {"identity": jwt.encode({"sub": user, "aud": "support-chat", "iat": now, "exp": now + 120}, KEY, "HS256"), "timezone": "Asia/Shanghai"}


def whole(lines: list[dict]) -> str:
    return "\n".join(map(said, lines))


def soon() -> tuple[str, str]:
    """A moment tomorrow, as the backend writes it, and its hour and minute as a visitor in Shanghai reads it."""
    moment = (datetime.now(UTC) + timedelta(hours=26)).replace(second=0, microsecond=0)
    return moment.isoformat(), (moment + timedelta(hours=8)).strftime("%H:%M")


@pytest.mark.parametrize("question", ["提现额度是多少", "身份认证已经通过了，怎么升级"])
def test_the_level_and_the_limits_are_told(address, user, question):
    text = whole(converse(address, question, **signed_in(user)))
    assert "2 级认证" in text
    assert "10000 USDT" in text
    assert "来自 示例交易所" in text


def test_a_hold_is_told_with_its_end_and_stands_on_the_ticket(address, backend, user):
    until, shown = soon()
    backend.accounts[user] |= {"state": "hold", "until": until}
    lines = converse(address, "提现一直在审核中", "转人工", **signed_in(user))
    assert "您账户的提现暂停到" in said(lines[0])
    assert shown in said(lines[0])
    assert "account_state: hold" in lines[-1]["ticket"]["fields"]["looked_up"]


def test_a_lock_is_told_with_its_end(address, backend, user):
    until, shown = soon()
    backend.accounts[user] |= {"state": "locked", "until": until}
    text = said(converse(address, "My account is locked", language="en", **signed_in(user))[0])
    assert "your account is locked until" in text
    assert shown in text


def test_a_deposit_that_was_credited_is_found_in_its_account_though_no_chain_answers(address, user):
    text = whole(converse(address, f"USDT 用 TRC20 充值没到账，链上已经确认，交易哈希 {HASH}", **signed_in(user)))
    assert "已经入账，在您的资金账户里" in text


def test_a_deposit_in_review_goes_to_a_person_with_the_evidence(address, user):
    lines = converse(address, f"My USDT deposit over TRC20 is not credited, it is confirmed on chain, transaction hash {IN_REVIEW}", "[Skip]", language="en", **signed_in(user))
    assert "has to be checked by a person" in whole(lines)
    ticket = lines[-1]["ticket"]
    assert "deposit_record: review" in ticket["fields"]["looked_up"]
    assert ticket["fields"]["tx_hash"] == IN_REVIEW
    assert ticket["priority"] == "high"


def test_an_order_s_state_is_told_instead_of_asked(address, user):
    lines = converse(address, "限价单一直不成交", ORDER, **signed_in(user))
    assert "请粘贴订单号，我直接查这一单" in said(lines[0])
    assert "这一单成交了一部分" in said(lines[1])


def test_an_anonymous_visitor_is_told_nothing_of_any_account_whatever_he_types(address, backend, user):
    before = len(backend.asked)
    for turns in (("提现额度是多少", f"我的 UID 是 {user}"), ("提现一直在审核中",), ("账户被锁了",), (f"USDT 用 TRC20 充值没到账，链上已经确认，交易哈希 {HASH}",)):
        assert "查到了" not in whole(converse(address, *turns, timezone="Asia/Shanghai"))
    lines = converse(address, "限价单一直不成交")
    assert "订单号" not in said(lines[0])
    assert len(backend.asked) == before


def test_one_user_is_told_nothing_of_another_s(address, user):
    text = whole(converse(address, f"USDT 用 TRC20 充值没到账，链上已经确认，交易哈希 {HASH}", **signed_in(f"u{uuid.uuid4().hex[:10]}")))
    assert "查到了" not in text


def test_with_the_account_server_dead_too_the_flows_go_on_and_ask(address, backend):
    backend.broken = True
    for turns, step in ((("提现额度是多少",), "kind"), (("账户被锁了",), "which"), (("提现一直在审核中",), "decide_processing"),
                        ((f"USDT 用 TRC20 充值没到账，链上已经确认，交易哈希 {UNKNOWN_HERE}",), "decide_chain"), (("限价单一直不成交", ORDER), "now")):
        lines = converse(address, *turns, **signed_in(f"u{uuid.uuid4().hex[:10]}"))
        assert (turns, lines[-1]["step"]) == (turns, step)
        assert "查到了" not in whole(lines)
    lines = converse(address, f"USDT 用 TRC20 充值没到账，链上已经确认，交易哈希 {UNKNOWN_HERE}", "转人工", **signed_in(f"u{uuid.uuid4().hex[:10]}"))
    assert lines[-1]["ticket"]["fields"]["tx_hash"] == UNKNOWN_HERE
