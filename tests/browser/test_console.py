"""The agents' console in a real browser: by keyboard, on a phone, in the dark, in both languages, with connections that break."""
from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

PICTURES = Path(__file__).resolve().parents[2] / "test-results"


def _module(name: str, path: Path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


console = _module("console_fixtures", Path(__file__).parents[1] / "desk" / "console" / "conftest.py")
faults = _module("axe_checker", Path(__file__).parent / "axe.py").faults
desk, cases, stock, waiting = console.desk, console.cases, console.stock, console.waiting


@pytest.fixture
def agent(browser: Browser, desk):
    """Opens the console for somebody: agent("li", locale=..., ...) -> Page. Whatever goes wrong in a page fails the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def sign_in(name: str, **options) -> Page:
        context = browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.append(line.text) if line.type == "error" and "net::" not in line.text and "status of 4" not in line.text else None)
        page.on("request", lambda request: problems.append(request.url) if not request.url.startswith((desk.url, "blob:", "data:")) else None)
        page.goto(f"{desk.url}/desk/")
        page.locator("input[name=username]").fill(name)
        page.locator("input[name=password]").fill(console.PASSWORD)
        page.locator("button.primary").click()
        page.locator("body[data-ready]").wait_for()
        return page
    yield sign_in
    for context in contexts:
        context.close()
    assert not problems


def open_ticket(page: Page, number: str) -> None:
    page.goto(f"{page.url.split('#')[0]}#{number}")
    page.reload()
    expect(page.locator("#talk-line")).to_contain_text(number)
    page.locator("#log .message").first.wait_for()


def said(case) -> list[str]:
    return [message["text"] for message in case.visitor.history()]


def test_a_ticket_is_worked_on_by_keyboard_alone(agent, waiting) -> None:
    page = agent("li")
    page.keyboard.press("s")
    page.keyboard.type(waiting.number)
    expect(page.locator("#tickets button")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("#talk-line")).to_contain_text("待接手")
    page.keyboard.press("t")
    expect(page.locator("#talk-line")).to_contain_text("小李")
    expect(page.get_by_role("textbox", name="回复用户")).to_be_focused()
    page.keyboard.type("/hel")
    expect(page.locator("#canned li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value(re.compile(waiting.number))
    page.keyboard.press("Enter")
    expect(page.locator("#log .message.agent:not(.pending)").last).to_contain_text("我是小李")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("只给同事看")
    page.keyboard.press("Enter")
    expect(page.locator("#log .message.note:not(.pending)")).to_contain_text("只给同事看")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("让机器人询问一项")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    expect(page.locator("#talk-line")).to_contain_text("已解决")
    assert not any("同事看" in text for text in said(waiting))


def test_messages_and_typing_appear_without_reload_and_hostile_text_stays_text(agent, desk, waiting) -> None:
    page = agent("li")
    open_ticket(page, waiting.number)
    page.keyboard.press("t")
    for _ in range(20):  # as the visitor's page does while he types; the console's stream may open after the first
        desk.call("POST", "/api/typing", json_body={"on": True}, token=waiting.visitor.token)
        if page.locator("#typing").is_visible():
            break
        page.wait_for_timeout(250)
    expect(page.locator("#typing")).to_be_visible()
    waiting.visitor.send(text='<img src=x onerror="document.title=1"> {{7*7}} javascript:alert(1) https://www.example.com/a')
    bubble = page.locator("#log .message.user .bubble").last
    expect(bubble).to_contain_text('<img src=x onerror="document.title=1"> {{7*7}}')
    expect(page.locator("#typing")).to_be_hidden()
    assert bubble.locator("a").all_inner_texts() == ["https://www.example.com/a"]
    assert page.locator("#log img").count() == 0
    box = page.get_by_role("textbox", name="回复用户")
    box.fill("<b>{{7*7}}</b> 👩‍👩‍👧 ${x}")
    page.keyboard.press("Enter")
    expect(page.locator("#log .message.agent .bubble").last).to_have_text("<b>{{7*7}}</b> 👩‍👩‍👧 ${x}")
    box.fill("长" * 33_000)
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("超出 23000 个字")
    assert len(box.input_value()) == 33_000


def test_a_connection_that_breaks_loses_and_doubles_nothing(agent, waiting) -> None:
    page = agent("li")
    open_ticket(page, waiting.number)
    page.keyboard.press("t")
    box = page.get_by_role("textbox", name="回复用户")
    expect(box).to_be_visible()
    page.context.set_offline(True)
    for text in ("断线时写的一", "断线时写的二"):
        box.fill(text)
        page.keyboard.press("Enter")
    expect(page.locator("#log .message.pending")).to_have_count(2)
    waiting.visitor.send(text="您还在吗")
    waiting.visitor.send(text="我很急")
    page.context.set_offline(False)
    expect(page.locator("#log .message.pending")).to_have_count(0, timeout=20_000)
    texts = page.locator("#log .message .bubble").all_inner_texts()
    for text in ("断线时写的一", "断线时写的二", "您还在吗", "我很急"):
        assert texts.count(text) == 1
    assert [text for text in said(waiting) if text.startswith("断线")] == ["断线时写的一", "断线时写的二"]


def test_a_page_that_is_closed_in_the_middle_comes_back_with_draft_and_unsent_reply(agent, waiting) -> None:
    page = agent("li")
    open_ticket(page, waiting.number)
    page.keyboard.press("t")
    box = page.get_by_role("textbox", name="回复用户")
    page.route("**/reply", lambda route: route.abort())
    box.fill("没来得及发出")
    page.keyboard.press("Enter")
    expect(page.locator("#log .message.pending")).to_have_count(1)
    box.fill("写到一半")
    page.unroute("**/reply")
    page.reload()
    expect(page.locator("#log .message.agent:not(.pending)")).to_contain_text("没来得及发出")
    expect(page.get_by_role("textbox", name="回复用户")).to_have_value("写到一半")
    assert said(waiting).count("没来得及发出") == 1


def test_two_agents_take_the_same_ticket_and_the_second_is_told_by_name(agent, waiting) -> None:
    first, second = agent("li"), agent("wang", locale="en-US")
    for page in (first, second):
        open_ticket(page, waiting.number)
    second.route("**/stream*", lambda route: route.abort())  # wang has not heard of it yet
    first.keyboard.press("t")
    expect(first.locator("#talk-line")).to_contain_text("小李")
    second.evaluate("document.activeElement.blur()")
    second.keyboard.press("t")
    if second.get_by_role("dialog").is_visible():  # the list told him in time
        second.keyboard.press("Escape")
    else:
        expect(second.locator("#toasts")).to_contain_text("小李 took")
    expect(second.locator("#stop")).to_contain_text("小李 is on it")


def test_a_second_agent_takes_over_and_the_first_is_told(agent, waiting) -> None:
    first, second = agent("li"), agent("chen")
    open_ticket(first, waiting.number)
    first.keyboard.press("t")
    expect(first.locator("#talk-line")).to_contain_text("小李")
    open_ticket(second, waiting.number)
    second.keyboard.press("t")
    second.get_by_role("button", name="确定").click()
    expect(second.locator("#talk-line")).to_contain_text("陈主管")
    expect(first.locator("#toasts")).to_contain_text("现在由 陈主管 处理")
    expect(first.locator("#stop")).to_contain_text("陈主管 正在处理")
    second.get_by_role("textbox", name="回复用户").fill("我接着处理")
    second.keyboard.press("Enter")
    expect(first.locator("#log .message.agent").last).to_contain_text("我接着处理")


def test_an_auditor_sees_and_can_do_nothing(agent, waiting) -> None:
    page = agent("audit")
    open_ticket(page, waiting.number)
    expect(page.locator("#stop")).to_contain_text("只能查看")
    assert page.locator("#deeds button").all_inner_texts() == ["⋯"]
    page.keyboard.press("t")
    expect(page.locator("#talk-line")).to_contain_text("待接手")


def test_whoever_is_signed_out_is_told_and_finds_the_way_back(agent, waiting) -> None:
    page = agent("wang")
    page.context.clear_cookies()
    page.locator("#tickets").wait_for(state="attached")
    page.goto(f"{page.url}#x")
    page.evaluate("location.reload()")
    expect(page).to_have_url(re.compile("/desk/login"))


@pytest.mark.parametrize(("locale", "scheme", "size"), [("zh-CN", "light", (1280, 800)), ("en-US", "dark", (1280, 800)), ("zh-CN", "dark", (390, 844)), ("en-US", "light", (390, 844))])
def test_it_is_accessible_and_fits_at_every_size(agent, cases, locale, scheme, size) -> None:
    case = cases(1)[0]
    page = agent("chen", locale=locale, color_scheme=scheme, viewport={"width": size[0], "height": size[1]})
    name = f"console-{locale[:2]}-{scheme}-{size[0]}"
    PICTURES.mkdir(exist_ok=True)
    page.locator("#views button").nth(1).click()
    page.locator("#tickets button").first.wait_for()
    assert faults(page) == []
    page.screenshot(path=PICTURES / f"{name}-list.png")
    open_ticket(page, case.number)
    page.locator("#deeds .primary").click()
    expect(page.locator("#text")).to_be_visible()
    assert faults(page) == []
    page.screenshot(path=PICTURES / f"{name}-ticket.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if size[0] < 600:
        page.locator("#side-toggle").click()
        expect(page.locator("#side")).to_be_visible()
        assert faults(page) == []
        page.screenshot(path=PICTURES / f"{name}-side.png")
        page.locator("#side-toggle").click()
    page.locator("#deeds .icon").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")


def test_signing_in_is_accessible(browser: Browser, desk) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(f"{desk.url}/desk/login")
    assert faults(page) == []
    page.locator("input[name=username]").fill("li")
    page.locator("input[name=password]").fill("wrong")
    page.locator("button.primary").click()
    expect(page.get_by_role("alert")).to_contain_text("不对")
    assert faults(page) == []
    page.close()


PHONE_IN_THE_DARK = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def taken(page: Page, case) -> None:
    """Opens the ticket and takes it with its button."""
    open_ticket(page, case.number)
    page.locator("#deeds .primary").click()
    expect(page.locator("#talk-line")).to_contain_text("小李")


def chosen(page: Page, text: str | re.Pattern) -> None:
    """A choice of the open dialog."""
    page.get_by_role("dialog").get_by_role("button", name=text).first.click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def more(page: Page, text: str) -> None:
    """A deed behind the three dots."""
    page.locator("#deeds .icon").click()
    page.get_by_role("dialog").get_by_role("button", name=text).click()


@pytest.mark.parametrize("options", [{}, PHONE_IN_THE_DARK], ids=["desktop", "phone"])
def test_the_bot_asks_for_a_field_and_fills_it_in_while_the_clock_stands_still(agent, waiting, options) -> None:
    page = agent("li", **options)
    taken(page, waiting)
    page.locator("#ask").click()
    assert faults(page) == []
    chosen(page, "UID")
    expect(page.locator("#awaiting")).to_contain_text("正在等用户回答：UID")
    waiting.visitor.wait_for(lambda messages: "UID" in messages[-1]["text"])
    waiting.visitor.send(text="12")
    waiting.visitor.wait_for(lambda messages: messages[-1]["author"] != "user" and "位" in messages[-1]["text"])  # how a UID looks
    expect(page.locator("#awaiting")).to_contain_text("UID")
    waiting.visitor.send(text="30012345")
    expect(page.locator("#awaiting")).to_have_text("")
    if options:
        page.locator("#side-toggle").click()
    expect(page.locator("#side")).to_contain_text("30012345")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("options", [{}, PHONE_IN_THE_DARK], ids=["desktop", "phone"])
def test_a_ticket_goes_to_a_colleague_and_then_to_another_queue_with_all_that_was_said(agent, waiting, options) -> None:
    first, second = agent("li", **options), agent("wang")
    taken(first, waiting)
    first.get_by_role("textbox", name="回复用户").fill("我请同事接着看")
    first.keyboard.press("Enter")
    expect(first.locator("#log .message.agent:not(.pending)")).to_contain_text("我请同事接着看")
    more(first, "转交") if options else first.get_by_role("button", name="转交").click()
    assert faults(first) == []
    chosen(first, re.compile("小王"))
    expect(first.locator("#talk-line")).to_contain_text("小王")
    expect(first.locator("#stop")).to_contain_text("小王 正在处理")
    second.keyboard.press("1")
    second.locator(f"[data-number='{waiting.number}'] button").click()
    expect(second.locator("#log")).to_contain_text("我请同事接着看")
    expect(second.get_by_role("textbox", name="回复用户")).to_be_visible()
    second.evaluate("document.activeElement.blur()")
    second.keyboard.press("f")
    chosen(second, "身份认证")
    expect(second.locator("#talk-line")).to_contain_text("待接手")
    expect(second.locator("#side")).to_contain_text("身份认证")
    heard = said(waiting)
    assert "小王" in " ".join(heard)
    assert heard[-1] == "您的问题已转给负责这一类的同事，前面写的都一起带过去了，不用再说一遍。"


@pytest.mark.parametrize("options", [{}, PHONE_IN_THE_DARK], ids=["desktop", "phone"])
def test_the_conversation_goes_back_to_the_bot(agent, waiting, options) -> None:
    page = agent("li", **options)
    taken(page, waiting)
    more(page, "交还机器人")
    expect(page.get_by_role("dialog")).to_contain_text(f"把 {waiting.number} 交还机器人")
    chosen(page, "确定")
    expect(page.locator("#talk-line")).to_contain_text("已交还机器人")
    expect(page.locator("#stop")).to_contain_text("工单已结束")
    assert said(waiting)[-1].endswith("现在由机器人回答。还需要真人，随时说“转人工”。")


@pytest.mark.parametrize("options", [{}, PHONE_IN_THE_DARK], ids=["desktop", "phone"])
def test_a_ready_answer_is_filled_in_and_its_gap_is_not_sent_by_mistake(agent, waiting, options) -> None:
    page = agent("li", **options)
    taken(page, waiting)
    box = page.get_by_role("textbox", name="回复用户")
    page.locator("#canned-open").click()
    box.press_sequentially("链上没有")
    expect(page.locator("#canned li")).to_have_count(1)
    assert faults(page) == []
    page.locator("#canned li").click()
    expect(box).to_have_value(re.compile("4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"))
    box.fill("/wrong_network")
    page.keyboard.press("Enter")
    expect(box).to_have_value(re.compile(r"这笔走的是 \[.+\]"))
    before = len(said(waiting))
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text("还有没填的空")
    assert len(said(waiting)) == before
    box.fill(re.sub(r"\[.+?\]", "TRC20", box.input_value()))
    page.keyboard.press("Enter")
    expect(page.locator("#log .message.agent:not(.pending)")).to_contain_text("这笔走的是 TRC20")
    assert said(waiting)[-1].startswith("这笔走的是 TRC20")


@pytest.mark.parametrize("options", [{}, PHONE_IN_THE_DARK], ids=["desktop", "phone"])
def test_a_ticket_becomes_part_of_another_after_a_question_whether_it_is_one_person(agent, cases, options) -> None:
    again, older = cases(2)
    page = agent("li", **options)
    taken(page, again)
    more(page, "合并到其他工单")
    page.get_by_label("工单编号").fill(older.number.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("无法确认是同一位用户")
    page.get_by_role("dialog").get_by_role("button", name="取消").click()
    expect(page.locator("#talk-line")).to_contain_text(again.number)
    expect(page.locator("#talk-line")).to_contain_text("小李")
    more(page, "合并到其他工单")
    page.get_by_label("工单编号").fill(older.number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("无法确认是同一位用户")
    chosen(page, "确定")
    expect(page.locator("#talk-line")).to_contain_text(older.number)
    open_ticket(page, again.number)
    expect(page.locator("#talk-line")).to_contain_text("已合并")


def test_a_private_note_on_a_phone_in_the_dark_is_told_from_a_reply(agent, waiting) -> None:
    page = agent("li", **PHONE_IN_THE_DARK)
    taken(page, waiting)
    page.locator("#tab-note").click()
    expect(page.locator("#send")).to_have_text("保存备注")
    page.get_by_role("textbox", name="私密备注").fill("只给同事看")
    page.locator("#send").click()
    expect(page.locator("#log .message.note:not(.pending)")).to_contain_text("只给同事看")
    assert faults(page) == []
    assert not any("同事看" in text for text in said(waiting))


def test_resolving_asks_for_the_reason_and_the_visitor_hears_of_it(agent, waiting) -> None:
    page = agent("li", **PHONE_IN_THE_DARK)
    taken(page, waiting)
    page.get_by_role("button", name="解决", exact=True).click()
    assert faults(page) == []
    chosen(page, "确认损失，无法找回")
    expect(page.locator("#talk-line")).to_contain_text("已解决")
    last = waiting.visitor.history()[-1]
    assert waiting.number in last["text"]
    assert [button["title"] for button in last["buttons"]][0] == "还没解决"
    assert not any(button["title"] == "5" for button in last["buttons"])  # nobody is asked how satisfied he is with a loss


@pytest.mark.parametrize("options", [{}, PHONE_IN_THE_DARK], ids=["desktop", "phone"])
def test_the_bell_shows_what_waits_and_goes_when_somebody_has_seen_to_it(agent, desk, waiting, options) -> None:
    interface = _module("interface_tests", Path(__file__).parents[1] / "desk" / "console" / "test_interface.py")
    page = agent("chen", **options)
    interface.happened(desk, waiting.number, "vanished", "supervisors")
    waiting.visitor.send(text="还在吗")  # the worker's news comes with a word to the visitor, too
    expect(page.locator("#bell")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text("有新的提醒")
    assert faults(page) == []
    page.locator("#bell").click() if options else page.keyboard.press("i")
    dialog = page.get_by_role("dialog")
    row = dialog.locator("li", has_text=waiting.number)
    expect(row).to_contain_text("处理人的页面断开，工单已回队列")
    assert faults(page) == []
    page.screenshot(path=PICTURES / f"console-notices-{'phone' if options else 'desktop'}.png")
    row.get_by_role("button", name=waiting.number).click()
    expect(page.locator("#talk-line")).to_contain_text(waiting.number)
    page.keyboard.press("i")
    row.get_by_role("button", name="已处理").click()
    expect(row).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#bell")).to_be_hidden()
