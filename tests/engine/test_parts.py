"""Where a message may hold a second matter."""
from __future__ import annotations

import pytest

from bot.engine.parts import parts


@pytest.mark.parametrize(("text", "expected"), [
    ("充值没到账。另外我忘记密码了", ["充值没到账", "我忘记密码了"]),
    ("提现失败，还有我的订单不成交", ["提现失败", "我的订单不成交"]),
    ("my deposit is missing, also I forgot my password", ["my deposit is missing", "I forgot my password"]),
    ("I cannot log in. My withdrawal is stuck!", ["I cannot log in", "My withdrawal is stuck"]),
])
def test_a_second_matter_begins_a_part(text, expected):
    assert [part.removesuffix("!") for part in parts(text)] == expected


@pytest.mark.parametrize("text", ["充值没到账", "你好，充了0.5个BTC，还没到账", "0.5 BTC to my wallet", "", "？？", "KYC？", "还有问题吗"])
def test_one_matter_has_no_parts(text):
    assert parts(text) == []
