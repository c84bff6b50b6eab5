from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import fields
from bot.dialogue.fields import READERS, Read, Trouble

HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
COINS = {"BTC": ["比特币", "Bitcoin"], "USDT": ["泰达币"]}


@pytest.mark.parametrize(("kind", "text", "value"), [
    ("digits", "我的UID是 12 345 678", "12345678"), ("tx_hash", f"哈希 {HASH.upper()}", HASH), ("tx_hash", f"0x{HASH}", "0x" + HASH),
    ("address", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
    ("email", "是 Ann.Lee@Mail.com", "ann.lee@mail.com"), ("phone", "+65 8123-4567", "+6581234567"), ("amount", "0.5个", "0.5"), ("amount", "一千五", "1500"),
    ("coin", "比特币", "BTC"), ("coin", "usdt", "USDT"), ("coin", "PEPE", "PEPE"), ("network", "trc 20", "TRC20"), ("network", "波场", "TRC20"), ("network", "bsc", "BEP20"),
    ("time", "昨天下午3点", "昨天下午3点"), ("text", " iPhone  15 ", "iPhone 15"),
])
def test_a_value_is_read_and_normalised(kind: str, text: str, value: str) -> None:
    found = fields.read({"name": "x", "kind": kind, "coins": COINS, "networks": ["TRC20", "BEP20"]}, text)
    assert isinstance(found, Read)
    assert found.value == value


@pytest.mark.parametrize(("kind", "text", "code", "figures"), [
    ("tx_hash", HASH[:62], "hash_short", {"have": "62", "missing": "2"}), ("tx_hash", HASH + "ab", "hash_long", {"have": "66", "extra": "2"}),
    ("tx_hash", HASH[:-1] + "o", "hash_letters", {"letters": "o"}), ("tx_hash", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "hash_address", {}),
    ("tx_hash", "4a5e1e...deda33b", "shortened", {}), ("address", HASH, "address_hash", {}),
    ("address", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdx", "address_checksum", {}),
    ("digits", "123", "digits_short", {"min": "6", "have": "3"}), ("digits", "1" * 20, "digits_long", {"max": "12", "have": "20"}),
    ("email", "ann@", "email_shape", {}), ("phone", "+65 812", "phone_short", {"have": "5"}), ("amount", "0.5 或者 0.6", "amount_several", {}),
    ("ticket_no", "TK-1234", "ticket_no_length", {"have": "4"}),
])
def test_what_is_wrong_is_said_precisely(kind: str, text: str, code: str, figures: dict) -> None:
    wanted = {"name": "x", "kind": kind, **({"min": 6, "max": 12} if kind == "digits" else {})}
    assert fields.read(wanted, text) == Trouble(code, figures)


@pytest.mark.parametrize(("kind", "text"), [("tx_hash", "什么是哈希"), ("email", "没有邮箱"), ("amount", "很多"), ("network", "不知道"), ("time", "忘了"), ("coin", "我不记得是什么了"), ("digits", "没有")])
def test_what_is_no_attempt_is_none(kind: str, text: str) -> None:
    assert fields.read({"name": "x", "kind": kind}, text) is None


def test_an_entity_of_the_fields_kind_fills_a_field_of_another_name() -> None:
    wanted = {"name": "expected_network", "kind": "network"}
    assert fields.read(wanted, "页面上写 TRC20", [{"entity": "network", "value": "TRC20", "text": "TRC20"}]) == Read("TRC20", "TRC20")


@given(st.sampled_from(sorted(READERS)), st.text(max_size=300))
def test_any_text_is_read_without_an_error(kind: str, text: str) -> None:
    found = fields.read({"name": "x", "kind": kind, "min": 2, "max": 100, "coins": COINS}, text)
    assert found is None or isinstance(found, (Read, Trouble))


def test_every_trouble_has_its_sentence(real) -> None:
    import inspect
    import re

    codes = set(re.findall(r'Trouble\("(\w+)"', inspect.getsource(fields)))
    assert codes
    assert {f"field.{c}" for c in codes} == {k for k in real.replies if k.startswith("field.")}
