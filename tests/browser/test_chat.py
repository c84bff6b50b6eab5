"""The chat page in a real browser: what a visitor sees and does."""
from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect
from widget_page import choose, mine, picture, reply, say, speak


def test_the_first_view_says_who_speaks_what_is_never_asked_and_where_a_person_is(page):
    expect(page.locator(".message.bot").first).to_contain_text("机器人")
    expect(page.locator(".trust")).to_contain_text("绝不索要密码")
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
    other.goto(f"{door.url}/chat")
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
    speak(page, "en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".trust")).to_contain_text("never ask for your password")
    expect(page.get_by_role("button", name="Talk to a person").first).to_be_visible()
    expect(page.locator(".message.bot .name").first).to_contain_text("Assistant")
    speak(page, "zh-Hant")
    expect(page.locator(".trust")).to_contain_text("絕不索取密碼")
    expect(mine(page, "English")).to_have_count(1)
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")


def test_numbered_lines_become_steps_and_other_lines_stay_as_they_are(page):
    say(page, "steps")
    bubble = reply(page, "先看两个最常见的原因")
    expect(bubble.locator("ol > li")).to_have_count(3)
    expect(bubble.locator("li").nth(1)).to_have_text("看资金账户和现货账户：https://www.example.com/assets")
    expect(bubble.locator("li a")).to_have_attribute("href", "https://www.example.com/assets")
    expect(bubble.locator("p").last).to_have_text("2025 年的充值不受影响。")


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
    page.locator("#file").set_input_files({"name": "转出页.png", "mimeType": "image/png", "buffer": picture()})
    shown = page.get_by_role("button", name="截图：转出页.png")
    expect(shown.locator("canvas")).to_be_visible()
    with page.expect_download() as download:
        shown.click()
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
    page.evaluate("localStorage.setItem('support-chat.token', 'a.b.c')")
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
    choose(page, "#restart")
    expect(mine(page, "重新开始")).to_contain_text("已发送")


def test_everything_can_be_reached_by_keyboard(page):
    page.locator("body").press("Tab")
    seen = []
    for _ in range(25):
        seen.append(page.evaluate("(() => { const e = document.activeElement.shadowRoot?.activeElement ?? document.activeElement; return e.id || e.dataset.payload || e.tagName; })()"))
        page.keyboard.press("Tab")
    assert seen[:2] == ["menu", "scroll"]
    assert {"person", "attach", "text"} <= set(seen)
    assert seen.index("person") < seen.index("text")
    assert any(name.startswith("/") for name in seen)


def test_nothing_is_asked_of_anybody_else_and_the_browser_has_no_complaint(context, door):
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{door.url}/chat")
    say(page, "充值没到账")
    page.get_by_role("button", name="链上转账").click()
    expect(reply(page, "好的，是链上转账")).to_be_visible()
    page.locator("#file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture()})
    expect(page.locator(".attachment canvas")).to_be_visible()
    speak(page, "en")
    assert all(url.startswith((door.url, f"blob:{door.url}")) for url in asked), asked
    assert complaints == []


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
@pytest.mark.parametrize(("width", "height"), [(360, 640), (390, 844), (320, 480)])
def test_a_phone_shows_everything_without_sideways_scrolling(browser, door, width, height, language):
    context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": height}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{door.url}/chat")
    page.locator(".message.bot").first.wait_for()
    if language != "zh-Hans":
        speak(page, language)
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
    page.goto(f"{door.url}/chat")
    expect(page.locator(".message.agent .name")).to_contain_text("人工客服 · 小林")
    expect(page.locator("#status")).to_contain_text("人工客服正在为您服务")
    expect(page.locator("#status")).to_contain_text("TK-123456782")
    expect(page.locator("#person")).to_have_text("人工已接入")
    expect(page.locator("#person")).to_be_disabled()
