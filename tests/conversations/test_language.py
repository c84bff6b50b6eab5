"""繁體 at display: words are converted, links, names, numbers and placeholders are not."""
from __future__ import annotations

import pytest

from bot.conversations.language import to_traditional


@pytest.mark.parametrize(("simplified", "traditional"), [
    ("您的账户", "您的帳戶"),
    ("账号被锁定", "帳號被鎖定"),
    ("转人工", "轉真人"),
    ("银行卡由发卡银行停用", "銀行卡由發卡銀行停用"),
    ("在“手机流量”和 Wi-Fi 之间换一下，再打给运营商", "在「行動數據」和 Wi-Fi 之間換一下，再打給電信公司"),
    ("用旧手机号重置", "用舊手機號碼重置"),
    ("手机号码", "手機號碼"),
    ("客服质量，不要理私信", "客服品質，不要理私訊"),
    ("屏蔽了，不要再回复", "封鎖了，不要再回覆"),
    ("充值没到账", "充值沒到帳"),
    ("处理中或审核中", "處理中或審核中"),
    ("上链的转账", "上鏈的轉帳"),
    ("请联系发卡银行，不要加微信号", "請聯絡發卡銀行，不要加微信號"),
    ("注销账户", "註銷帳戶"),
    ("重新绑定二次验证", "重新綁定二次驗證"),
    ("本平台的注册邮箱", "本平台的註冊信箱"),
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
