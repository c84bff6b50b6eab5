"""Is this really you? Ours, an imitation, or not ours, whatever the writing; nothing is ever opened."""
from __future__ import annotations

import pytest

from bot.safety.channels import IMITATION, OTHER, OURS, find, judge, skeleton

LISTED = {"domains": ["example.com"], "emails": ["support@example.com"], "telegram": ["example_exchange_support"], "x": ["example_exchange"], "facebook": ["example.exchange"], "phones": ["+65 6123 4567"]}


@pytest.mark.parametrize("text", [
    "https://www.example.com/login", "example.com", "support.example.com 是你们的吗", "SUPPORT@EXAMPLE.COM", "t.me/example_exchange_support", "@example_exchange", "https://x.com/example_exchange",
    "facebook.com/example.exchange", "ｅｘａｍｐｌｅ．com", "+65 6123 4567", "0065 6123 4567", "hxxps://www[.]example[.]com",
])
def test_what_is_listed_is_ours_after_normalising(text):
    assert [verdict.outcome for verdict in judge(text, LISTED)] == [OURS]


@pytest.mark.parametrize("text", [
    "examp1e.com", "exmaple.com", "exarnple.com", "example.net", "example.com.login-secure.net", "https://example.com@evil.io/x", "http://login.example.com.evil.io", "example-support.com", "secure-example.com",
    "еxample.com", "xn--xample-2of.com", "exаmple。com", "support@examp1e.com", "help@example-support.com", "t.me/example_exchange_supp0rt", "@example_exchange_suport", "电报客服叫 ExampleExchangeHelp",
    "example\u200b.net", "example.com-login.ru", "+65 6123 4568", "+65 6132 4567", "+6561234567 0", "0065 6123 4576",
])
def test_what_looks_like_ours_is_an_imitation(text):
    assert judge(text, LISTED)[0].outcome == IMITATION
    assert judge(text, LISTED)[0].like


@pytest.mark.parametrize("text", ["google.com", "https://www.binance.com/en", "someone@gmail.com", "+852 9123 4567", "13800138000", "@quick_refund_helper", "400-123-4567"])
def test_everything_else_is_not_ours(text):
    assert [verdict.outcome for verdict in judge(text, LISTED)] == [OTHER]


@pytest.mark.parametrize("text", ["充值没到账怎么办", "v2.3.1 版本闪退", "我叫Bob. my friend", "TRC20 转了 1.5U", "2025.12.01 下午3点", "", "我的邮箱是 zhang@qq.com", "0.5", "3.5%", "a.b"])
def test_a_sentence_without_a_channel_has_none(text):
    assert find(text) == []


def test_of_several_the_gravest_comes_first():
    assert [verdict.outcome for verdict in judge("example.com 和 examp1e.com 还有 google.com", LISTED)] == [IMITATION, OTHER, OURS]


def test_what_is_repeated_cannot_be_tapped():
    assert judge("https://examp1e.com/login", LISTED)[0].channel.shown == "examp1e[.]com"


def test_letters_of_other_scripts_look_like_the_latin_ones():
    assert skeleton("еxаmрlе") == skeleton("example")


@pytest.mark.parametrize("text", ["https://[", "http://@", "@" * 500, "a." * 500, "https://" + "x" * 5000 + ".com", "\u202e moc.elpmaxe", "http://xn--a.com", "١٢٣.com"])
def test_hostile_text_is_read_without_a_fault_and_never_ours(text):
    assert OURS not in [verdict.outcome for verdict in judge(text, LISTED)]
