"""The whole hand-off by keyboard alone, on the whole stack: a visitor of a website and an agent, each in a real browser, and no mouse.

Pictures are kept in test-results/; with BOT_PICTURES=1 the README's are made anew from them.
"""
from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.stack.test_browser import browser  # noqa: F401 - the fixture

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "test-results"
HASH = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
FOCUSED = """(() => { let e = document.activeElement; while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
              return e ? [e.id, e.getAttribute('aria-label') || e.textContent || ''] : ['', '']; })()"""
KEYS_AT_MOST = 60


def focus(page: Page, wanted: str, back: bool = False) -> None:
    """Presses Tab until the control of this id or name has the focus."""
    seen = []
    for _ in range(KEYS_AT_MOST):
        name = page.evaluate(FOCUSED)
        if wanted in name:
            return
        seen.append(name)
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"no key leads to {wanted}: {seen}")


def press(page: Page, wanted: str, back: bool = True) -> None:
    focus(page, wanted, back)
    page.keyboard.press("Enter")


def write(page: Page, text: str) -> None:
    """Into whatever has the focus, which must be the box."""
    assert page.evaluate(FOCUSED)[0] == "text"
    expect(page.locator("#typing")).to_be_hidden()
    replies = page.locator(".message.bot").count()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator(".message.bot").nth(replies)).to_be_visible()


def downloaded(page: Page, item: str) -> tuple[str, bytes]:
    """A download of the menu's, by keyboard: its name and bytes."""
    press(page, "menu")
    with page.expect_download() as waited:
        press(page, item, back=False)
    return waited.value.suggested_filename, Path(waited.value.path()).read_bytes()


def signed_in(browser: Browser, address) -> Page:  # noqa: F811
    """The agent's console, by keyboard."""
    page = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{address.url}/desk/")
    page.get_by_label("用户名").focus()
    page.keyboard.type(address.operator[0])
    page.keyboard.press("Tab")
    page.keyboard.type(address.operator[1])
    page.keyboard.press("Enter")
    page.locator("body[data-ready]").wait_for()
    return page


def picture(page: Page, name: str) -> None:
    """Kept as an artefact; with BOT_PICTURES=1 also as the README's, in 128 colours and small."""
    PICTURES.mkdir(exist_ok=True)
    shot = page.screenshot(path=PICTURES / f"{name}.png")
    if os.environ.get("BOT_PICTURES") == "1":
        with Image.open(io.BytesIO(shot)) as image:
            image.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(ROOT / "docs" / "images" / f"{name}.png", optimize=True)


@pytest.mark.parametrize(("size", "name"), [((1180, 820), "widget-desktop"), ((390, 844), "widget-phone")])
def test_from_the_launcher_to_a_person_and_back_without_a_mouse(browser: Browser, address, axe, size, name) -> None:  # noqa: F811
    context = browser.new_context(locale="zh-CN", viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", timezone_id="Asia/Shanghai")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.add_init_script("""window.tones = 0; const real = AudioContext; window.AudioContext = class extends real { constructor() { super(); window.tones += 1; } };""")
    page.goto(f"{address.url}/demo")
    page.locator("#launcher").wait_for()
    assert axe(page) == []
    press(page, "launcher", back=False)
    page.locator(".message.bot").first.wait_for()
    write(page, "充值没到账")
    choice = page.locator(".message.bot").last.locator(".replies button").first
    title = choice.inner_text()
    press(page, title)
    expect(page.locator(".message.user").last).to_contain_text(title)
    expect(page.locator("#typing")).to_be_hidden()
    picture(page, name)
    write(page, "250 USDT，TRC20")
    write(page, HASH)

    # The case sheet: a line is filled in and the way back is Esc.
    press(page, "sheet-open")
    expect(page.locator(".fields li")).not_to_have_count(0)
    assert axe(page) == []
    picture(page, name.replace("widget", "widget-sheet"))
    press(page, "填写UID", back=False)
    page.keyboard.type("88412345")
    page.keyboard.press("Enter")
    expect(page.locator("[data-field='uid'] .value")).to_have_text("88412345")
    page.keyboard.press("Escape")
    expect(page.locator(".sheet")).to_be_hidden()

    replies = page.locator(".message.bot").count()
    press(page, "person")
    expect(page.locator(".message.bot").nth(replies)).to_be_visible()
    confirmed = page.locator(".message.bot", has_text="TK-")
    for _ in range(6):  # what the ticket still needs may be asked first
        if confirmed.count():
            break
        write(page, "没有")
    number = re.search(r"TK-\d{9}", confirmed.last.inner_text())[0]
    expect(page.locator("#status")).to_contain_text(re.compile(r"您排在第 \d+ 位"))  # other talks on this stack may wait as well
    expect(page.locator("#status")).to_contain_text(number)
    assert axe(page) == []

    # Both records are downloaded and hold what was said.
    record, html = downloaded(page, "record-html")
    assert record == "对话记录.html"
    assert number in html.decode()
    record, pdf = downloaded(page, "record-pdf")
    assert record == "对话记录.pdf"
    assert number in "".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages)

    # A person opens the ticket: the visitor's words are read; takes it; writes; the visitor answers.
    agent = signed_in(browser, address)
    focus(page, "text")
    page.keyboard.type("我还在")
    page.keyboard.press("Enter")
    expect(page.locator(".message.user .state").last).to_contain_text("已发送")
    agent.keyboard.press("s")
    agent.keyboard.type(number)
    expect(agent.locator("#tickets button")).to_have_count(1)
    agent.keyboard.press("Escape")
    agent.keyboard.press("j")
    expect(agent.locator("#talk-line")).to_contain_text(number)
    expect(page.locator(".message.user .state").last).to_have_text("人工客服已读")
    focus(page, "text")
    page.keyboard.type("第二句")
    page.keyboard.press("Enter")
    expect(page.locator(".message.user", has_text="第二句").locator(".state")).to_have_text("人工客服已读")
    agent.keyboard.press("t")
    expect(agent.locator("#text")).to_be_focused()
    agent.keyboard.type("您好，我在看这笔充值。")
    agent.keyboard.press("Enter")
    expect(page.locator(".message.agent")).to_contain_text("您好，我在看这笔充值。")
    expect(page.locator("#status")).to_contain_text("人工客服正在为您服务")
    assert axe(page) == []

    # Closed and away: the badge counts, nothing sounds until the visitor asks for it.
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    agent.keyboard.type("已经找到了。")
    agent.keyboard.press("Enter")
    expect(page.locator(".badge")).to_have_text("1")
    assert page.evaluate("tones") == 0
    press(page, "launcher", back=False)
    press(page, "menu")
    press(page, "sound", back=False)
    assert page.evaluate("tones") == 0
    page.keyboard.press("Escape")
    agent.keyboard.type("还有一句。")
    agent.keyboard.press("Enter")
    expect(page.locator(".badge")).to_have_text("1")
    page.wait_for_function("tones === 1")
    press(page, "launcher", back=False)

    # Solved: the satisfaction question is answered by keyboard too.
    agent.keyboard.press("Escape")
    agent.keyboard.press("e")
    agent.keyboard.press("Enter")
    scale = page.locator(".replies.scale").last
    expect(scale).to_be_visible()
    assert axe(page) == []
    press(page, "5")
    expect(scale.get_by_role("button", name="5")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#status")).to_contain_text("机器人助手")
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    assert page.evaluate(FOCUSED)[0] == "launcher"
    agent.context.close()
    context.close()
