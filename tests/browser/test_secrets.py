"""The first warning in the box: secrets are recognised by their shape before they leave the browser, and ordinary words are left alone."""
from __future__ import annotations

import pytest
from playwright.sync_api import expect
from widget_page import SEED, mine, reply, say

HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
SECRETS = {
    "a seed phrase": SEED,
    "a seed phrase within words": f"我的助记词 {SEED} 怎么办",
    "a numbered one": " ".join(f"{n}. {word}" for n, word in enumerate(SEED.split(), 1)),
    "one with commas and capitals": SEED.title().replace(" ", ", "),
    "one in single characters": "的 一 是 在 不 了 有 和 人 这 中 大",
    "24 words": f"{SEED} {SEED}",
    "a private key": f"private key: {HASH}",
    "a private key in Chinese": f"导入钱包 0x{HASH}",
    "a WIF key": "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    "a password": "我的登录密码是 hunter2Abc",
    "a password in English": "password: hunter2Abc",
    "a code": "验证码 482913",
    "a code in English": "my 2FA code is 482 913",
    "full-width letters": "ｐａｓｓｗｏｒｄ：ｈｕｎｔｅｒ２Ａｂｃ",
}
ORDINARY = {
    "a hash": HASH,
    "a hash within words": f"充值没到账，交易哈希 {HASH}",
    "a question about passwords": "我忘记密码了，怎么重置密码",
    "a code that does not come": "收不到验证码，等了10分钟",
    "an order": "订单 884213 没有成交",
    "a long sentence": "please help because the coins have never shown up after they left my wallet yesterday and the status says completed",
    "a long sentence of short words": "can you help me find out why the fund was not sent from this side yet",
    "Chinese": "我昨天下午三点从另一个平台转了两百五十个泰达币过来到现在还没有到账",
    "an address": "TQ5xbuY8Bq9k4s5dU8s3TtT9vNg7xKgqjL",
    "a list of coins": "BTC ETH USDT SOL XRP DOGE ADA TRX DOT LTC BCH UNI",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_does_not_leave_the_browser_unasked(context, page, name):
    sent = []
    context.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    say(page, SECRETS[name])
    expect(page.locator(".guard")).to_be_visible()
    expect(page.locator(".guard")).to_contain_text("还没有发出去")
    assert not [body for body in sent if SECRETS[name][:20] in body]
    expect(page.locator(".message.user")).to_have_count(0)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert SECRETS[name][:20] not in kept


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_words_go_out_at_once(page, name):
    say(page, ORDINARY[name])
    expect(page.locator(".message.user")).to_have_count(1)
    expect(page.locator(".guard")).to_be_hidden()


def test_it_can_be_edited_deleted_or_sent_all_the_same_and_then_the_server_decides(page):
    say(page, f"我的助记词 {SEED} 怎么办")
    page.get_by_role("button", name="改一改").click()
    expect(page.locator("#text")).to_be_focused()
    say(page, f"我的助记词 {SEED} 怎么办")
    page.get_by_role("button", name="全部删掉").click()
    expect(page.locator("#text")).to_have_value("")
    say(page, f"我的助记词 {SEED} 怎么办")
    page.get_by_role("button", name="照常发送").click()
    expect(page.locator(".message.user")).to_have_count(1)
    expect(page.locator(".message.user .bubble")).to_contain_text("⟦seed⟧")
    page.reload()
    expect(page.locator(".message.user .bubble")).to_contain_text("⟦seed⟧")
    assert "winner" not in page.locator(".log").inner_text()


def test_what_was_called_harmless_is_asked_again_when_it_changes(page):
    say(page, "password: hunter2Abc")
    page.get_by_role("button", name="照常发送").click()
    expect(page.locator(".message.user")).to_have_count(1)
    say(page, "password: hunter3Abc")
    expect(page.locator(".guard")).to_be_visible()
    expect(mine(page, "password: hunter3Abc")).to_have_count(0)
    say(page, "好了")
    expect(reply(page, "echo text: 好了")).to_be_visible()
