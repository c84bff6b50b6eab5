"""Personal data does not reach logs, exports and transcripts."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.personal import redact


@pytest.mark.parametrize(("text", "redacted"), [
    ("我的邮箱是zhang.san@gmail.com", "我的邮箱是z***@gmail.com"), ("手机13812345678", "手机***5678"), ("+65 8123 4567", "***4567"), ("手机号：138 1234 5678", "手机号：***5678"), ("call 415-555-2671", "call ***2671"),
    ("UID: 12345678", "UID: ***678"), ("12345678", "***678"), ("地址 bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq。", "地址 bc1qar…5mdq。"), ("身份证 110101199003074514", "身份证 ⟦id⟧"), ("phone: 5551234567", "phone: ***4567"),
])
def test_personal_data_is_shortened_beyond_recognition(text, redacted):
    assert redact(text) == redacted


@pytest.mark.parametrize("text", ["TK-000000013", "充值了1000000 USDT", "0.12345678 BTC", "2025年12月1日下午3点", "订单号 123456789012", "错误代码 1005", "⟦password⟧", "还没到账", "24-48小时"])
def test_what_a_transcript_needs_stays(text):
    assert redact(text) == text


@given(st.text(st.sampled_from("0123456789@.abc+- 手机uid:⟦⟧*…T")))
def test_redacting_twice_changes_nothing_more(text):
    assert redact(redact(text)) == redact(text)
