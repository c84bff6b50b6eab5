"""A visitor and an agent, each in a real browser, on the whole stack: from the first words to a person's answer.

Pictures are kept in test-results/; with BOT_PICTURES=1 the README's is made anew from them.
"""
from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "test-results"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = os.environ.get("BOT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium: install the package chromium, or name one in BOT_CHROMIUM")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


def visitor(browser: Browser, url: str, locale: str, size: dict[str, int]) -> Page:
    page = browser.new_context(locale=locale, viewport=size, device_scale_factor=2, timezone_id="Asia/Shanghai").new_page()
    page.set_default_timeout(15_000)
    page.goto(url)
    page.locator(".message.bot").first.wait_for()
    return page


def say(page: Page, text: str) -> None:
    replies = page.locator(".message.bot").count()
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".message.bot").nth(replies)).to_be_visible()


def test_a_missing_deposit_becomes_a_ticket_and_a_person_answers_in_the_same_conversation(browser: Browser, address) -> None:
    phone = visitor(browser, address.url, "zh-CN", PHONE)
    say(phone, "充值没到账")
    expect(phone.locator(".message.bot").last).to_contain_text("现在是哪种情况")
    phone.screenshot(path=PICTURES / "deposit-phone-1.png")
    say(phone, "对方显示已完成，两个账户都没有")
    say(phone, HASH)
    phone.screenshot(path=PICTURES / "deposit-phone-2.png")
    say(phone, "转人工")
    number = re.search(r"TK-\d{9}", phone.locator(".message.bot", has_text="TK-").last.inner_text())[0]
    phone.screenshot(path=PICTURES / "deposit-phone-3.png")

    agent = browser.new_context(viewport=DESKTOP, locale="zh-CN").new_page()
    agent.goto(f"{address.url}/desk/")
    agent.get_by_label("用户名").fill(address.operator[0])
    agent.get_by_label("密码").fill(address.operator[1])
    agent.get_by_role("button", name="登录").click()
    agent.get_by_role("button", name="待接手").click()
    agent.locator(f"[data-number='{number}'] button").click()
    expect(agent.locator("#side")).to_contain_text(HASH)
    agent.screenshot(path=PICTURES / "ticket-desktop.png")
    agent.keyboard.press("t")
    agent.get_by_role("textbox", name="回复用户").fill("您好，我在看这笔充值。 <b>{{7*7}}</b>")
    agent.keyboard.press("Enter")
    expect(phone.locator(".message.agent").last).to_contain_text("您好，我在看这笔充值。 <b>{{7*7}}</b>")

    # A person has it now: nothing typed wakes the bot.
    bots = phone.locator(".message.bot").count()
    phone.get_by_role("textbox").fill("/restart")
    phone.keyboard.press("Enter")
    expect(agent.locator("#log .message.user").last).to_contain_text("/restart")
    assert phone.locator(".message.bot").count() == bots
    phone.screenshot(path=PICTURES / "deposit-phone-4.png")

    agent.get_by_role("button", name="解决").click()
    agent.get_by_role("button", name="问题已解决").click()
    expect(agent.locator("#talk-line")).to_contain_text("已解决")
    say(phone, "KYC是什么意思？")
    expect(phone.locator(".message.bot").last).to_contain_text("了解你的客户")


def test_the_same_problem_in_english_on_a_desktop(browser: Browser, address) -> None:
    page = visitor(browser, address.url, "en-US", DESKTOP)
    say(page, "My deposit is missing. I sent 250 USDT over TRC20 yesterday.")
    say(page, "it was completed on their side")
    say(page, "What is KYC?")
    expect(page.locator(".message.bot", has_text="know your customer")).to_have_count(1)
    say(page, "talk to a person")
    expect(page.locator(".message.bot", has_text="TK-")).to_have_count(1)
    page.screenshot(path=PICTURES / "deposit-desktop-en.png")
    if os.environ.get("BOT_PICTURES") == "1":
        (ROOT / "docs/images").mkdir(exist_ok=True)
        page.set_viewport_size({"width": 760, "height": 1500})
        page.locator("#scroll").evaluate("it => it.scrollTop = it.scrollHeight")
        page.wait_for_timeout(300)
        page.screenshot(path=ROOT / "docs/images/conversation.png")


def test_traditional_chinese_is_read_and_written(browser: Browser, address) -> None:
    page = visitor(browser, address.url, "zh-TW", PHONE)
    say(page, "我的入金一直沒有到帳")
    expect(page.locator(".message.bot").last).to_contain_text("現在是哪種情況")
    page.screenshot(path=PICTURES / "deposit-phone-hant.png")
