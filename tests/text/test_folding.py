"""Folding matches words across scripts and never moves a character."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import fold
from bot.text.hanzi import SIMPLIFIED, TRADITIONAL


@pytest.mark.parametrize(("written", "folded"), [
    ("儲值沒到帳", "储值没到账"), ("轉帳到錢包", "转账到钱包"), ("驗證碼收不到", "验证码收不到"), ("鏈上確認", "链上确认"), ("帐号", "账号"), ("提現失敗，請轉人工客服", "提现失败，请转人工客服"),
    ("USDT", "usdt"), ("我的錢不見了", "我的钱不见了"),
])
def test_traditional_characters_and_capitals_are_folded(written, folded):
    assert fold(written) == folded


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text):
    assert len(fold(text)) == len(text)


def test_the_table_pairs_each_traditional_character_with_one_simplified_one():
    assert len(TRADITIONAL) == len(SIMPLIFIED) == len(set(TRADITIONAL)) > 1200
    assert all(a != b for a, b in zip(TRADITIONAL, SIMPLIFIED))
