"""Everybody can use it: axe finds nothing in any state, everything works by keyboard, at 400 % zoom, with contrast, without motion."""
from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from widget_page import SEED, choose, mine, open_widget, picture, reply, say, speak

PICTURES = Path(__file__).resolve().parents[2] / "test-results"
SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
PERSON = [
    ("state", {"owner": "human", "language": "zh-Hans", "ticket": "TK-123456782", "busy": False, "seen": 3, "case": {"have": 3, "want": 7}}),
    ("message", {"seq": 1, "author": "bot", "text": "您好", "at": "2026-01-01T10:00:00.000Z"}),
    ("message", {"seq": 2, "author": "user", "text": "充值没到账", "at": "2026-01-02T10:00:00.000Z"}),
    ("message", {"seq": 3, "author": "user", "text": "TRC20", "at": "2026-01-02T10:00:01.000Z"}),
    ("message", {"seq": 4, "author": "system", "text": "小林已接入", "at": "2026-01-02T10:01:00.000Z"}),
    ("message", {"seq": 5, "author": "agent", "name": "小林", "text": "我在看这笔充值：\n1. 先核对哈希\n2. 再看到账记录", "at": "2026-01-02T10:02:00.000Z"}),
    ("message", {"seq": 6, "author": "bot", "text": "这次处理得怎么样？", "at": "2026-01-02T10:03:00.000Z",
                 "buttons": [{"title": str(n), "payload": f"/score{n}"} for n in range(1, 6)]}),
]
WAITING = [
    ("state", {"owner": "waiting", "language": "zh-Hans", "ticket": "TK-123456782", "busy": False, "position": 3, "wait": [10, 20], "case": {"have": 3, "want": 7}}),
    ("message", {"seq": 1, "author": "bot", "text": "已转给同事", "at": "2026-01-01T10:00:00.000Z"}),
]


def streamed(context, events) -> None:
    """The server's stream says just this."""
    body = "".join(f"event: {kind}\ndata: {json.dumps(data)}\n\n" for kind, data in events)
    context.route("**/api/stream", lambda route: route.fulfill(content_type="text/event-stream", body=body))
    context.route("**/api/messages?*", lambda route: route.fulfill(json={"messages": []}))


def in_conversation(page: Page) -> None:
    say(page, "充值没到账")
    page.get_by_role("button", name="链上转账").click()
    expect(reply(page, "好的，是链上转账")).to_be_visible()
    page.locator("#file").set_input_files({"name": "转出页.png", "mimeType": "image/png", "buffer": picture()})
    expect(page.locator(".attachment canvas")).to_be_visible()
    say(page, "steps")
    expect(reply(page, "先看两个最常见的原因")).to_be_visible()


def with_menu(page: Page) -> None:
    page.locator("#menu").click()


def with_case(page: Page) -> None:
    say(page, "充值案例")
    page.get_by_role("button", name="问题资料 2/7").click()
    expect(page.locator(".sheet")).to_contain_text("充值没到账")


def editing(page: Page) -> None:
    with_case(page)
    page.get_by_role("button", name="填写UID").click()


def warned(page: Page) -> None:
    page.locator("#text").fill(SEED)
    page.locator("#text").press("Enter")
    expect(page.locator(".guard")).to_be_visible()


def too_long(page: Page) -> None:
    page.locator("#text").fill("字" * 4010)


def failed(page: Page) -> None:
    page.route("**/api/messages", lambda route: route.fulfill(status=422, json={"code": "text_too_long"}))
    say(page, "没发出去")
    expect(page.locator(".message.failed")).to_be_visible()


def offline(page: Page) -> None:
    page.context.set_offline(True)
    say(page, "离线")
    expect(page.locator("#banner")).to_be_visible()


def typing(page: Page) -> None:
    say(page, "slow")
    expect(page.locator("#typing")).to_be_visible()


def asked_to_join(page: Page) -> None:
    page.evaluate("localStorage.setItem('support-chat.join', 'x')")
    page.reload()
    page.locator("#launcher").click()
    expect(page.locator(".question")).to_be_visible()


STATES = {"conversation": in_conversation, "menu": with_menu, "case sheet": with_case, "editing": editing, "warned": warned, "too long": too_long, "failed": failed,
          "offline": offline, "typing": typing, "asked to join": asked_to_join}


def opened(browser: Browser, door, site, size: str, scheme: str = "light", events=None) -> Page:
    context = browser.new_context(locale="zh-CN", viewport=SIZES[size], color_scheme=scheme, reduced_motion="reduce", device_scale_factor=2)
    context.set_default_timeout(10_000)
    if events:
        streamed(context, events)
    page = context.new_page()
    page.goto(site.page("/a11y", door.url))
    open_widget(page)
    return page


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_any_state(browser, door, site, axe, state, size):
    for scheme in ("light", "dark"):
        page = opened(browser, door, site, size, scheme)
        STATES[state](page)
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"widget-{state.replace(' ', '-')}-{size}-{scheme}.png")
        assert axe(page) == []
        page.context.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("name", "events"), [("person", PERSON), ("waiting", WAITING)])
def test_axe_finds_nothing_while_waiting_and_with_a_person(browser, door, site, axe, name, events, size):
    page = opened(browser, door, site, size, "light", events)
    expect(page.locator("#status")).to_contain_text("TK-123456782")
    page.screenshot(path=PICTURES / f"widget-{name}-{size}-light.png")
    assert axe(page) == []
    page.context.close()


def test_axe_finds_nothing_on_the_pages_and_the_closed_launcher(browser, door, axe):
    for path in ("/chat", "/demo"):
        page = browser.new_page(locale="zh-CN", reduced_motion="reduce")
        page.goto(door.url + path)
        page.wait_for_timeout(500)
        assert axe(page) == []
        page.close()


def test_who_waits_sees_the_place_and_the_time_and_who_speaks_is_named(browser, door, site):
    page = opened(browser, door, site, "desktop", events=WAITING)
    expect(page.locator("#status")).to_contain_text("第 3 位 · 大约 10 到 20 分钟")
    page.context.close()
    page = opened(browser, door, site, "desktop", events=PERSON)
    expect(page.locator(".message.agent .name")).to_contain_text("人工客服 · 小林")
    expect(page.locator("#status")).to_contain_text("人工客服正在为您服务")
    expect(page.locator("#person")).to_be_disabled()
    expect(mine(page, "TRC20")).to_contain_text("人工客服已读")
    expect(page.locator(".newday .day")).to_have_count(2)
    page.context.close()


def focused(page: Page) -> str:
    return page.evaluate("(() => { let e = document.activeElement; while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement; "
                         "return e?.id || e?.dataset?.payload || e?.dataset?.language || e?.className || e?.tagName; })()")


def test_a_whole_visit_needs_no_mouse(context, door, site):
    page = context.new_page()
    page.goto(site.page("/keys", door.url, body='<a href="#x" id="before">before</a>'))
    page.locator("#before").focus()
    page.keyboard.press("Tab")
    assert focused(page) == "launcher"
    page.keyboard.press("Enter")
    expect(page.locator(".message.bot").first).to_be_visible()
    assert focused(page) == "text"
    page.keyboard.type("充值没到账")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="链上转账")).to_be_visible()
    while focused(page) != '/choose{"choice":"origin.onchain"}':
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(reply(page, "好的，是链上转账")).to_be_visible()
    assert focused(page) == "text"
    while focused(page) != "menu":
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "zh-Hans"
    page.keyboard.press("Escape")
    assert focused(page) == "menu"
    expect(page.locator(".panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    assert focused(page) == "launcher"


def test_esc_in_the_middle_of_a_word_of_an_input_method_closes_nothing(context, door, site):
    page = context.new_page()
    page.goto(site.page("/ime", door.url))
    open_widget(page)
    page.locator("#text").dispatch_event("keydown", {"key": "Escape", "isComposing": True, "bubbles": True, "composed": True})
    expect(page.locator(".panel")).to_be_visible()


def test_on_a_phone_the_focus_stays_in_the_open_chat(browser, door, site):
    page = opened(browser, door, site, "phone")
    seen = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        seen.add(page.evaluate("document.activeElement.tagName"))
    assert seen <= {"SUPPORT-CHAT", "BODY"}
    page.context.close()


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_at_400_percent_zoom_everything_is_there_without_sideways_scrolling(browser, door, site, language):
    context = browser.new_context(locale="zh-CN", viewport={"width": 320, "height": 256})
    page = context.new_page()
    page.goto(site.page("/zoom", door.url))
    open_widget(page)
    if language != "zh-Hans":
        speak(page, language)
    say(page, "充值没到账")
    page.get_by_role("button", name="链上转账").click()
    expect(reply(page, "好的，是链上转账")).to_be_visible()
    for selector in ("#close", "#menu", "#person", "#text", "#send", "#attach"):
        box = page.locator(selector).bounding_box()
        assert box["x"] >= 0, selector
        assert box["x"] + box["width"] <= 320, selector
        assert box["y"] >= 0, selector
        assert box["y"] + box["height"] <= 256, selector
    assert page.locator("#scroll").bounding_box()["height"] >= 80
    assert page.locator("#scroll").evaluate("e => e.scrollWidth <= e.clientWidth")
    context.close()


def test_without_motion_nothing_moves(browser, door, site):
    page = opened(browser, door, site, "desktop")
    moving = page.evaluate("""[...document.querySelector('support-chat').shadowRoot.querySelectorAll('*')].filter((e) => {
        const s = getComputedStyle(e); return s.animationName !== 'none' || (s.transitionDuration !== '0s' && s.transitionProperty !== 'none'); }).map((e) => e.className)""")
    assert moving == []
    page.context.close()


def test_in_forced_colours_bubbles_and_buttons_have_borders(browser, door, site):
    context = browser.new_context(forced_colors="active", locale="zh-CN")
    page = context.new_page()
    page.goto(site.page("/forced", door.url))
    open_widget(page)
    for selector in (".bubble", "#send", "#launcher", ".replies button"):
        assert page.locator(selector).first.evaluate("e => getComputedStyle(e).borderStyle") != "none", selector
    context.close()


def test_the_replay_of_an_old_conversation_is_not_read_out(page):
    assert page.locator("#log").get_attribute("role") == "log"
    say(page, "你好")
    expect(reply(page, "echo text: 你好")).to_be_visible()
    expect(page.locator("#log")).to_have_attribute("aria-busy", "false")
    page.reload()
    page.locator(".message.bot").first.wait_for()
    choose(page, "#restart")
    expect(page.locator("#log")).to_have_attribute("aria-busy", "false")
