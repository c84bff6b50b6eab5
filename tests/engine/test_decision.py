"""What a message that tells of a fraud is taken for, by its words, whatever the classifier leans to."""
from __future__ import annotations

import pytest

from bot.engine.decision import alarming

FRAUD = ["official_channel_check", "account_compromised", "deposit_missing"]


@pytest.mark.parametrize("text", [
    "刚才有人打电话说是客服 我把验证码念给他了", "有人打來說是客服 驗證碼我唸給他了", "客服让我共享屏幕 我共享了", "客服叫我下载向日葵 我下了", "客服让我填12个单词 我填了", "叫我轉USDT解凍，我轉了500U",
    "I got an e-mail from your security department with a link and I typed in my password and the six numbers. Is this correct?", "a caller asked me to move coins to a safe wallet and i moved half",
    "they said pay 300 usdt tax so i paid", "i gave away my seed phrase", "我把私钥发给别人了"])
@pytest.mark.parametrize("decision", ["act", "clarify"])
def test_harm_told_with_its_fraud_is_an_alarm(text: str, decision: str) -> None:
    assert alarming(text, decision, FRAUD)


@pytest.mark.parametrize("text", [
    "有人打电话说是客服，让我把验证码念给他", "如果我给了他验证码会怎样", "我转了500U到你们的充值地址，是官方的吗", "they want me to install anydesk", "客服让我下了单", "i lost my seed phrase",
    "要把助记词给你们吗？", "someone asked me for my code but i gave nothing"])
def test_what_a_fraud_only_wants_is_no_alarm(text: str) -> None:
    assert not alarming(text, "act", FRAUD)


def test_other_problems_are_left_as_they_are() -> None:
    assert not alarming("i entered the code but it says wrong", "act", ["two_factor_problem", "official_channel_check"])
    assert not alarming("i entered the code but it says wrong", "fallback", FRAUD)
