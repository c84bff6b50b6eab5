"""What people of the desk do in the console reaches the chat, and what happens in the chat is seen at the desk."""
from __future__ import annotations

import time

import pytest
from telegram_api import User
from telegram_api.pictures import png

from bot.channels.telegram.service import TYPING_SECONDS

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(scope="module")
def agent(bot):
    return bot.console()


@pytest.fixture
def taken(bot, agent, wei) -> str:
    """The number of a ticket that the agent has taken."""
    number = bot.hand_over(wei)
    agent.takes(number)
    wei.hears("人工客服 小赵 已接手")
    return number


def typing_in(telegram, user) -> list[dict]:
    return [arguments for _, method, arguments in telegram.calls if method == "sendchataction" and arguments["chat_id"] == str(user.id)]


def test_a_reply_comes_under_the_agent_s_name_and_the_answer_is_in_the_console(agent, wei, taken):
    agent.replies(taken, "请再发一次截图。")
    assert wei.hears("请再发一次截图")["text"].split("\n") == ["人工客服 小赵", "请再发一次截图。"]
    wei.says("好，马上")
    wei.photo(png(1), caption="截图来了")
    said = agent.hears(taken, "截图来了")
    assert [message["text"] or message["file"]["kind"] for message in said[-3:]] == ["好，马上", "image/png", "截图来了"]


def test_typing_is_shown_while_the_agent_types_and_no_longer(telegram, agent, wei, taken):
    before = len(typing_in(telegram, wei))
    agent.do(taken, "typing", on=True)
    wei.waits_for(lambda _: len(typing_in(telegram, wei)) > before)
    agent.do(taken, "typing", on=False)
    agent.replies(taken, "写好了。")
    wei.hears("写好了")
    shown = typing_in(telegram, wei)
    assert {call["action"] for call in shown[before:]} == {"typing"}
    time.sleep(TYPING_SECONDS + 1)
    assert typing_in(telegram, wei) == shown


def test_files_of_the_agent_s_come_as_a_picture_and_as_a_document_with_their_names(telegram, agent, wei, taken):
    agent.sends(taken, png(7), "查到的.png")
    agent.sends(taken, PDF, "转账\u202e凭证.pdf")
    wei.waits_for(lambda _: any("document" in message for message in wei.heard()))
    picture, document = [message for message in wei.heard() if "photo" in message or "document" in message]
    assert (picture["caption"], document["caption"]) == ("人工客服 小赵", "人工客服 小赵")
    assert telegram.files[picture["photo"][0]["file_id"]]["content"].startswith(b"\x89PNG")
    assert (document["document"]["file_name"], telegram.files[document["document"]["file_id"]]["content"]) == ("转账凭证.pdf", PDF)


def test_who_waits_is_told_his_place_in_the_line_and_it_changes(bot, telegram, agent, wei):
    first = bot.hand_over(wei)
    second = User(telegram, username="li_second")
    second.starts()
    second.hears("自助客服")
    number = bot.hand_over(second)
    place = int(second_status(second, number).split("排在第 ")[1].split(" 位")[0])
    assert place >= 2
    agent.takes(first)
    assert f"排在第 {place - 1} 位" in second_status(second, number, 2)


def second_status(user: User, number: str, times: int = 1) -> str:
    user.says("/status")
    return user.hears(f"{number}，", times)["text"]


def test_an_edited_message_corrects_the_ticket_of_somebody_who_waits(bot, agent, wei):
    number = bot.hand_over(wei)
    message_id = wei.says("12345678")
    wei.waits_for(lambda _: value(agent, number, "uid") == "12345678")
    wei.edits(message_id, "87654321")
    wei.waits_for(lambda _: value(agent, number, "uid") == "87654321")
    assert [message["text"] for message in agent.messages(number) if message["author"] == "user"][-2:] == ["12345678", "87654321"]


def test_done_is_told_with_a_way_back_that_works(bot, agent, wei, taken):
    agent.do(taken, "resolve", reason="solved")
    wei.hears("标记为处理完成")
    wei.presses("还没解决")
    wei.hears("重新打开")
    assert agent.ticket(taken)["state"] in ("open", "taken")


def test_that_he_has_blocked_the_bot_is_seen_in_the_console_and_on_the_ticket_and_so_is_his_return(telegram, agent, wei, taken):
    wei.blocks()
    agent.replies(taken, "您还在吗？")
    wei.waits_for(lambda _: field(agent, taken).startswith("unreachable since"))
    assert [message["text"] for message in agent.messages(taken) if message["author"] == "system"][-1].startswith("Telegram 上的消息现在送不到")
    assert not any("您还在吗" in text for text in wei.texts())
    wei.blocks(False)
    wei.hears("您还在吗")
    assert field(agent, taken) == "reachable"
    assert any("又能送到" in message["text"] for message in agent.messages(taken))


def test_when_telegram_is_blocked_the_ticket_names_the_e_mail_address_that_he_gave(bot, agent, wei):
    number = bot.hand_over(wei)
    wei.presses("发邮件")
    wei.hears("请写下邮箱地址")
    wei.says("someone@example.com")
    wei.hears("会同时发到")
    assert agent.ticket(number)["contact"] == {"way": "email", "address": "someone@example.com"}
    wei.blocks()
    wei.waits_for(lambda _: field(agent, number).startswith("unreachable since"))
    assert agent.ticket(number)["contact"] == {"way": "email", "address": "someone@example.com"}


def test_whoever_stays_in_telegram_is_reached_there(bot, agent, wei):
    number = bot.hand_over(wei)
    wei.presses("就在这里")
    wei.hears("好，就在这里")
    assert agent.ticket(number)["contact"] == {"way": "telegram"}


def test_the_record_comes_into_the_chat_as_a_pdf_and_a_page(bot, telegram, agent, wei, taken):
    wei.says("我的密码是 hunter2secret")
    agent.do(taken, "resolve", reason="solved")
    wei.hears("标记为处理完成")
    wei.says("给我记录")
    wei.presses("给我记录", wei.hears("请留好这些"))
    wei.hears("正在整理")
    wei.waits_for(lambda _: sum("document" in message for message in wei.heard()) == 2)
    printed, page = [message["document"] for message in wei.heard() if "document" in message]
    assert (printed["file_name"], page["file_name"]) == ("record.pdf", "record.html")
    assert telegram.files[printed["file_id"]]["content"].startswith(b"%PDF-")
    html = telegram.files[page["file_id"]]["content"].decode()
    assert taken in html
    assert "hunter2secret" not in html


def field(agent, number: str) -> str:
    return value(agent, number, "telegram")


def value(agent, number: str, name: str) -> str:
    return next((each["value"] for each in agent.ticket(number)["fields"] if each["name"] == name), "")
