"""What a look-up found, as one conversation's dialogue gets it: for whom, in whose time, and what of it stands on a ticket."""
from __future__ import annotations

import asyncio

import pytest

from bot.facts import registry


@pytest.fixture
def conversation(database):
    from bot.conversations import log

    made = log.open_conversation("web", "visitor", "zh-Hans", "Asia/Shanghai")
    made.identity = "u-1"
    return made


@pytest.fixture
def answering(monkeypatch):
    """answering(name, Found) -> the Tools that each call got."""
    def make(name, found):
        calls = []

        async def check(args, tools):
            calls.append((dict(args), tools))
            return found

        registry.run("can_look_up", {}, registry.Tools(None))
        registry.forget()
        monkeypatch.setitem(registry._look_ups, name, (check, lambda args, tools: True))
        return calls
    return make


def look_up(conversation, name, **args):
    from bot.conversations import findings

    return asyncio.run(findings.look_up(conversation, name, args))


def test_the_identity_the_exchange_vouched_for_reaches_the_check(conversation, answering):
    calls = answering("account_state", registry.Found("normal", {"source": "backend.internal"}))
    look_up(conversation, "account_state")
    assert calls[0][1].identity == "u-1"


def test_a_moment_is_told_in_the_visitors_time_and_our_own_host_by_our_name(conversation, answering):
    answering("account_state", registry.Found("hold", {"until": "2031-05-02T10:00:00+00:00", "source": "backend.internal"}))
    found = look_up(conversation, "account_state")
    assert "18:00" in found.values["until"]
    assert found.values["source"] == "示例交易所"
    assert "via backend.internal" in found.evidence


def test_a_price_that_was_found_is_not_the_price_somebody_saw(conversation, answering):
    answering("compare_price", registry.Found("usual", {"price": "60000", "median": "60010", "source": "kraken"}))
    found = look_up(conversation, "compare_price", pair="BTC/USDT")
    assert found.fields == {}
    assert found.values["price"] == "60000"


def test_an_incident_is_a_field_of_the_ticket(conversation, answering):
    answering("service_status", registry.Found("incident", {"title": "慢", "incident": "inc-1", "since": "", "source": "status.example.com"}))
    found = look_up(conversation, "service_status", component="login")
    assert (dict(found.fields), found.source) == ({"incident": "inc-1"}, "verified")
    assert found.values["source"] == "status.example.com"


def test_how_old_an_answer_is_is_said_in_words(conversation, answering):
    answering("service_status", registry.Found("ok", {"source": "status.example.com"}, keep=60))
    assert look_up(conversation, "service_status").values["when"] == "刚刚查的"


@pytest.mark.parametrize(("seconds", "zh", "en"), [(4, "刚刚查的", "just now"), (20, "20 秒前", "20 seconds ago"), (300, "5 分钟前", "5 minutes ago")])
def test_the_words_for_an_age(seconds, zh, en):
    from bot.conversations.findings import _when

    assert (_when(seconds, "zh-Hans"), _when(seconds, "en")) == (zh, en)


def test_what_is_unknown_is_no_evidence(conversation, answering):
    answering("service_status", registry.Found("unknown"))
    assert look_up(conversation, "service_status").evidence == ""


def test_the_backend_gets_a_signed_read_only_request_for_the_user_vouched_for(conversation, monkeypatch):
    from bot.conversations import findings
    from bot.facts.sources import read
    from tests.facts.account_backend import AccountBackend

    monkeypatch.setenv("ACCOUNT_API_SECRET", "s" * 40)
    backend = AccountBackend("s" * 40)
    backend.accounts["u-1"] = {"state": "normal", "kyc_level": 2, "daily_limit": "10000", "daily_used": "2500", "limit_coin": "USDT"}
    try:
        given = read({}, {"account": {"url": backend.url}})
        monkeypatch.setattr(findings, "sources", lambda: given)
        registry.forget()
        found = look_up(conversation, "account_limits")
        assert (found.outcome, found.values["daily_left"], found.values["source"]) == ("known", "7500", "示例交易所")
        assert backend.asked == [("GET", "/v1/account")]
        conversation.identity = ""
        assert look_up(conversation, "account_limits").outcome == "unknown"
        assert len(backend.asked) == 1
    finally:
        backend.stop()
