"""The full page as apps show it in a WebView: the user's token behind the #, a case by its number, the Back button, and word to the app."""
from __future__ import annotations

import time
import uuid

import jwt
from playwright.sync_api import expect
from widget_page import mine, open_chat, reply, say

KEY = "exchange-signs-with-this-key-in-tests-0123456789"


def identity(user: str) -> str:
    now = int(time.time())
    return jwt.encode({"sub": user, "aud": "support-chat", "iat": now, "exp": now + 120}, KEY, "HS256")


def test_the_app_s_user_is_signed_in_and_the_token_leaves_the_address(browser, door):
    user = uuid.uuid4().hex
    for text in ("从手机", None):
        context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
        page = open_chat(context, door.url, f"#identity={identity(user)}")
        assert page.url == f"{door.url}/chat"
        if text:
            say(page, text)
            expect(reply(page, f"echo text: {text}")).to_be_visible()
        else:
            expect(mine(page, "从手机")).to_have_count(1)
        assert page.evaluate("localStorage.getItem('support-chat.user')") == "1"
        context.close()


def test_the_language_can_be_the_app_s(browser, door):
    context = browser.new_context(locale="zh-CN")
    page = open_chat(context, door.url, "?lang=en")
    expect(page.locator(".trust")).to_contain_text("never ask")
    context.close()


def test_a_link_to_a_case_opens_its_sheet_and_somebody_else_s_number_shows_nothing_of_it(browser, door):
    context = browser.new_context(locale="zh-CN")
    page = open_chat(context, door.url)
    say(page, "充值案例")
    expect(reply(page, "echo text: 充值案例")).to_be_visible()
    page.goto(f"{door.url}/chat?case=TK-123456782")
    expect(page.locator(".sheet")).to_be_visible()
    expect(page.locator(".sheet")).to_contain_text("充值没到账")
    expect(page.locator(".sheet")).not_to_contain_text("TK-123456782")
    page.go_back()
    expect(page.locator(".sheet")).to_be_hidden()
    context.close()


def test_the_app_hears_what_happens_without_the_words(browser, door):
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.add_init_script("window.told = []; window.SupportChatApp = {postMessage: (said) => told.push(JSON.parse(said))};")
    page.goto(f"{door.url}/chat")
    page.locator(".message.bot").first.wait_for()
    page.wait_for_timeout(400)
    say(page, "秘密的话")
    expect(reply(page, "echo text: 秘密的话")).to_be_visible()
    told = page.evaluate("told")
    assert {"ready", "message", "state", "unread"} <= {one["event"] for one in told}
    assert "秘密" not in str(told)
    context.close()


def test_files_come_from_camera_or_gallery(page):
    chooser = page.locator("#file")
    assert "image/jpeg" in chooser.get_attribute("accept")
    assert chooser.get_attribute("capture") is None  # with it a phone offers the camera alone


def test_the_page_follows_the_keyboard_of_a_phone(browser, door):
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    # What a phone's keyboard does to the visual viewport, as Safari reports it.
    page.add_init_script("""Object.defineProperty(window, 'visualViewport', {value: Object.assign(new EventTarget(), {height: 844, offsetTop: 0, scale: 1})});""")
    page.goto(f"{door.url}/chat")
    page.locator(".message.bot").first.wait_for()
    page.evaluate("visualViewport.height = 500; visualViewport.offsetTop = 30; visualViewport.dispatchEvent(new Event('resize'))")
    box = page.locator("#send").bounding_box()
    assert box["y"] + box["height"] <= 530
    assert page.locator(".panel").bounding_box()["y"] == 30
    page.evaluate("visualViewport.height = 844; visualViewport.offsetTop = 0; visualViewport.dispatchEvent(new Event('resize'))")
    assert page.locator(".panel").bounding_box()["height"] == 844
    context.close()
