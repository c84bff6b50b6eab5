"""A visitor of a website goes on in Telegram: the link, "is that you?", and the way back, in the widget."""
from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import _running_door
from playwright.sync_api import BrowserContext, Page, expect
from widget_page import choose, open_widget, reply, say, speak

sys.path.insert(0, str(Path(__file__).parents[1]))

from telegram_api import Telegram, User  # noqa: E402


@pytest.fixture(scope="module")
def telegram() -> Iterator[Telegram]:
    with Telegram(strict=False) as telegram:
        yield telegram


@pytest.fixture(scope="module")
def door(site, telegram, tmp_path_factory) -> Iterator[Any]:
    """A door whose bot is on Telegram."""
    with _running_door()(tmp_path_factory.mktemp("door"), BOT_RATE_LIMITS="off", WIDGET_ORIGINS=site.url, TELEGRAM_TOKEN=telegram.token, TELEGRAM_API=telegram.url,
                         TELEGRAM_WEBHOOK="") as door:
        yield door


@pytest.fixture
def visiting(context: BrowserContext, door, site) -> Page:
    """In the middle of a problem."""
    page = context.new_page()
    page.goto(site.page("/telegram", door.url))
    open_widget(page)
    say(page, "充值没到账")
    expect(reply(page, "从哪里转过来的")).to_be_visible()
    return page


@pytest.fixture
def wei(telegram: Telegram) -> User:
    return User(telegram, username="wei_lin")


def link(page: Page) -> str:
    """The one-time code of a link that the menu was asked for."""
    choose(page, "#telegram")
    expect(page.locator(".question")).to_contain_text("只能用一次，10 分钟内有效")
    opened = page.locator(".question a")
    assert opened.get_attribute("target") == "_blank"
    assert "noopener" in opened.get_attribute("rel")
    address = opened.get_attribute("href")
    assert address.startswith("https://t.me/")
    return address.rpartition("start=")[2]


def asked(page: Page, wei: User) -> None:
    wei.starts(link(page))
    expect(page.locator(".question")).to_contain_text("@wei_lin 刚刚用您的链接连上来了，是您本人吗？", timeout=20_000)


def test_after_a_yes_the_case_goes_on_there_and_can_be_disconnected_here(visiting, wei, axe):
    asked(visiting, wei)
    assert axe(visiting, "support-chat") == []
    assert not any("从哪里转过来的" in text for text in wei.texts())
    visiting.get_by_role("button", name="是我", exact=True).click()
    expect(visiting.locator(".question")).to_be_hidden()
    wei.hears("从哪里转过来的")
    wei.says("在那边写的")
    expect(visiting.locator(".message.user", has_text="在那边写的")).to_have_count(1, timeout=20_000)
    visiting.locator("#menu").click()
    expect(visiting.locator("#telegram")).to_have_text("断开 Telegram 连接（@wei_lin）")
    visiting.locator("#telegram").click()
    wei.hears("已断开")
    visiting.locator("#menu").click()
    expect(visiting.locator("#telegram")).to_have_text("在 Telegram 里继续")


def test_after_a_no_nothing_of_the_case_is_ever_shown_there(visiting, wei):
    asked(visiting, wei)
    visiting.get_by_role("button", name="不是我").click()
    expect(visiting.locator(".question")).to_be_hidden()
    wei.hears("没有连接")
    wei.says("给我看看")
    time.sleep(1)
    assert not any("从哪里转过来的" in text for text in wei.texts())
    visiting.reload()
    visiting.locator("#launcher").click()
    expect(reply(visiting, "从哪里转过来的")).to_be_visible()
    expect(visiting.locator(".question")).to_be_hidden()


def test_the_question_survives_a_reload_and_follows_the_language(visiting, wei):
    asked(visiting, wei)
    visiting.reload()
    visiting.locator("#launcher").click()
    expect(visiting.locator(".question")).to_contain_text("是您本人吗")
    speak(visiting, "en")
    expect(visiting.locator(".question")).to_contain_text("@wei_lin has just connected with your link. Is that you?")
    expect(visiting.get_by_role("button", name="Yes, that is me")).to_be_visible()


def test_a_link_that_is_not_wanted_goes_away(visiting):
    link(visiting)
    visiting.locator(".question").get_by_role("button", name="取消").click()
    expect(visiting.locator(".question")).to_be_hidden()


def test_without_telegram_the_menu_says_nothing_of_it(context, site, tmp_path_factory):
    with _running_door()(tmp_path_factory.mktemp("door"), BOT_RATE_LIMITS="off", WIDGET_ORIGINS=site.url) as door:
        page = context.new_page()
        page.goto(site.page("/plain", door.url))
        open_widget(page)
        page.locator("#menu").click()
        expect(page.locator("#record-pdf")).to_be_visible()
        assert page.locator("#telegram").count() == 0
