"""Numbers of identity papers are masked like secrets; other long numbers are not."""
from __future__ import annotations

import pytest

from bot.safety.guard import guard

MAINLAND = "11010519491231002X"  # GB 11643's own example
TAIWAN, HONG_KONG = "A123456789", "G123456(A)"


@pytest.mark.parametrize(("text", "shown"), [
    (MAINLAND, "⟦id⟧"), (f"身份证号 {MAINLAND} 帮我看看", "身份证号 ⟦id⟧ 帮我看看"), ("110105 19491231 002X 是我的", "⟦id⟧ 是我的"), (f"我的身份證 {TAIWAN}", "我的身份證 ⟦id⟧"),
    (f"my id is {HONG_KONG}", "my id is ⟦id⟧"), ("passport number E12345678", "passport number ⟦id⟧"), ("护照号：E12345678 被拒了", "护照号：⟦id⟧ 被拒了"), ("SSN 078-05-1120", "SSN ⟦id⟧"),
])
def test_identity_numbers_are_masked(text, shown):
    guarded = guard(text)
    assert guarded.text == shown
    assert guarded.advice == "secret.id"


@pytest.mark.parametrize("text", [
    "订单 110105194912310021", "订单号 612345678901234566", "UID 12345678", "passport photo rejected", "身份证上传失败", "护照可以用吗", "A123456789", "my id card was rejected twice", "user id 12345678",
    "TK-123456789", "交易 A123456789 失败",
])
def test_other_numbers_stay(text):
    assert guard(text).text == text
