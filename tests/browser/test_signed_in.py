"""Signed-in users in the browser: consent before an anonymous conversation is taken along, a device that is cleared, and people who share one."""
from __future__ import annotations

import time
import uuid

import jwt
import pytest
from playwright.sync_api import Page, expect
from widget_page import mine, open_widget, reply, say

KEY = "exchange-signs-with-this-key-in-tests-0123456789"


def identity(user: str) -> str:
    now = int(time.time())
    return jwt.encode({"sub": user, "aud": "support-chat", "iat": now, "exp": now + 120}, KEY, "HS256")


@pytest.fixture
def user() -> str:
    return f"u{uuid.uuid4().hex[:10]}"


def visit(context, site, door, user: str = "") -> Page:
    page = context.new_page()
    page.goto(site.page("/signed", door.url, script=f'data-identity="{identity(user)}"' if user else ""))
    return page


def talked(page: Page, text: str) -> None:
    open_widget(page)
    say(page, text)
    expect(reply(page, f"echo text: {text}")).to_be_visible()


def test_what_was_said_anonymously_is_taken_along_only_after_a_yes(context, door, site, user):
    talked(visit(context, site, door), "登录前写的")
    page = visit(context, site, door, user)
    open_widget(page)
    expect(mine(page, "登录前写的")).to_have_count(0)
    expect(page.locator(".question")).to_contain_text("放到您的账户里")
    page.get_by_role("button", name="放到账户里").click()
    expect(mine(page, "登录前写的")).to_have_count(1)
    say(page, "登录后写的")
    expect(reply(page, "echo text: 登录后写的")).to_be_visible()
    other = visit(context, site, door, user)
    open_widget(other)
    expect(mine(other, "登录前写的")).to_have_count(1)


def test_after_a_no_it_stays_out_and_is_not_asked_again(context, door, site, user):
    talked(visit(context, site, door), "不想带走的")
    page = visit(context, site, door, user)
    open_widget(page)
    page.get_by_role("button", name="不用").click()
    expect(page.locator(".question")).to_be_hidden()
    talked_in = visit(context, site, door, user)
    open_widget(talked_in)
    expect(talked_in.locator(".question")).to_be_hidden()
    expect(mine(talked_in, "不想带走的")).to_have_count(0)


def test_signing_in_while_the_chat_is_open_changes_the_conversation(context, door, site, user):
    page = visit(context, site, door)
    talked(page, "还没登录")
    page.evaluate("token => SupportChat.identify(token)", identity(user))
    expect(mine(page, "还没登录")).to_have_count(0)
    page.get_by_role("button", name="放到账户里").click()
    expect(mine(page, "还没登录")).to_have_count(1)


def test_signing_out_clears_the_device(context, door, site, user):
    page = visit(context, site, door, user)
    talked(page, "我的余额问题")
    page.locator("#text").fill("写了一半")
    context.route("**/api/messages", lambda route: route.abort())
    say(page, "没发出去的")
    page.locator("#text").fill("又写了一半")
    page.evaluate("SupportChat.logout()")
    context.unroute("**/api/messages")
    kept = page.evaluate("Object.entries(localStorage)")
    assert not [pair for pair in kept if user in str(pair) or "一半" in str(pair) or "没发出去" in str(pair) or "余额" in str(pair)]
    expect(page.locator("#text")).to_have_value("")
    page.locator(".message.bot").first.wait_for()
    expect(mine(page, "我的余额问题")).to_have_count(0)
    assert page.evaluate("localStorage.getItem('support-chat.user')") != "1"


def test_a_page_without_a_signed_in_user_says_so_with_an_empty_identity(context, door, site, user):
    talked(visit(context, site, door, user), "我的")
    page = context.new_page()
    page.goto(site.page("/nobody", door.url, script='data-identity=""'))
    open_widget(page)
    expect(mine(page, "我的")).to_have_count(0)


def test_the_next_user_of_a_shared_device_sees_nothing_of_the_last(context, door, site, user):
    page = visit(context, site, door, user)
    talked(page, "第一个人的")
    page.locator("#text").fill("第一个人的草稿")
    page = visit(context, site, door, user + "x")
    open_widget(page)
    expect(mine(page, "第一个人的")).to_have_count(0)
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator(".question")).to_be_hidden()


def test_another_tab_follows_a_sign_in_and_a_sign_out(context, door, site, user):
    one = visit(context, site, door)
    talked(one, "匿名的")
    two = visit(context, site, door)
    open_widget(two)
    expect(mine(two, "匿名的")).to_have_count(1)
    one.evaluate("token => SupportChat.identify(token)", identity(user))
    expect(mine(two, "匿名的")).to_have_count(0)
    one.evaluate("SupportChat.logout()")
    say(two, "还能写")
    expect(reply(two, "echo text: 还能写")).to_be_visible()


def test_a_token_that_ran_out_is_asked_of_the_page_again_and_nothing_is_lost(context, door, site, user):
    page = context.new_page()
    page.goto(site.page("/renew", door.url))
    page.evaluate("""token => { window.asked = 0; SupportChat.on('identity-expired', () => asked++); return SupportChat.identify(async () => (asked > 0 ? window.fresh : token)); }""", identity(user))
    talked(page, "之前")
    page.evaluate("token => { window.fresh = token; localStorage.setItem('support-chat.token', 'a.b.c'); }", identity(user))
    say(page, "之后")
    expect(reply(page, "echo text: 之后")).to_be_visible()
    expect(mine(page, "之前")).to_have_count(1)
    assert page.evaluate("asked") >= 1


def test_without_a_fresh_token_it_says_what_to_do_and_keeps_the_words(context, door, site, user):
    page = visit(context, site, door, user)
    talked(page, "之前")
    page.evaluate("localStorage.setItem('support-chat.token', 'a.b.c')")
    say(page, "之后")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(mine(page, "之后")).to_contain_text("等待发送")
    page = visit(context, site, door, user)
    open_widget(page)
    expect(reply(page, "echo text: 之后")).to_be_visible(timeout=20_000)
