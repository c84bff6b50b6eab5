"""Secrets are masked before anything is stored, and talk about secrets is left alone."""
from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from bot.safety.guard import ADVICE, KINDS, guard, mask

HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
WIF = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
XPRV = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"
HAN_SEED = Mnemonic("chinese_simplified").to_mnemonic(bytes(range(16)))
SIGNATURE = "5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW"


@pytest.mark.parametrize(("text", "secret", "kind"), [
    # passwords
    ("密码是 Qwe!2023abc", "Qwe!2023abc", "password"), ("密码Qwe!2023abc", "Qwe!2023abc", "password"), ("我的密码是Qwe!2023abc帮我登录", "Qwe!2023abc", "password"), ("密碼是Abc12345", "Abc12345", "password"),
    ("密码：woaini", "woaini", "password"), ("密码 123456", "123456", "password"), ("登录密码改成了 Abc123456", "Abc123456", "password"), ("我的密码是我爱你1314", "我爱你1314", "password"), ("资金密码=8888", "8888", "password"),
    ("账号 abc@x.com 密码 Abc12345", "Abc12345", "password"), ("Qwe!2023abc 是我的密码", "Qwe!2023abc", "password"), ("我的密码就是 qwerty99 啊", "qwerty99", "password"), ("密码【Qwe!2023abc】", "Qwe!2023abc", "password"),
    ("password: hunter2", "hunter2", "password"), ("pwd=abc123", "abc123", "password"), ("PASSWORD=Qwerty", "Qwerty", "password"), ("my password is hunter", "hunter", "password"), ("my password is Passw0rd, help me", "Passw0rd", "password"),
    ('my password is "correct horse"', "correct horse", "password"), ("password: correct horse battery staple", "horse battery staple", "password"), ("Qwe!2023abc is my password", "Qwe!2023abc", "password"),
    ("pass: letmein99", "letmein99", "password"), ("ｐａｓｓｗｏｒｄ：Ｑｗｅ２０２３", "Ｑｗｅ２０２３", "password"), ("p\u200ba\u200bssword: Qwe123!", "Qwe123!", "password"), ("pass\u200bword: Qw\u200be123!", "Qw\u200be123!", "password"),
    ("my old password was Summer2019 and", "Summer2019", "password"), ("密码\n是\nQwe!2023abc", "Qwe!2023abc", "password"), ("I changed my password to Winter#22", "Winter#22", "password"),
    ("账号密码是 zhangsan Abc12345", "Abc12345", "password"), ("账号密码：13800138000/Abc12345", "Abc12345", "password"), ("mima shi Qwe!2023abc", "Qwe!2023abc", "password"), ("contraseña: Qwe2023", "Qwe2023", "password"),
    ("пароль: qwerty12", "qwerty12", "password"), ("password - Qwe!2023abc", "Qwe!2023abc", "password"), ("密码→Qwe!2023abc", "Qwe!2023abc", "password"), ("my pass is Qwe!2023", "Qwe!2023", "password"), ("密 码：Qwe!2023abc", "Qwe!2023abc", "password"),
    ("login: foo password: barbaz", "barbaz", "password"), ("支付密码是258369", "258369", "password"), ("我把密码 Qwe!2023abc 发给骗子了", "Qwe!2023abc", "password"), ("I gave him my password Qwe!2023abc", "Qwe!2023abc", "password"),
    # codes
    ("验证码是G-482913", "482913", "code"), ("验证码：A7K9Q2", "A7K9Q2", "code"), ("the code they sent me is 123456", "123456", "code"), ("我把验证码123456告诉了他", "123456", "code"), ("验 证 码 123456", "123456", "code"), ("验证码 1 2 3 4 5 6", "1 2 3 4 5 6", "code"),
    ("123456（验证码）", "123456", "code"), ("google auth 123456", "123456", "code"),
    ("验证码 123456", "123456", "code"), ("谷歌验证码:123 456", "123 456", "code"), ("验证码是４５６７８９", "４５６７８９", "code"), ("验证码\n123456", "123456", "code"), ("123456是我的验证码", "123456", "code"), ("验证码是一二三四五六", "一二三四五六", "code"),
    ("短信验证码123-456", "123-456", "code"), ("我收到的验证码：8842", "8842", "code"), ("驗證碼 998877", "998877", "code"), ("my code is 123456", "123456", "code"), ("Verification code: 998877.", "998877", "code"),
    ("2FA code 123 456", "123 456", "code"), ("the code is 482913", "482913", "code"), ("otp 445566", "445566", "code"), ("my pin is 1234", "1234", "code"), ("cvv 123", "123", "code"), ("backup codes: abcd1-efgh2 ijkl3-mnop4", "abcd1-efgh2", "code"),
    ("code: 123456", "123456", "code"), ("it says 112233 is my verification code", "112233", "code"),
    # seed phrases
    (SEED, SEED, "seed"), (f"my seed phrase is {SEED} please help", SEED, "seed"), (SEED.upper(), SEED.upper(), "seed"), (SEED.replace(" ", ", "), "sausage, worth", "seed"), (SEED.replace(" ", "\n"), "sausage\nworth", "seed"),
    (" ".join(f"{n}. {word}" for n, word in enumerate(SEED.split(), 1)), "sausage", "seed"), ("abandon " * 11 + "about", "abandon abandon", "seed"), (SEED.replace("wave", "wafe"), "sausage worth", "seed"),
    ("助记词 abandon ability able about above absent", "ability able", "seed"), (f"助记词：{HAN_SEED}", HAN_SEED, "seed"), (HAN_SEED, HAN_SEED, "seed"), (HAN_SEED.replace(" ", "，"), HAN_SEED.replace(" ", "，"), "seed"),
    ("我的助记词" + HAN_SEED.replace(" ", ""), HAN_SEED.replace(" ", "")[1:], "seed"),
    ("my seed phrase is apple banana cherry dog elephant frog grape house ice jacket king lemon", "banana cherry", "seed"), (SEED.replace(" ", "→"), "sausage→worth", "seed"), ("seed phrase abandon ability able about above absent", "ability able", "seed"),
    # private keys
    ("私钥 " + " ".join(HASH[at:at + 8] for at in range(0, 64, 8)), HASH[8:16], "key"),
    (WIF, WIF, "key"), (f"看一下{WIF}", WIF, "key"), (XPRV, XPRV, "key"), (f"私钥 {HASH}", HASH, "key"), (f"private key: 0x{HASH}", HASH, "key"), (f"导入 {HASH}", HASH, "key"), (f"私钥是{HASH[:62]}", HASH[:62], "key"),
    (f"{HASH} 这个是我的私鑰", HASH, "key"), ("[" + ",".join(str(n) for n in range(64)) + "]", "12,13,14", "key"), ("sEdTM1uX8pu2do5XvTnutH6HsouMaM2 snoPBrXtMeMyMHUVTgbuqAfg1SUTb", "snoPBrXtMeMyMHUVTgbuqAfg1SUTb", "key"),
    ("-----BEGIN EC PRIVATE KEY-----\nMHQCAQEEIBkg\n-----END EC PRIVATE KEY-----", "MHQCAQEEIBkg", "key"), (f"Solana private key {SIGNATURE}", SIGNATURE, "key"),
    # API keys, tokens, cards
    ("api key: vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A", "vmPUZE6mv9SD5VNHk4", "api"), ("apiSecret=NhqPtmdSJYdKjVHj7PZj4Mge3R5YNiP1e3", "NhqPtmdSJYdKjVHj7PZj4Mge3R5YNiP1e3", "api"),
    ("vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A", "vmPUZE6mv9SD5VNHk4", "api"), ("谷歌密钥 JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXP", "api"), ("https://www.example.com/reset?token=abcdef123456", "abcdef123456", "api"),
    ("卡号 4111 1111 1111 1111", "4111 1111 1111 1111", "card"), ("4242-4242-4242-4242", "4242-4242-4242-4242", "card"), ("６２１７ 0012 3456 7890 122", "0012 3456", "card"), ("３７８２８２２４６３１０００５", "３７８２", "card"), ("４１１１１１１１１１１１１１１１", "４１１１", "card"),
])
def test_a_secret_is_masked_and_named(text, secret, kind):
    guarded = guard(text)
    assert secret not in guarded.text
    assert kind in [found.kind for found in guarded.found]
    assert mask(kind) in guarded.text
    assert guarded.advice == ADVICE[min((found.kind for found in guarded.found), key=KINDS.index)]


@pytest.mark.parametrize("text", [
    "忘记密码了", "密码重置邮件没收到", "密码要8位以上吗", "密码输错3次", "重置密码后24小时不能提现", "我的密码不对", "密码是错的", "密码是多少位", "修改密码 2FA 也要重置", "密码iPhone12上改不了", "忘记密码 13800138000", "忘记密码 12345678",
    "忘记密码 abc123@gmail.com", "不要告诉别人私钥和密码", "密码：忘了", "登录密码和资金密码有什么区别", "密码 6-20位", "改密码要多久？30分钟",
    "my password is wrong", "my password is not working", "my password is incorrect!", "password: reset email missing", "password reset link expired", "I forgot my password, it is so annoying", "I gave my password to someone",
    "forgot password iphone 12", "the password is required", "Is password 8 characters long?", "is my password safe", "change password on v2.3.1",
    "code not received", "错误代码 1005", "error code 123456", "验证码收不到，等了30分钟", "验证码发到13800138000了但收不到", "邀请码 123456", "country code 8613", "promo code 123456", "谷歌验证码丢了", "验证码 2025年12月1日 没收到",
    "pin not working", "zip code 100000", "QR code 200200", "2FA lost", "收不到验证码 UID 12345678",
    "UID 12345678", "订单号 4111111111111111", "order 4111111111111111", "612345678901234566", "4000000000000000022", "充值 1000 USDT 到 TRC20", "助记词是什么", "how many words are in a seed phrase?", "私钥是什么意思", "什么是API密钥",
    "我的UID 123456 验证码收不到", "验证码页面显示 404", "谷歌验证器换手机了 iPhone15", "my order code 123456", "OTP not received on +8613800138000", "the price is 68000 68500 69000", "100 200 300 400 500 600", "password length 8-16",
    "忘记密码，UID12345678", "账号 zhang1990 忘记密码", "I lost my seed phrase and cannot restore my wallet what should I do now please help", "助记词忘记了还能找回钱包里的币吗怎么办",
    f"交易哈希是 {HASH}", f"0x{HASH} 这个哈希查不到", f"my deposit 0x{HASH} is missing", f"https://tronscan.org/#/transaction/{HASH}", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    f"tx {SIGNATURE}", "我在2025年12月1日下午3点，充值了0.5个BTC", "", "好", "zhang@example.com", "+65 8123 4567", "密", "[已隐去]",
])
def test_what_is_no_secret_stays_as_it_was_typed(text):
    assert guard(text).text == text
    assert not guard(text).found


def test_the_rest_of_the_message_stays_character_for_character():
    guarded = guard("你好　ＡＢＣ\u200b，密码是 Qwe!2023abc，急！")
    assert guarded.text == "你好　ＡＢＣ\u200b，密码是 ⟦password⟧，急！"
    assert [guarded.text[found.start:found.end] for found in guarded.found] == ["⟦password⟧"]
    assert not guarded.only_secret


def test_what_no_database_takes_is_taken_out():
    guarded = guard("充值\0没到账 \ud800 \ud83d\ude00")
    assert guarded.text == "充值没到账 \ufffd \U0001f600"


@pytest.mark.parametrize("text", ["密码是 Qwe!2023abc", "Qwe!2023abc 是我的密码", "my code is 123456", "验证码：123456", SEED, WIF, f"这是我的私钥：{WIF}", HASH, "4111 1111 1111 1111", "my password: hunter2"])
def test_a_message_that_is_only_a_secret_says_so(text):
    assert guard(text).only_secret


@pytest.mark.parametrize("text", ["密码是 Qwe!2023abc 为什么登录不了", "验证码 123456 不对", f"这个 {WIF} 被盗了怎么办", "my password is Hunter22 but I cannot log in"])
def test_a_message_that_says_more_goes_on(text):
    assert guard(text).found
    assert not guard(text).only_secret


@pytest.mark.parametrize(("text", "asked", "previous", "kind"), [
    (HASH, None, None, "hex"), ("0x" + HASH, None, None, "hex"), (HASH, None, "充值没到账", "hex"), (f"看看这个 {HASH}", None, None, "hex"), (SIGNATURE, None, None, "hex"),
    (HASH, "tx_hash", None, None), (HASH, None, "我把哈希发给你", None), (f"哈希 {HASH}", None, None, None), (f"txid: {HASH}", None, None, None), (SIGNATURE, "tx_hash", None, None),
    (HASH, None, "怎么导入私钥", "key"), (HASH, "tx_hash", "我的私钥", "key"), (f"我的私钥 {HASH}", "tx_hash", None, "key"), (f"import {HASH}", "tx_hash", None, "key"), (f"交易哈希是 {HASH}", None, "我的私钥", None),
])
def test_64_hex_digits_are_judged_by_what_is_said_and_asked(text, asked, previous, kind):
    guarded = guard(text, asked, previous)
    assert [found.kind for found in guarded.found] == ([kind] if kind else [])
    assert guarded.ask_what == (kind == "hex")
    if kind == "hex":
        assert guarded.advice == "secret.hex_ask"
        assert "…" in guarded.text


def test_a_doubtful_hash_is_shortened_to_six_and_four():
    assert guard(HASH).text == "4a5e1e…a33b"


@pytest.mark.parametrize(("text", "asked", "previous", "kind"), [
    ("123456", None, "验证码收到了", "code"), ("123 456", None, "here comes my code", "code"), ("123456", "uid", "验证码收到了", None), ("123456", None, "我的UID", None), ("123456", None, None, None),
    ("Qwe!2023abc", None, "我的密码是", "password"), ("Qwe!2023abc", None, "my password is:", "password"), ("Qwe!2023abc", None, "你好", None),
    ("legal winner thank year wave sausage", None, "我的助记词是", "seed"), ("legal winner thank year wave sausage", None, "你好", None),
])
def test_the_message_before_may_have_announced_the_secret(text, asked, previous, kind):
    assert [found.kind for found in guard(text, asked, previous).found] == ([kind] if kind else [])


@pytest.mark.parametrize(("text", "kinds"), [
    ("旧密码 Abc12345 新密码 Xyz98765", ["password", "password"]), ("短信验证码123456，谷歌654321", ["code", "code"]), (f"密码是 Abc12345 验证码 123456 私钥 {WIF}", ["password", "code", "key"]),
])
def test_several_secrets_are_each_masked_and_the_gravest_advises(text, kinds):
    guarded = guard(text)
    assert [found.kind for found in guarded.found] == kinds
    assert guarded.advice == ADVICE[min(kinds, key=KINDS.index)]


@given(st.sampled_from([12, 15, 18, 21, 24]), st.binary(min_size=32, max_size=32), st.sampled_from(["english", "chinese_simplified", "chinese_traditional"]), st.sampled_from([" ", "  ", "\n", ", ", "、"]))
def test_any_seed_phrase_is_masked_whole(count, entropy, language, between):
    words = Mnemonic(language).to_mnemonic(entropy[:count * 4 // 3]).split()
    guarded = guard("帮我看看 " + between.join(words))
    assert [found.kind for found in guarded.found] == ["seed"]
    assert between.join(words) not in guarded.text
    assert not any(word in guarded.text.split() for word in words)


@given(st.binary(min_size=32, max_size=32), st.booleans())
def test_any_wallet_import_key_is_masked(secret, compressed):
    payload = b"\x80" + secret + (b"\x01" if compressed else b"")
    key = _base58(payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4])
    assert guard(f"帮我看下{key}谢谢").text == "帮我看下⟦key⟧谢谢"


def _base58(raw):
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = alphabet[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text


@given(st.text(max_size=300) | st.text(st.sampled_from("密码是password验证: =1234567890aB!\u200b\n⟦⟧０１"), max_size=300), st.sampled_from([None, "tx_hash", "uid"]))
def test_guarding_what_is_guarded_changes_nothing_more(text, asked):
    once = guard(text, asked)
    assert guard(once.text, asked).text == once.text
    for found in once.found:
        assert 0 <= found.start < found.end <= len(once.text)


@pytest.mark.parametrize("piece", ["密码", "密码是", "password is ", "my code is ", "1", "1 ", "!", "a ", "abandon ", "的 ", "5", "eyJ", "-----BEGIN PRIVATE KEY-----", "[1,", "?code=", "验证码是 ", "是", "\u200b", "ﷺ", "4111 ", "x1! is my "])
def test_a_long_hostile_message_is_guarded_all_the_same(piece):
    filler = (piece * 4000)[:3900]
    assert "Qwe!2023abc" not in guard(f"{filler}\n密码是 Qwe!2023abc").text
