"""The language of a message, and when a message says nothing about it."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import detect, other_language

HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


@pytest.mark.parametrize(("text", "language"), [
    ("我的充值没到账", "zh-Hans"), ("你好", "zh-Hans"), ("人工", "zh-Hans"), ("我的 deposit 没到账", "zh-Hans"), ("USDT 充值", "zh-Hans"),
    ("KYC是什么意思？", "zh-Hans"), ("please 转人工", "zh-Hans"),
    ("我的儲值沒到帳", "zh-Hant"), ("驗證碼收不到", "zh-Hant"), ("請問怎麼聯繫客服", "zh-Hant"),
    ("my deposit is missing", "en"), ("where is my money", "en"), ("forgot password", "en"), ("hello", "en"), ("ok", "en"),
    ("I sent USDT to 我的钱包 but it is not there yet, can you please check this for me", "en"),
    ("Hello I cannot log in, my password is wrong 我忘记密码了", "mixed"),
])
def test_the_language_of_a_first_message(text, language):
    assert detect(text) == language


@pytest.mark.parametrize("text", ["12345678", HASH, "0x" + HASH, "USDT", "TRC20", "0.5 BTC", "TK-123456786", "!!!", "", "👍", "https://example.com/a",
                                  "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "zhang@example.com", "Binance", "Здравствуйте, где мои деньги", "hola no puedo entrar"])
@pytest.mark.parametrize("previous", ["zh-Hans", "zh-Hant", "en"])
def test_what_says_nothing_keeps_the_language_of_the_conversation(text, previous):
    assert detect(text, previous) == previous


def test_what_says_nothing_at_the_start_is_unknown():
    assert detect(HASH) is None


@pytest.mark.parametrize("text", ["你好", "人工"])
def test_chinese_common_to_both_scripts_keeps_the_script_of_the_conversation(text):
    assert detect(text, "zh-Hant") == "zh-Hant"


@pytest.mark.parametrize("text", ["ok", "wallet", "exchange", "hi"])
def test_one_english_word_does_not_turn_a_chinese_conversation(text):
    assert detect(text, "zh-Hans") == "zh-Hans"


def test_a_chinese_message_turns_an_english_conversation():
    assert detect("还是没到账", "en") == "zh-Hans"


@pytest.mark.parametrize(("text", "code"), [
    ("Здравствуйте, где мои деньги?", "ru"), ("hola, no puedo entrar en mi cuenta", "es"), ("Olá, meu depósito não chegou", "pt"),
    ("je ne peux pas retirer mon argent", "fr"), ("ich habe mein Passwort vergessen", "de"), ("비밀번호를 잊었어요", "ko"),
    ("パスワードを忘れました", "ja"), ("ลืมรหัสผ่าน", "th"), ("نسيت كلمة المرور", "ar"), ("hesabıma giriş yapamıyorum", "tr"),
    ("saya lupa kata sandi", "id"), ("Tôi chưa nhận được tiền", "vi"), ("मेरा पैसा नहीं आया", "hi"), ("non riesco a fare il prelievo, aiuto", "it"),
    ("hola", "es"), ("danke", "de"), ("Merci!", "fr"), ("mi retiro no ha llegado", "es"), ("ma carte est bloquée, aidez-moi", "fr"),
])
def test_common_other_languages_are_recognised(text, code):
    assert other_language(text) == code


@pytest.mark.parametrize("text", ["my deposit is missing", "no", "die", "我的充值没到账", "の", "USDT", "hello", "Solana", "can you help me with la withdrawal", "ok thanks", "ada", HASH])
def test_english_and_chinese_are_no_other_language(text):
    assert other_language(text) is None


@given(st.text(), st.sampled_from([None, "zh-Hans", "zh-Hant", "en"]))
def test_any_text_gets_an_answer(text, previous):
    assert detect(text, previous) in (None, "zh-Hans", "zh-Hant", "en", "mixed")
    other_language(text)
