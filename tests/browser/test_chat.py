"""The chat page in a real browser: what a visitor sees and does."""
from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082")


def say(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def mine(page: Page, text: str):
    return page.locator(".message.user", has=page.locator(".bubble", has_text=re.compile(f"^{re.escape(text)}$")))


def reply(page: Page, text: str):
    return page.locator(".message.bot .bubble", has_text=text)


def test_the_first_view_says_who_speaks_what_is_never_asked_and_where_a_person_is(page):
    expect(page.locator(".message.bot").first).to_contain_text("机器人")
    expect(page.locator(".trust")).to_contain_text("绝不会向您要密码")
    expect(page.get_by_role("button", name="转人工").first).to_be_visible()
    expect(page).to_have_title("示例交易所客服")


def test_a_message_goes_out_with_enter_and_is_answered(page):
    say(page, "你好呀")
    expect(mine(page, "你好呀")).to_contain_text("已发送")
    expect(reply(page, "echo text: 你好呀")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value("")


def test_enter_that_picks_a_word_in_an_input_method_sends_nothing(page):
    box = page.get_by_role("textbox")
    box.fill("chong zhi")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True})
    box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True, "cancelable": True})
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".message.user")).to_have_count(0)
    assert box.input_value().startswith("chong zhi")


def test_a_choice_can_be_pressed_once_and_stays_marked(page):
    say(page, "充值没到账")
    choice = page.get_by_role("button", name="链上转账")
    choice.click()
    expect(mine(page, "链上转账")).to_contain_text("已发送")
    expect(choice).to_be_disabled()
    expect(choice).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="平台内转账")).to_be_disabled()
    page.reload()
    expect(page.get_by_role("button", name="链上转账")).to_be_disabled()
    expect(page.get_by_role("button", name="教我找")).to_be_enabled()


def test_a_reload_shows_the_same_conversation_and_the_unfinished_text(page):
    say(page, "第一句")
    expect(reply(page, "echo text: 第一句")).to_be_visible()
    page.get_by_role("textbox").fill("还没写完")
    before = page.locator(".bubble").all_text_contents()
    page.reload()
    expect(page.get_by_role("textbox")).to_have_value("还没写完")
    expect(page.locator(".bubble")).to_have_count(len(before))
    assert page.locator(".bubble").all_text_contents() == before


def test_what_is_written_offline_waits_and_goes_out_once_in_order(context, page):
    context.set_offline(True)
    expect(page.locator("#banner")).to_contain_text("网络断开")
    for text in ("离线一", "离线二", "离线三"):
        say(page, text)
    expect(mine(page, "离线三")).to_contain_text("等待发送")
    context.set_offline(False)
    expect(reply(page, "echo text: 离线三")).to_be_visible()
    for text in ("离线一", "离线二", "离线三"):
        expect(mine(page, text)).to_have_count(1)
    mine_all = page.locator(".message.user .bubble").all_text_contents()
    assert mine_all == ["离线一", "离线二", "离线三"]
    expect(page.locator("#banner")).to_be_hidden()


def test_what_could_not_be_sent_survives_a_reload_and_goes_out_once(context, page):
    context.route("**/api/messages", lambda route: route.abort())
    say(page, "重要的话")
    expect(mine(page, "重要的话")).to_contain_text("等待发送")
    page.reload()
    expect(mine(page, "重要的话")).to_have_count(1)
    context.unroute("**/api/messages")
    expect(reply(page, "echo text: 重要的话")).to_have_count(1)
    expect(mine(page, "重要的话")).to_have_count(1)


def test_an_answer_lost_on_the_way_does_not_double_the_message(context, page):
    def lose(route):
        route.fetch()
        route.abort()

    context.route("**/api/messages", lose, times=1)
    say(page, "只说一次")
    expect(reply(page, "echo text: 只说一次")).to_have_count(1)
    say(page, "后来")
    expect(reply(page, "echo text: 后来")).to_be_visible()
    expect(mine(page, "只说一次")).to_have_count(1)
    expect(reply(page, "echo text: 只说一次")).to_have_count(1)


def test_two_tabs_show_one_conversation(context, page, door):
    other = context.new_page()
    other.goto(door.url)
    say(page, "从第一个窗口")
    expect(reply(other, "echo text: 从第一个窗口")).to_be_visible()
    say(other, "从第二个窗口")
    expect(reply(page, "echo text: 从第二个窗口")).to_be_visible()
    expect(mine(page, "从第二个窗口")).to_have_count(1)


def test_a_restart_of_the_server_loses_nothing(page, door):
    say(page, "之前")
    expect(reply(page, "echo text: 之前")).to_be_visible()
    door.stack.app.terminate()
    door.stack.app.wait(10)
    say(page, "停机时写的")
    expect(mine(page, "停机时写的")).to_contain_text("等待发送")
    door.stack.start_app()
    expect(reply(page, "echo text: 停机时写的")).to_have_count(1, timeout=30_000)
    expect(mine(page, "停机时写的")).to_have_count(1)


def test_the_language_can_be_changed_at_any_time(page):
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".trust")).to_contain_text("never ask for your password")
    expect(page.get_by_role("button", name="Talk to a person").first).to_be_visible()
    expect(page.locator(".message.bot .name").first).to_contain_text("Assistant")
    page.get_by_role("button", name="繁體中文").click()
    expect(page.locator(".trust")).to_contain_text("絕不會向您要密碼")
    expect(mine(page, "English")).to_have_count(1)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")


def test_text_from_outside_is_text_and_only_plain_https_becomes_a_link(page):
    title = page.title()
    say(page, "markup")
    bubble = reply(page, "onerror")
    expect(bubble).to_contain_text('<img src=x onerror="document.title=1">')
    assert [link.get_attribute("href") for link in bubble.locator("a").all()] == ["https://www.example.com/a?b=1"]
    assert bubble.locator("a").get_attribute("rel").startswith("noopener")
    assert bubble.locator("img").count() == 0
    assert page.title() == title
    say(page, "<b>x</b> https://a.example")
    expect(mine(page, "<b>x</b> https://a.example")).to_have_count(1)
    assert page.locator(".message.user a").count() == 0


def test_a_text_that_is_too_long_is_counted_and_kept(page):
    box = page.get_by_role("textbox")
    box.fill("字" * 4001)
    expect(page.locator("#counter")).to_contain_text("超出 1 个字")
    expect(page.get_by_role("button", name="发送")).to_be_disabled()
    page.keyboard.press("Enter")
    assert len(box.input_value()) == 4001
    box.fill("字" * 4000)
    expect(page.get_by_role("button", name="发送")).to_be_enabled()


def test_a_screenshot_is_sent_and_shown(page):
    page.locator("#file").set_input_files({"name": "转出页.png", "mimeType": "image/png", "buffer": PNG})
    picture = page.get_by_role("button", name="截图：转出页.png")
    expect(picture.locator("img")).to_be_visible()
    with page.expect_download() as download:
        picture.click()
    assert download.value.suggested_filename == "转出页.png"


def test_a_file_of_another_type_is_explained_before_and_after_sending(page):
    page.locator("#file").set_input_files({"name": "a.html", "mimeType": "text/html", "buffer": b"<html>"})
    expect(page.get_by_role("alert")).to_contain_text("只能发图片")
    page.locator("#file").set_input_files({"name": "liar.png", "mimeType": "image/png", "buffer": b"<html>"})
    expect(page.locator(".message.failed")).to_contain_text("只能发图片")


def test_a_refused_message_can_be_edited_and_sent_again(context, page):
    context.route("**/api/messages", lambda route: route.fulfill(status=422, json={"code": "text_too_long", "message": ""}), times=1)
    say(page, "被拒绝的")
    expect(page.locator(".message.failed")).to_contain_text("这条消息太长了")
    page.get_by_role("button", name="改一改再发").click()
    expect(page.get_by_role("textbox")).to_have_value("被拒绝的")
    expect(page.locator(".message.failed")).to_have_count(0)
    page.get_by_role("button", name="发送").click()
    expect(reply(page, "echo text: 被拒绝的")).to_be_visible()


def test_when_the_visitor_is_too_fast_the_page_waits_and_goes_on(context, page):
    context.route("**/api/messages", lambda route: route.fulfill(status=429, headers={"Retry-After": "1"}, json={"code": "too_many"}), times=1)
    say(page, "太快了")
    expect(page.locator("#banner")).to_contain_text("1 秒后")
    expect(reply(page, "echo text: 太快了")).to_be_visible()
    expect(page.locator("#banner")).to_be_hidden()


def test_a_token_that_no_longer_counts_begins_anew_and_still_sends_what_was_typed(page):
    page.evaluate("localStorage.setItem('chat.token', 'a.b.c')")
    page.reload()
    page.locator(".message.bot").first.wait_for()
    say(page, "还在吗")
    expect(reply(page, "echo text: 还在吗")).to_be_visible()


def test_typing_is_shown_while_an_answer_is_on_its_way(page):
    say(page, "slow")
    expect(page.locator("#typing")).to_be_visible()
    expect(reply(page, "echo text: slow")).to_be_visible()
    expect(page.locator("#typing")).to_be_hidden()


def test_asking_for_a_person_and_starting_over_need_one_press(page):
    page.locator("#person").click()
    expect(mine(page, "转人工")).to_contain_text("已发送")
    page.get_by_role("button", name="重新开始").click()
    expect(mine(page, "重新开始")).to_contain_text("已发送")


def test_everything_can_be_reached_by_keyboard(page):
    page.locator("body").press("Tab")
    seen = []
    for _ in range(25):
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.dataset.language || document.activeElement.dataset.payload || document.activeElement.tagName"))
        page.keyboard.press("Tab")
    assert seen[:4] == ["zh-Hans", "zh-Hant", "en", "scroll"]
    assert {"person", "restart", "attach", "text"} <= set(seen)
    assert seen.index("person") < seen.index("text")
    assert any(name.startswith("/") for name in seen)


def test_nothing_is_asked_of_anybody_else_and_the_browser_has_no_complaint(context, door):
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(door.url)
    say(page, "充值没到账")
    page.get_by_role("button", name="链上转账").click()
    expect(reply(page, "好的，是链上转账")).to_be_visible()
    page.locator("#file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.locator(".attachment img")).to_be_visible()
    page.get_by_role("button", name="English").click()
    assert all(url.startswith((door.url, f"blob:{door.url}")) for url in asked), asked
    assert complaints == []


@pytest.mark.parametrize("language", ["简体中文", "繁體中文", "English"])
@pytest.mark.parametrize(("width", "height"), [(360, 640), (390, 844), (320, 480)])
def test_a_phone_shows_everything_without_sideways_scrolling(browser, door, width, height, language):
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(door.url)
    page.get_by_role("button", name=language).click()
    say(page, "充值没到账")
    expect(page.get_by_role("button", name="链上转账")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight")
    for selector in (".trust", "#person", "#text", "#send", "#attach"):
        box = page.locator(selector).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
    assert page.locator("#scroll").bounding_box()["height"] >= 120
    context.close()


def test_a_person_who_joins_is_named_and_the_case_number_stays_in_view(context, door):
    events = [
        ("state", {"owner": "human", "language": "zh-Hans", "ticket": "TK-123456782", "busy": False}),
        ("message", {"seq": 1, "author": "user", "text": "转人工", "at": "2026-01-02T03:04:05.000Z", "client_id": "a" * 32}),
        ("message", {"seq": 2, "author": "system", "text": "人工客服已接入", "at": "2026-01-02T03:04:06.000Z"}),
        ("message", {"seq": 3, "author": "agent", "name": "小林", "text": "您好，我在看您的充值记录。", "at": "2026-01-02T03:04:07.000Z"}),
    ]
    body = "".join(f"event: {kind}\ndata: {json.dumps(data)}\n\n" for kind, data in events)
    context.route("**/api/stream*", lambda route: route.fulfill(content_type="text/event-stream", body=body))
    page = context.new_page()
    page.goto(door.url)
    expect(page.locator(".message.agent .name")).to_contain_text("人工客服 · 小林")
    expect(page.locator("#status")).to_contain_text("人工客服正在为您服务")
    expect(page.locator("#status")).to_contain_text("TK-123456782")
    expect(page.locator("#person")).to_have_text("人工已接入")
    expect(page.locator("#person")).to_be_disabled()


CONTRAST = """() => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const lum = ([r, g, b]) => { const f = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
  const found = [];
  for (const e of document.querySelectorAll('.who h1, .who p, .languages button, .trust, .bubble, .bubble a, .name b, .name time, .state, .replies button, .tool, .icon.send')) {
    if (!e.offsetParent) continue;
    const [a, b] = [lum(parse(getComputedStyle(e).color)), lum(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push([e.className, e.textContent.slice(0, 20), ratio]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(browser, door, scheme):
    context = browser.new_context(locale="zh-CN", color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(door.url)
    say(page, "充值没到账")
    page.get_by_role("button", name="链上转账").click()
    expect(reply(page, "好的，是链上转账")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("getComputedStyle(document.querySelector('.dots i')).animationName") == "none"
    context.close()
