"""A visitor in despair over a deposit and the people who help him, each in a browser of his own, on the whole stack with a real Request Tracker 5 behind it.

What happens in between: notes stay private, nothing typed wakes the bot, the first agent's machine dies, a second one goes on, the bot gets the case back
clean, Request Tracker has the same ticket, and the audit log holds.
"""
from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import subprocess
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.commands.run import prepare
from bot.commands.train import train
from bot.home import ROOT, Home
from bot.stack import Ports, Stack
from tests.desk.adapters import rt
from tests.desk.adapters.conftest import request_tracker  # noqa: F401 - the fixture
from tests.stack.test_browser import DESKTOP, HASH, PHONE, browser, say, visitor  # noqa: F401 - the fixture

BOT = ROOT / ".venv" / "app" / "bin" / "bot"
PATIENCE_SECONDS = 60
SILENT = timedelta(minutes=4)
"""More than `vanish_minutes` of data/exchange.yml."""
NOTE = "先别告诉用户：财务还在核对，他的情绪很不稳定"
COMMANDS = ("/restart", "/human_agent", "/start_over", '/deposit_missing{"topic":"deposit_missing"}', "/session_start", "重新开始", "忘记密码了", "KYC是什么意思？", "取消")


@dataclass
class Site:
    """The running bot, its people as (name, password), and the real Request Tracker its tickets go to."""

    stack: Stack
    people: dict[str, tuple[str, str]]
    tracker: rt.RT

    def command(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([BOT, *arguments], cwd=ROOT, env=self.stack.environment, capture_output=True, text=True, timeout=120)

    def rows(self, query: str, *values: object) -> list[tuple]:
        with closing(sqlite3.connect(self.stack.home.path / "bot.sqlite3", timeout=20)) as database, database:
            return database.execute(query, values).fetchall()

    def heard_last(self, name: str, ago: timedelta) -> None:
        """As if this person's console had been silent for so long."""
        at = datetime.now(timezone.utc) - ago
        self.rows("update desk_presence set seen = ? where agent_id = (select id from desk_agent where username = ?)", f"{at:%Y-%m-%d %H:%M:%S.%f}", name)

    def remote(self, number: str) -> dict:
        """The ticket at Request Tracker: {id, Status, txid}."""
        found = apart(self.tracker.agent("GET", f"/tickets?query=CF.bot_key%3D%27{number}%27&fields=Status,CustomFields"))
        assert found["total"] == 1, found
        ticket = found["items"][0]
        return {"id": ticket["id"], "status": ticket["Status"], "fields": {each["name"]: each["values"] for each in ticket["CustomFields"]}}

    def history(self, number: str) -> list[tuple[str, str]]:
        return apart(self.tracker.history(str(self.remote(number)["id"])))


def apart(work: Coroutine) -> Any:
    """Runs it in a thread of its own: Playwright keeps a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, request_tracker: rt.RT) -> Iterator[Site]:  # noqa: F811
    model = train(Home.from_environment())
    home = Home(tmp_path_factory.mktemp("site"))
    home.make()
    (home.path / "desks.yml").write_text(json.dumps({"desks": {"rt": {
        "kind": "request_tracker", "url": request_tracker.url, "user": rt.BOT, "queues": {"*": "Deposits"}, "fields": {"tx_hash": "txid"}, "poll_seconds": 0.5}}}))
    stack = Stack(home, Ports.free(), model, {"BOT_RATE_LIMITS": "off", "DATABASE_URL": "", "REDIS_URL": "", "WORKER": "internal",
                                              "BOT_DESKS": str(home.path / "desks.yml"), "DESK_RT_TOKEN": rt.BOT_PASSWORD})
    try:
        stack.start_engine()
        prepare(stack)
        people = {}
        for name, alias, role in (("li", "小李", "agent"), ("wang", "小王", "agent"), ("chen", "陈主管", "supervisor")):
            people[name] = (name, prepare(stack, "--change", json.dumps({"name": name, "alias": alias, "role": role, "at_once": 5}))["password"])
        stack.start_app()
        stack.wait_ready()
        yield Site(stack, people, request_tracker)
    finally:
        stack.stop()


def console(browser: Browser, site: Site, name: str) -> Page:  # noqa: F811
    page = browser.new_context(viewport=DESKTOP, locale="zh-CN").new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{site.stack.url}/desk/")
    page.get_by_label("用户名").fill(site.people[name][0])
    page.get_by_label("密码").fill(site.people[name][1])
    page.get_by_role("button", name="登录").click()
    page.locator("body[data-ready]").wait_for()
    return page


def take(page: Page, number: str) -> None:
    page.get_by_role("button", name="待接手").click()
    page.locator(f"[data-number='{number}'] button").click()
    expect(page.locator("#talk-line")).to_contain_text(number)
    page.keyboard.press("t")
    expect(page.get_by_role("textbox", name="回复用户")).to_be_focused()


def reply(page: Page, text: str) -> None:
    page.locator("#tab-reply").click()
    page.get_by_role("textbox", name="回复用户").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator("#log .message.agent:not(.pending)", has_text=text)).to_have_count(1)


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")
    expect(page.locator(".message.user").last).to_contain_text(text)


def until(true, what: str):
    """What `true` returns as soon as it returns something."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := true()):
        assert time.monotonic() < end, what
        time.sleep(0.2)
    return found


def test_a_desperate_visitor_is_helped_by_two_people_and_nothing_is_lost_on_the_way(browser: Browser, site: Site) -> None:  # noqa: F811
    phone = visitor(browser, site.stack.url, "zh-CN", PHONE)
    say(phone, "充值没到账")
    say(phone, "对方显示已完成，两个账户都没有")
    say(phone, HASH)
    say(phone, "五十万全没了，我不想活了")
    expect(phone.locator(".message.bot", has_text="您的安全最要紧")).to_have_count(1)
    opened = phone.locator("#scroll", has_text=re.compile(r"TK-\d{9}"))
    expect(opened).to_be_visible()
    number = re.search(r"TK-\d{9}", opened.inner_text())[0]

    # The first agent: urgent, with everything that was said; answers, and leaves a note for his colleagues.
    li = console(browser, site, "li")
    take(li, number)
    expect(li.locator("#side")).to_contain_text("紧急")
    expect(li.locator("#side")).to_contain_text(HASH)
    expect(li.locator("#log")).to_contain_text("五十万全没了，我不想活了")
    reply(li, "您好，我是小李，我在这里陪着您。")
    expect(phone.locator(".message.agent").last).to_contain_text("我在这里陪着您")
    li.keyboard.press("Escape")
    li.keyboard.press("n")
    li.keyboard.type(NOTE)
    li.keyboard.press("Enter")
    expect(li.locator("#log .message.note:not(.pending)")).to_contain_text(NOTE)

    # A person has it: whatever is typed, the bot is silent.
    bots = phone.locator(".message.bot").count()
    for text in COMMANDS:
        write(phone, text)
    expect(li.locator("#log .message.user").last).to_contain_text(COMMANDS[-1])
    reply(li, "都收到了。")
    expect(phone.locator(".message.agent").last).to_contain_text("都收到了。")
    assert phone.locator(".message.bot").count() == bots
    expect(phone.locator("#status")).to_contain_text("人工客服正在为您服务")

    # His machine dies: no word of leaving, only silence.
    chen = console(browser, site, "chen")
    li.context.set_offline(True)
    li.context.close()
    site.heard_last("li", SILENT)
    expect(phone.locator("#scroll")).to_contain_text("刚才那位同事断线了", timeout=30_000)
    expect(phone.locator("#status")).to_contain_text(number)
    chen.locator("#bell").click()
    expect(chen.get_by_role("dialog")).to_contain_text(number)
    chen.keyboard.press("Escape")

    # The second one goes on where the first stopped.
    wang = console(browser, site, "wang")
    take(wang, number)
    for text in ("五十万全没了，我不想活了", "我在这里陪着您", "/restart", NOTE):
        expect(wang.locator("#log")).to_contain_text(text)
    reply(wang, "我是小王，接着处理。款项已经找到，正在入账。")
    expect(phone.locator(".message.agent").last).to_contain_text("款项已经找到")
    write(phone, "谢谢你们")
    expect(wang.locator("#log .message.user").last).to_contain_text("谢谢你们")
    for text in (NOTE, "财务"):
        assert text not in phone.locator("body").inner_text()

    # Back to the bot, which has forgotten the old problem and asks nobody how satisfied he is.
    wang.keyboard.press("Escape")
    wang.keyboard.press("b")
    wang.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(wang.locator("#talk-line")).to_contain_text("交还")
    expect(phone.locator("#scroll")).to_contain_text("现在由机器人回答")
    expect(phone.locator("#status")).to_contain_text("机器人助手")
    assert phone.locator(".replies.scale").count() == 0
    (state,), = site.rows("select c.state from conversations_conversation c join desk_ticket t on t.conversation_id = c.id where t.number = ?", number)
    assert json.loads(state) == {}
    say(phone, "KYC是什么意思？")
    expect(phone.locator(".message.bot").last).to_contain_text("了解你的客户")
    say(phone, "提现一直没到账")
    (state,), = site.rows("select c.state from conversations_conversation c join desk_ticket t on t.conversation_id = c.id where t.number = ?", number)
    assert HASH not in state

    # The same ticket at Request Tracker, each word once and in order; what was private there is a comment.
    until(lambda: site.remote(number)["status"] == "resolved", "Request Tracker never heard of the end")
    assert site.remote(number)["fields"]["txid"] == [HASH]
    said = site.history(number)
    kind, transcript = said[0]
    assert kind == "Create"
    for text in (number, "充值没到账", "用户可能有危险", "五十万全没了，我不想活了"):
        assert text in transcript
    there = [text for _, text in said]
    order = []
    for text in ("您的安全最要紧", "我在这里陪着您", NOTE, *COMMANDS, "都收到了。", "款项已经找到", "谢谢你们"):
        found = [n for n, each in enumerate(there) if text in each and n]
        assert len(found) == 1, (text, there)
        order += found
    assert order == sorted(order)
    assert {kind for kind, text in said[1:] if NOTE in text} == {"Comment"}

    # And the log of who did what holds.
    verified = site.command("audit", "verify")
    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout)["ok"] is True
    actions = [action for action, in site.rows("select action from desk_auditentry where subject = ? order by seq", f"ticket:{number}")]
    assert [action.removeprefix("ticket.") for action in actions if action.removeprefix("ticket.") in ("opened", "taken", "released", "returned")] == ["opened", "taken", "released", "taken", "returned"]
    for page in (phone, wang, chen):
        page.context.close()
