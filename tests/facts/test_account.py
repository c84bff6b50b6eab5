"""Facts of the logged-in account, from the exchange's backend, for nobody else."""
from __future__ import annotations

import pytest

from tests.facts.account_backend import AccountBackend
from tests.facts.conftest import NOW

SECRET = "a" * 32
HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


@pytest.fixture
def backend(serve, monkeypatch):
    monkeypatch.setenv("ACCOUNT_API_SECRET", SECRET)
    made = serve(AccountBackend, SECRET, now=NOW.timestamp)
    made.accounts["u1"] = {"state": "hold", "until": "2025-12-02T10:00Z", "kyc_level": 2, "daily_limit": "10000", "daily_used": "2500", "limit_coin": "USDT", "name": "not for us"}
    made.deposits["u1", HASH] = {"state": "credited", "coin": "BTC", "amount": "0.5", "account": "funding"}
    made.orders["u1", "A-100"] = {"state": "partly_filled", "filled_percent": 40}
    return made


@pytest.fixture
def ask(backend, find):
    return lambda name, args=None, identity="u1": find(name, args or {}, sources={"account": {"url": backend.url}}, identity=identity)


def test_a_hold_is_known_with_its_end(ask):
    found = ask("account_state")
    assert (found.outcome, found.values["until"]) == ("hold", "2025-12-02T10:00Z")


def test_a_lock_without_an_end_is_for_people_to_tell(ask, backend):
    backend.accounts["u1"] = {"state": "locked"}
    assert ask("account_state").outcome == "unknown"
    assert "until" not in ask("account_state").values


def test_the_limits_are_known_with_what_is_left_of_them(ask):
    values = ask("account_limits").values
    assert (values["kyc_level"], values["daily_limit"], values["daily_used"], values["daily_left"], values["limit_coin"]) == ("2", "10000", "2500", "7500", "USDT")


@pytest.mark.parametrize("gone", ["kyc_level", "daily_limit", "daily_used", "limit_coin"])
def test_limits_of_which_a_part_is_missing_are_unknown(ask, backend, gone):
    del backend.accounts["u1"][gone]
    assert ask("account_limits").outcome == "unknown"


def test_only_declared_values_are_taken(ask):
    assert "name" not in ask("account_state").values


def test_a_deposit_that_was_credited_says_to_which_account(ask):
    found = ask("deposit_record", {"tx_hash": HASH})
    assert found.outcome == "in_funding"


def test_a_deposit_that_the_backend_does_not_have_is_not_seen(ask):
    assert ask("deposit_record", {"tx_hash": "f" * 64}).outcome == "not_seen"


def test_an_order_s_state(ask):
    found = ask("order_state", {"order_id": "A-100"})
    assert (found.outcome, found.values["filled_percent"]) == ("partly_filled", "40")


def test_nobody_is_asked_about_somebody_who_is_not_logged_in(backend, ask):
    assert ask("account_state", identity="").outcome == "unknown"
    assert not backend.asked


def test_what_is_kept_for_one_is_not_told_another(ask):
    ask("deposit_record", {"tx_hash": HASH})
    assert ask("deposit_record", {"tx_hash": HASH}, identity="u2").outcome == "not_seen"


def test_a_wrong_secret_is_refused_and_the_answer_unknown(backend, ask, monkeypatch):
    monkeypatch.setenv("ACCOUNT_API_SECRET", "b" * 32)
    assert ask("account_state").outcome == "unknown"


def test_an_order_number_cannot_leave_its_path(backend, ask):
    assert ask("order_state", {"order_id": "../account"}).outcome == "unknown"
    assert not backend.asked


def test_a_state_that_was_not_declared_is_unknown(backend, ask):
    backend.accounts["u1"]["state"] = "surprise"
    assert ask("account_state").outcome == "unknown"
