"""The case sheet in the browser: what is there, what is missing, editing a line, the description to copy or correct."""
from __future__ import annotations

import pytest
from playwright.sync_api import expect
from widget_page import mine, reply, say


@pytest.fixture
def sheet(page):
    say(page, "充值案例")
    expect(reply(page, "echo text: 充值案例")).to_be_visible()
    page.get_by_role("button", name="问题资料 2/7").click()
    expect(page.locator(".sheet")).to_contain_text("充值没到账")
    return page


def row(page, name: str):
    return page.locator(f".fields li[data-field='{name}']")


def test_it_shows_what_is_there_and_what_is_missing(sheet):
    expect(row(sheet, "amount")).to_contain_text("250")
    expect(row(sheet, "tx_hash")).to_contain_text("还没有")
    expect(sheet.locator(".sheet")).to_contain_text("还差 5 项")
    expect(sheet.get_by_label("问题说明")).to_have_value("你好，我充值了 250 USDT，但我的账户里没有到账。")


def test_a_line_is_edited_explained_when_wrong_and_kept_when_right(sheet):
    sheet.get_by_role("button", name="填写UID").click()
    box = row(sheet, "uid").get_by_role("textbox")
    box.fill("12")
    box.press("Enter")
    expect(row(sheet, "uid").locator(".bad")).to_contain_text("位")
    box.fill("30012345")
    box.press("Enter")
    expect(row(sheet, "uid").locator(".value")).to_have_text("30012345")
    sheet.get_by_role("button", name="修改UID").click()
    sheet.keyboard.press("Escape")
    expect(sheet.locator(".sheet")).to_be_visible()
    sheet.keyboard.press("Escape")
    expect(sheet.locator(".sheet")).to_be_hidden()
    expect(mine(sheet, "补充资料：UID 30012345")).to_have_count(1)
    expect(sheet.get_by_role("button", name="问题资料 3/7")).to_be_focused()


def test_the_description_follows_can_be_copied_and_corrected(context, sheet):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    sheet.get_by_role("button", name="填写链").click()
    row(sheet, "network").get_by_role("textbox").fill("TRC20")
    sheet.keyboard.press("Enter")
    text = sheet.get_by_label("问题说明")
    expect(text).to_have_value("你好，我充值了 250 USDT，用的链是 TRC20，但我的账户里没有到账。")
    sheet.get_by_role("button", name="复制").click()
    expect(sheet.locator(".description .hint")).to_have_text("已复制。")
    assert sheet.evaluate("navigator.clipboard.readText()") == text.input_value()
    text.fill("昨天从交易平台转出 250 USDT，两边都说完成，但没到。")
    sheet.get_by_role("button", name="用作问题说明").click()
    expect(sheet.locator(".description .hint")).to_contain_text("已保存")
    sheet.get_by_role("button", name="返回").click()
    expect(mine(sheet, "问题说明：昨天从交易平台转出 250 USDT，两边都说完成，但没到。")).to_have_count(1)


def test_what_is_being_typed_is_not_overwritten_by_news(sheet):
    sheet.get_by_role("button", name="填写UID").click()
    box = row(sheet, "uid").get_by_role("textbox")
    box.fill("300")
    sheet.evaluate("fetch('/api/messages', {method: 'POST', headers: {'Content-Type': 'application/json', Authorization: 'Bearer ' + localStorage.getItem('support-chat.token')}, "
                   "body: JSON.stringify({client_id: 'from-elsewhere', text: 'hello there'})})")
    sheet.wait_for_timeout(800)
    expect(box).to_have_value("300")


def test_in_the_page_of_its_own_the_back_button_closes_it(sheet):
    sheet.go_back()
    expect(sheet.locator(".sheet")).to_be_hidden()
    expect(sheet.locator(".message.bot").first).to_be_visible()


def test_a_screenshot_can_be_added_from_it(sheet):
    with sheet.expect_file_chooser() as chooser:
        sheet.locator(".fields li").last.get_by_role("button").click()
    assert chooser.value.is_multiple()
