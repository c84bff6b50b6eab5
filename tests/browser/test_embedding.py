"""The one line in other people's pages: strict policies, hostile styles, odd layouts, frames, and what the page may ask of the widget."""
from __future__ import annotations

import pytest
from host_page import Website
from playwright.sync_api import BrowserContext, Page, expect
from widget_page import mine, open_widget, picture, reply, say, speak

STRICT = ("default-src 'none'; script-src {door}; connect-src {door}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
          "require-trusted-types-for 'script'; trusted-types 'none'")
HOSTILE = """
  * { all: unset !important; display: none !important; font: 90px/3 fantasy !important; color: red !important; letter-spacing: 9px !important; }
  html, body, main, h1, style { display: block !important; }
  html > * { position: static !important; width: 3px !important; opacity: .1 !important; transform: rotate(45deg) !important; visibility: hidden !important; z-index: -1 !important; }
  body { transform: translateX(200px) scale(.5) !important; filter: blur(3px) !important; overflow: hidden !important; }
  support-chat { display: none !important; pointer-events: none !important; }
  button, textarea, dialog { display: none !important; }
"""


@pytest.fixture
def complaints(context: BrowserContext):
    """What the browser complains about, and whom the page asks."""
    class Seen:
        said: list[str] = []
        asked: list[str] = []

    seen = Seen()
    seen.said, seen.asked = [], []

    def watch(page: Page) -> None:
        page.on("console", lambda message: seen.said.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.on("request", lambda request: seen.asked.append(request.url))

    context.on("page", watch)
    return seen


def talk(page: Page) -> None:
    """The whole of an ordinary visit."""
    open_widget(page)
    say(page, "充值没到账")
    page.get_by_role("button", name="链上转账").click()
    expect(reply(page, "好的，是链上转账")).to_be_visible()
    page.locator("#file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture()})
    expect(page.locator(".attachment canvas")).to_be_visible()
    speak(page, "en")
    expect(page.locator(".trust")).to_contain_text("never ask")


def test_under_a_strict_policy_everything_works_and_nobody_else_is_asked(context, door, site, complaints):
    page = context.new_page()
    page.goto(site.page("/strict", door.url, Content_Security_Policy=STRICT.format(door=door.url)))
    talk(page)
    assert complaints.said == []
    assert all(url.startswith((door.url, site.url)) for url in complaints.asked), complaints.asked


def test_in_a_page_with_hostile_styles_it_looks_and_works_as_anywhere(context, door, site, complaints):
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")  # what moves has no one size
    page.goto(site.page("/plain", door.url))
    open_widget(page)
    measure = """[...document.querySelector('support-chat').shadowRoot.querySelectorAll('.launcher, .panel, .trust, .bubble, .replies button, textarea')].map((e) => {
        const s = getComputedStyle(e), b = e.getBoundingClientRect();
        return [e.className, s.fontSize, s.color, s.letterSpacing, s.display, s.visibility, ...[b.width, b.height, b.right].map(Math.round)].join();
    })"""
    plain = page.evaluate(measure)
    page.goto(site.page("/hostile", door.url, head=f"<style>{HOSTILE}</style>"))
    page.locator("#launcher").click()
    page.locator(".message.bot").first.wait_for()
    assert page.evaluate(measure) == plain
    assert page.evaluate("(() => { const r = document.querySelector('support-chat').shadowRoot.querySelector('#send').getBoundingClientRect(); "
                         "return document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2).tagName; })()") == "SUPPORT-CHAT"
    say(page, "你好")
    expect(reply(page, "echo text: 你好")).to_be_visible()
    assert complaints.said == []


def test_in_a_page_that_reads_from_right_to_left_it_reads_from_left_to_right(context, door, site):
    page = context.new_page()
    page.goto(site.page("/rtl", door.url, html='lang="ar" dir="rtl"', script='data-lang="en"'))
    open_widget(page)
    assert page.locator(".bubble").first.evaluate("e => getComputedStyle(e).direction") == "ltr"
    say(page, "hello")
    expect(reply(page, "echo text: hello")).to_be_visible()
    assert mine(page, "hello").bounding_box()["x"] > page.locator(".message.bot").first.bounding_box()["x"]


def test_in_a_frame_it_keeps_to_its_frame(context, door, site):
    site.page("/inner", door.url)
    site.pages["/outer"] = ({}, f'<!doctype html><title>o</title><iframe src="{site.url}/inner" style="width:420px;height:640px" title="f"></iframe>')
    page = context.new_page()
    page.goto(f"{site.url}/outer")
    frame = page.frame_locator("iframe")
    frame.locator("#launcher").click()
    expect(frame.locator(".message.bot").first).to_be_visible()
    frame.locator("#text").fill("你好")
    frame.locator("#text").press("Enter")
    expect(frame.locator(".message.bot .bubble", has_text="echo text: 你好")).to_be_visible()


def test_a_site_that_is_not_listed_is_told_so_once_and_asks_no_more(context, door, complaints):
    other = Website()
    page = context.new_page()
    page.goto(other.page("/", door.url))
    page.locator("#launcher").click()
    expect(page.locator("#banner")).to_contain_text("不在客服的网站名单上")
    said = [line for line in complaints.said if "WIDGET_ORIGINS" in line]
    assert len(said) == 1
    assert other.url in said[0]
    asked = len(complaints.asked)
    say(page, "有人吗")
    expect(page.locator(".message.user .state")).to_contain_text("没有发出去")
    page.wait_for_timeout(3_000)
    assert complaints.asked[asked:] == []
    page.locator("#close").click()
    page.locator("#launcher").click()
    expect(page.locator("#banner")).to_contain_text("不在客服的网站名单上")
    other.close()


def test_it_moves_nothing_in_the_page_and_paints_soon(context, door, site):
    page = context.new_page()
    page.add_init_script("""window.shifts = []; new PerformanceObserver((l) => shifts.push(...l.getEntries().map((e) => e.value))).observe({type: 'layout-shift', buffered: true});""")
    page.goto(site.page("/calm", door.url, body="<p>words</p>" * 40))
    before = page.evaluate("[document.documentElement.scrollHeight, document.querySelector('main').getBoundingClientRect().width]")
    open_widget(page)
    say(page, "你好")
    expect(reply(page, "echo text: 你好")).to_be_visible()
    assert page.evaluate("shifts.reduce((a, b) => a + b, 0)") == 0
    assert page.evaluate("[document.documentElement.scrollHeight, document.querySelector('main').getBoundingClientRect().width]") == before


def test_a_page_that_nobody_opens_the_chat_on_asks_for_no_session(context, door, site, complaints):
    page = context.new_page()
    page.goto(site.page("/quiet", door.url))
    expect(page.locator("#launcher")).to_be_visible()
    page.wait_for_timeout(300)
    assert not [url for url in complaints.asked if "/api/" in url]


def test_the_brand_s_colours_come_from_the_page(context, door, site):
    page = context.new_page()
    page.goto(site.page("/brand", door.url, head="<style>:root { --support-chat-brand: rgb(120, 10, 60); --support-chat-edge: 40px; --support-chat-font: monospace }</style>"))
    launcher = page.locator("#launcher")
    assert launcher.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(120, 10, 60)"
    box = launcher.bounding_box()
    assert round(box["x"] + box["width"]) == 1280 - 40
    open_widget(page)
    assert page.locator(".bubble").first.evaluate("e => getComputedStyle(e).fontFamily") == "monospace"


@pytest.mark.parametrize(("script", "html", "tag"), [
    ('data-lang="en"', "lang=zh-CN", "en"), ('data-lang="zh-Hant"', "lang=en", "zh-Hant"), ('data-lang="auto"', "lang=zh-TW", "zh-Hant"), ("", "lang=en-GB", "en"),
    ('data-lang="auto"', "lang=fr", "zh-Hans"), ('data-lang="zh-HK"', "", "zh-Hant"), ('data-lang="klingon"', "lang=en", "en"),
])
def test_the_language_comes_from_the_tag_then_the_page_then_the_browser(context, door, site, script, html, tag):
    page = context.new_page()
    page.goto(site.page("/language", door.url, script=script, html=html))
    expect(page.locator(".root")).to_have_attribute("lang", tag)


def test_the_page_can_open_fill_close_and_listen(context, door, site):
    page = context.new_page()
    page.goto(site.page("/api", door.url, script='data-launcher="none" data-position="left" data-theme="dark"'))
    expect(page.locator("#launcher")).to_be_hidden()
    page.evaluate("""() => { window.heard = []; for (const e of ['open', 'close', 'message', 'unread', 'state']) SupportChat.on(e, (d) => heard.push([e, d])); }""")
    page.evaluate("SupportChat.open({text: '我的订单 8842 没有成交'})")
    expect(page.locator("#text")).to_have_value("我的订单 8842 没有成交")
    assert page.locator(".panel").bounding_box()["x"] < 100
    expect(page.locator(".root")).to_have_attribute("data-theme", "dark")
    page.locator(".message.bot").first.wait_for()
    page.wait_for_timeout(400)
    page.locator("#text").press("Enter")
    expect(reply(page, "echo text: 我的订单 8842 没有成交")).to_be_visible()
    page.evaluate("SupportChat.setLanguage('en')")
    expect(page.locator(".trust")).to_contain_text("never ask")
    page.evaluate("SupportChat.close()")
    expect(page.locator(".panel")).to_be_hidden()
    heard = [event for event, _ in page.evaluate("heard")]
    assert heard[0] == "open"
    assert {"message", "state", "close"} <= set(heard)
    assert "8842" not in str(page.evaluate("heard"))


def test_a_listener_that_breaks_does_not_break_the_chat(context, door, site):
    page = context.new_page()
    page.goto(site.page("/broken", door.url))
    page.evaluate("SupportChat.on('open', () => { throw new Error('the page is broken') })")
    open_widget(page)
    say(page, "你好")
    expect(reply(page, "echo text: 你好")).to_be_visible()


def test_a_proactive_word_is_text_can_be_dismissed_and_comes_once(context, door, site):
    page = context.new_page()
    address = site.page("/proactive", door.url)
    page.goto(address)
    page.evaluate("SupportChat.showMessage('充值遇到问题？<img src=x onerror=alert(1)>', {once: 'deposit'})")
    expect(page.locator(".note .said")).to_have_text("充值遇到问题？<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="不再显示").click()
    expect(page.locator(".note")).to_be_hidden()
    page.reload()
    page.evaluate("SupportChat.showMessage('again', {once: 'deposit'})")
    expect(page.locator(".note")).to_be_hidden()
    page.evaluate("SupportChat.showMessage('another')")
    page.locator(".note .said").click()
    expect(page.locator(".panel")).to_be_visible()


def test_the_line_pasted_twice_is_one_widget(context, door, site):
    page = context.new_page()
    page.goto(site.page("/twice", door.url, head=f'<script src="{door.url}/widget.js" defer></script>'))
    expect(page.locator("#launcher")).to_be_visible()
    assert page.locator("support-chat").count() == 1


def test_unread_messages_show_on_the_launcher_and_are_gone_when_read(context, door, site):
    page = context.new_page()
    page.goto(site.page("/unread", door.url))
    open_widget(page)
    say(page, "slow")
    page.locator("#close").click()
    expect(page.locator(".badge")).to_have_text("1")
    expect(page.get_by_role("button", name="打开客服对话，1 条新消息")).to_be_visible()
    page.reload()
    expect(page.locator(".badge")).to_have_text("1")
    page.locator("#launcher").click()
    expect(page.locator(".badge")).to_be_hidden()
    page.locator("#close").click()
    page.reload()
    page.wait_for_timeout(500)
    expect(page.locator(".badge")).to_be_hidden()


def test_on_a_phone_it_fills_the_screen_and_the_launcher_is_out_of_the_way(browser, door, site):
    context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(site.page("/phone", door.url, body="<p>words</p>" * 100))
    open_widget(page)
    page.wait_for_timeout(300)
    assert page.locator(".panel").bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
    send = page.locator("#send").bounding_box()
    top = page.evaluate("([x, y]) => document.querySelector('support-chat').shadowRoot.elementFromPoint(x, y)?.closest('button')?.id", [send["x"] + 20, send["y"] + 20])
    assert top == "send"
    assert page.locator("#text").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 16
    page.locator("#close").click()
    expect(page.locator("#launcher")).to_be_visible()
    assert page.evaluate("document.documentElement.style.overflow") == ""
    context.close()


def test_dark_and_light_follow_the_system(browser, door, site):
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(site.page("/scheme", door.url))
        expect(page.locator(".root")).to_have_attribute("data-theme", scheme)
        context.close()
