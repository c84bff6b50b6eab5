"""What a support agent would underline in a message, with its normalised value and its place in the text as typed."""
from __future__ import annotations

import pytest

from bot.engine.entities import Finder
from bot.engine.fingerprint import PATTERNS
from bot.engine.patterns import load_patterns
from bot.engine.request import Request, moment, serving

NOW = moment("2026-11-22T10:00:00+08:00", "Asia/Shanghai")
TRON = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"
BITCOIN = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
ETHER = "0x52908400098527886E0F7030069857D2E4169EE7"
HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


@pytest.fixture(scope="module")
def finder():
    return Finder(load_patterns(PATTERNS.glob("*.yml"), ["BTC", "ETH", "USDT", "KAS"]))


@pytest.fixture
def found(finder):
    """`found(text)`: (entity, value) pairs in the text's order; every span is checked against the text."""
    def one(text):
        with serving(Request(now=NOW)):
            entities = finder.find(text)
        assert all(text[entity["start"]:entity["end"]] == entity["text"] for entity in entities)
        return [(entity["entity"], entity["value"]) for entity in entities]
    return one


@pytest.mark.parametrize(("text", "expected"), [
    ("充值了0.5个BTC", [("amount", "0.5"), ("coin", "BTC")]),
    ("转了一千五百U", [("amount", "1500"), ("coin", "USDT")]),
    ("昨晚從幣安轉了兩個比特幣", [("time", "2026-11-21"), ("exchange", "Binance"), ("amount", "2"), ("coin", "BTC")]),
    ("半个ETH", [("amount", "0.5"), ("coin", "ETH")]),
    ("1.5万u没到", [("amount", "15000"), ("coin", "USDT")]),
    ("三点五个btc", [("amount", "3.5"), ("coin", "BTC")]),
    ("I sent 1,200.5 USDT", [("amount", "1200.5"), ("coin", "USDT")]),
    ("充了３个ＢＴＣ", [("amount", "3"), ("coin", "BTC")]),
    ("提了20000块", [("amount", "20000")]),
    ("2 KAS gone", [("amount", "2"), ("coin", "KAS")]),
    ("走的波场", [("network", "TRC20")]),
    ("用的是 trc-20", [("network", "TRC20")]),
    ("以太坊网络转的USDT", [("network", "ERC20"), ("coin", "USDT")]),
    ("选了币安智能链", [("network", "BEP20")]),
    (f"地址{TRON}对吗", [("address", TRON)]),
    (f"to {ETHER}", [("address", ETHER)]),
    (f"hash:{HASH.upper()}", [("tx_hash", HASH)]),
    ("我的uid是12345678", [("uid", "12345678")]),
    ("订单号 20251201123456", [("order_id", "20251201123456")]),
    ("邮箱 A.b@Example.com 手机138 1234 5678", [("email", "a.b@example.com"), ("phone", "13812345678")]),
    ("call +65 9123 4567", [("phone", "+6591234567")]),
    ("BTC/USDT 限价65000挂的买单", [("pair", "BTC/USDT"), ("price", "65000"), ("side", "buy")]),
    ("ETHUSDT sell order at 2500", [("pair", "ETH/USDT"), ("side", "sell"), ("price", "2500")]),
    ("错误码 40012", [("error_code", "40012")]),
    ("it says error code: 1003", [("error_code", "1003")]),
    ("从OKX转来的", [("exchange", "OKX")]),
    ("USDT TRC20 0.5", [("coin", "USDT"), ("network", "TRC20"), ("amount", "0.5")]),
    ("trc20 usdt 500没到账", [("network", "TRC20"), ("coin", "USDT"), ("amount", "500")]),
    ("0.5 TRC20 USDT", [("amount", "0.5"), ("network", "TRC20"), ("coin", "USDT")]),
    ("USDT TRC20 3次都没到", [("coin", "USDT"), ("network", "TRC20")]),
    ("USDT TRC20 5 confirmations", [("coin", "USDT"), ("network", "TRC20")]),
    ("提现3天了一直审核", []),
    ("你们最低10U 我充了5个", [("coin", "USDT"), ("amount", "5")]),
    ("the minimum is 10 usdt and i sent 5 usdt", [("coin", "USDT"), ("amount", "5"), ("coin", "USDT")]),
    ("不小心用了erc20 不对 是bep20", [("network", "BEP20")]),
    ("0.5 btc sorry i mean 500 usdt", [("amount", "500"), ("coin", "USDT")]),
    ("i sent 500 usdt, sorry i only have 20 left", [("amount", "500"), ("coin", "USDT")]),
])
def test_values_are_found_and_normalised(found, text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(("text", "when"), [
    ("2025年12月1日下午3点", "2025-12-01T15:00:00+08:00"),
    ("2025-12-01 15:30", "2025-12-01T15:30:00+08:00"),
    ("2025/11/30T08:00:00Z", "2025-11-30T16:00:00+08:00"),
    ("昨天下午三点", "2026-11-21T15:00:00+08:00"),
    ("前天凌晨一点二十分", "2026-11-20T01:20:00+08:00"),
    ("今早8点半", "2026-11-22T08:30:00+08:00"),
    ("昨晚11点", "2026-11-21T23:00:00+08:00"),
    ("昨晚12点", "2026-11-22T00:00:00+08:00"),
    ("中午12点", "2026-11-21T12:00:00+08:00"),
    ("十二月一号", "2025-12-01"),
    ("11月20号早上9点半", "2026-11-20T09:30:00+08:00"),
    ("上周五晚上8点", "2026-11-13T20:00:00+08:00"),
    ("周五", "2026-11-20"),
    ("半小时前", "2026-11-22T09:30:00+08:00"),
    ("3個小時前", "2026-11-22T07:00:00+08:00"),
    ("两个半小时前", "2026-11-22T07:30:00+08:00"),
    ("三天前", "2026-11-19"),
    ("刚才", "2026-11-22T10:00:00+08:00"),
    ("2 hours ago", "2026-11-22T08:00:00+08:00"),
    ("half an hour ago", "2026-11-22T09:30:00+08:00"),
    ("yesterday at 5 pm", "2026-11-21T17:00:00+08:00"),
    ("Dec 1st 3pm", "2025-12-01T15:00:00+08:00"),
    ("1 December 2025", "2025-12-01"),
    ("November 20, 2026 at 15:45", "2026-11-20T15:45:00+08:00"),
    ("last night", "2026-11-21"),
])
def test_times_are_resolved_with_the_requests_time_and_zone(found, text, when):
    assert found(f"充值 {text} 没到") == [("time", when)]


@pytest.mark.parametrize("text", [
    "KYC是什么意思？", "十分着急，一直没到，一下子就没了", "万一丢了怎么办", "我同一个账户", "2025年13月40日", "怎么用两步验证", "第一次充值", "", "   ", "base on what",
    "我的充值一直沒有到帳", "充值一直没到", "转了两次", "base基础", "我没有", "三方平台", "他们俩", "千万别动", "is it at risk", "step 3",
])
def test_plain_words_hold_no_values(found, text):
    assert found(text) == []


def test_a_broken_address_or_hash_is_no_value(found):
    assert found(BITCOIN[:-1] + "x") == []
    assert found(HASH[:-2]) == []


def test_an_address_says_which_chain_it_is_on(finder):
    kinds = {entity["value"]: entity["kind"] for entity in finder.find(f"{BITCOIN} {TRON}")}
    assert kinds == {BITCOIN: "BTC", TRON: "TRC20"}


def test_places_are_those_of_the_text_as_typed(finder):
    text = f"\u200b充\u200b值了 ０．５個ＢＴＣ，到 {BITCOIN}"
    places = {entity["entity"]: text[entity["start"]:entity["end"]] for entity in finder.find(text)}
    assert places == {"amount": "０．５", "coin": "ＢＴＣ", "address": BITCOIN}
