"""繁體 at display: words are converted, links, names, numbers and placeholders are not."""
from __future__ import annotations

import pytest

from bot.conversations.language import to_traditional


@pytest.mark.parametrize(("simplified", "traditional"), [
    ("您的账户", "您的帳戶"),
    ("账号被锁定", "帳號被鎖定"),
    ("转人工", "轉人工"),
    ("充值没到账", "充值沒到賬"),
    ("", ""),
    ("TXID", "TXID"),
])
def test_words_are_converted(simplified, traditional):
    assert to_traditional(simplified) == traditional


@pytest.mark.parametrize("kept", [
    "https://www.example.com/登录?a=账户", "name@后台.com", "@官方客服".replace("官方客服", "example_support"), "{field.账户}", "TK-123456782",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "0.5",
])
def test_links_names_and_values_stay(kept):
    assert f"：{kept} 請" in to_traditional(f"在这里：{kept} 请")


def test_the_brand_keeps_its_own_characters():
    assert to_traditional("欢迎来到币安网络", ("币安网络",)) == "歡迎來到币安网络"
