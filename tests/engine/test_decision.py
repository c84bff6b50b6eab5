"""What a message that tells of a fraud is taken for, by its words, whatever the classifier leans to."""
from __future__ import annotations

import pytest

from bot.dialogue.match import wants_person
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


@pytest.mark.parametrize("text", [
    "i wrote there the twelve words", "客服让我把钱包那十二个词发他 我发了", "he is connected", "he can see my screen now", "yes he is still inside the computer", "他正在远程我的电脑", "鼠标自己在动"])
@pytest.mark.parametrize("decision", ["act", "clarify", "fallback"])
def test_a_wallets_words_given_or_a_device_controlled_is_an_alarm_whatever_else_is_read(text: str, decision: str) -> None:
    assert alarming(text, decision, ["deposit_missing"])


@pytest.mark.parametrize("text", ["can he see my screen?", "他能不能远程我的电脑？", "i lost my seed phrase", "我的助记词没给任何人", "my phone is connected to wifi"])
def test_what_is_only_asked_or_denied_is_none(text: str) -> None:
    assert not alarming(text, "fallback", ["deposit_missing"])


@pytest.mark.parametrize("text", ["提币提了一天都没到 转人工", "my deposit is missing, i want to talk to a real person", "充值没到，给我转真人"])
def test_a_person_asked_for_beside_a_problem_is_asked_for(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize("text", ["怎么转人工", "充值没到，不用转人工", "how can i talk to a person", "人工智能币充值没到"])
def test_how_to_reach_one_is_another_question(text: str) -> None:
    assert not wants_person(text)
