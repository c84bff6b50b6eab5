"""From the website to Telegram and back: the one-time code, "was that you?", and who sees what until then and after."""
from __future__ import annotations

import contextlib
import json
import sqlite3
import time
import uuid
from dataclasses import dataclass

import jwt
import pytest
from telegram_api import User
from telegram_api.people import titles

from tests.channels.telegram.conftest import IDENTITY_KEY

FIELDS = "select t.fields from desk_ticket t join conversations_conversation c on c.id=t.conversation_id where c.key=?"
LINKED = "select t.fields from desk_ticket t join telegram_chat h on h.linked_id=t.conversation_id where h.id=?"


@dataclass
class Visitor:
    """Somebody on the website."""

    bot: object
    token: str

    @classmethod
    def signed_in(cls, bot, uid: str) -> Visitor:
        """A user of the exchange, whom its site has signed in."""
        now = int(time.time())
        identity = jwt.encode({"sub": f"user-{uid}", "aud": "support-chat", "iat": now, "exp": now + 120, "uid": uid}, IDENTITY_KEY, "HS256")
        return cls(bot, bot.call("/api/session", {"language": "zh-Hans", "identity": identity})[1]["token"])

    def call(self, method: str, path: str, body=None) -> tuple[int, object]:
        return self.bot.call(f"/api/{path}", body, {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}, method)

    def says(self, text: str) -> None:
        assert self.call("POST", "messages", {"client_id": uuid.uuid4().hex, "text": text})[0] == 202

    def history(self) -> list[dict]:
        return self.call("GET", "messages?after=0")[1]["messages"]

    def waits_for(self, true) -> list[dict]:
        end = time.monotonic() + 20
        while not true(history := self.history()):
            assert time.monotonic() < end, history
            time.sleep(0.05)
        return history

    def code(self) -> str:
        status, made = self.call("POST", "telegram")
        assert (status, made["seconds"]) == (201, 600)
        return made["url"].rpartition("start=")[2]

    def status(self) -> dict:
        return self.call("GET", "telegram")[1]


@pytest.fixture
def visitor(bot) -> Visitor:
    """A visitor who is in the middle of a missing deposit."""
    made = Visitor(bot, bot.call("/api/session", {"language": "zh-Hans"})[1]["token"])
    made.says("充值没到账")
    made.waits_for(lambda all: all[-1].get("buttons") and all[-1].get("reply_to"))
    return made


def connect(visitor: Visitor, user: User) -> None:
    user.starts(visitor.code())
    user.hears("请回到网站")
    assert visitor.call("POST", "telegram/confirm", {"yes": True}) == (200, {"status": "connected", "name": "@wei_lin"})
    user.hears("连在一起")


def test_a_case_goes_on_in_telegram_where_it_stood_and_the_website_sees_it(visitor, wei):
    question = visitor.history()[-1]
    connect(visitor, wei)
    shown = wei.hears(question["text"])
    assert titles(shown) == [button["title"] for button in question["buttons"]]
    assert wei.hears("连在一起")["message_id"] < shown["message_id"]
    wei.presses(titles(shown)[0], shown)
    history = visitor.waits_for(lambda all: all[-1]["author"] == "bot" and all[-1]["seq"] > question["seq"] + 1)
    answer = history[-1]["text"]
    assert [message["text"] for message in history if message["author"] == "user"][-1] == question["buttons"][0]["title"]
    wei.hears(answer[:20])


def test_before_the_website_says_yes_nothing_of_the_case_is_shown(bot, visitor, wei):
    question = visitor.history()[-1]["text"]
    wei.starts(visitor.code())
    wei.hears("@wei_lin")
    assert visitor.status() == {"status": "asking", "name": "@wei_lin"}
    wei.says("到哪一步了")
    wei.says("/status")
    time.sleep(2)
    assert not any(question[:12] in text for text in wei.texts())
    assert [message["text"] for message in visitor.history() if message["author"] == "user"] == ["充值没到账"]


@pytest.mark.parametrize("who", ["website says no", "telegram says no", "website undoes"])
def test_either_side_can_refuse(visitor, wei, who):
    wei.starts(visitor.code())
    wei.hears("请回到网站")
    if who == "telegram says no":
        wei.presses("不是我点的")
    elif who == "website says no":
        assert visitor.call("POST", "telegram/confirm", {"yes": False})[0] == 200
    else:
        assert visitor.call("DELETE", "telegram")[0] == 204
    wei.hears("没有连接")
    assert visitor.status() == {"status": "none"}
    assert visitor.call("POST", "telegram/confirm", {"yes": True})[0] == 409


@pytest.mark.parametrize("side", ["website", "telegram"])
def test_undone_the_case_is_the_website_s_alone_again(bot, visitor, wei, side):
    connect(visitor, wei)
    if side == "website":
        visitor.call("DELETE", "telegram")
    else:
        wei.presses("断开连接")
    wei.hears("已断开")
    assert visitor.status() == {"status": "none"}
    wei.says("现在只有我自己看得到")
    bot.waits_for("select text from conversations_message m join conversations_conversation c on c.id=m.conversation_id where c.visitor=? and author='user'",
                  lambda rows: ("现在只有我自己看得到",) in rows, str(wei.id))
    assert not any("只有我自己" in message["text"] for message in visitor.history())


def test_an_answer_goes_where_the_question_was_asked(visitor, wei):
    connect(visitor, wei)
    before = len(wei.heard())
    visitor.says("KYC是什么意思")
    visitor.waits_for(lambda all: any("身份认证" in message["text"] for message in all))
    wei.says("我要投诉")
    wei.waits_for(lambda texts: len(texts) > before + 1)
    assert not any("身份认证" in text for text in wei.texts())


def test_with_a_link_the_exchange_s_account_goes_along_and_without_it_the_chat_is_anonymous(bot, wei):
    visitor = Visitor.signed_in(bot, "30012345")
    connect(visitor, wei)
    for _ in range(6):
        before = len(wei.heard())
        wei.says("/human")
        wei.waits_for(lambda texts: len(texts) > before)  # noqa: B023
        if tickets := bot.sql(LINKED, wei.id):
            break
    uid = json.loads(tickets[0][0])["uid"]
    assert (uid["value"], uid["source"]) == ("30012345", "verified")
    assert not any("UID" in text for text in wei.texts())
    assert visitor.call("DELETE", "telegram")[0] == 204
    wei.hears("已断开")
    bot.hand_over(wei)
    assert (json.loads(bot.sql(FIELDS, bot.conversation(wei))[0][0]).get("uid") or {}).get("value") is None
    assert bot.sql("select profile from conversations_conversation where key=?", bot.conversation(wei)) == [("{}",)]


def test_a_chat_that_comes_with_another_account_s_code_changes_over_at_its_yes_and_not_before(bot, wei):
    first, second = Visitor.signed_in(bot, "30010001"), Visitor.signed_in(bot, "30010002")
    connect(first, wei)
    wei.starts(second.code())
    wei.hears("请回到网站", 2)
    wei.says("这句还是第一个账户的")
    first.waits_for(lambda all: any("第一个账户" in message["text"] for message in all))
    assert (first.status()["status"], second.status()["status"]) == ("connected", "asking")
    assert second.call("POST", "telegram/confirm", {"yes": True})[0] == 200
    wei.hears("已断开")
    wei.hears("连在一起", 2)
    wei.says("这句是第二个账户的")
    second.waits_for(lambda all: any("第二个账户" in message["text"] for message in all))
    assert (first.status(), second.status()["status"]) == ({"status": "none"}, "connected")
    assert not any("第二个账户" in message["text"] for message in first.history())
    assert not any("第一个账户" in message["text"] for message in second.history())


@pytest.mark.parametrize(("button", "left"), [("断开连接", ("none", "asking")), ("不是我点的", ("connected", "none"))])
def test_a_button_ends_the_link_that_it_stands_under(bot, wei, button, left):
    first, second = Visitor.signed_in(bot, f"3002{button == '断开连接':04}"), Visitor.signed_in(bot, f"3003{button == '断开连接':04}")
    connect(first, wei)
    wei.starts(second.code())
    wei.hears("请回到网站", 2)
    wei.presses(button)
    wei.hears("已断开" if button == "断开连接" else "没有连接")
    assert (first.status()["status"], second.status()["status"]) == left


def test_of_two_who_come_with_one_code_at_once_one_is_asked_for(bot, telegram, visitor):
    code = visitor.code()
    both = [User(telegram, username=f"racer_{number}") for number in range(2)]
    for user in both:
        user.starts()
        user.hears("自助客服")
    for user in both:
        user.starts(code)
    for user in both:
        user.waits_for(lambda texts: len(texts) >= 2)
    asked = [user for user in both if any("确认连接的是" in text for text in user.texts())]
    told = [user for user in both if any("已经用过" in text for text in user.texts())]
    assert (len(asked), len(told)) == (1, 1)
    assert visitor.status() == {"status": "asking", "name": f"@{asked[0].chat['username']}"}


def test_a_code_counts_once_and_for_ten_minutes(bot, telegram, visitor, wei):
    code = visitor.code()
    wei.starts(code)
    wei.hears("请回到网站")
    other = User(telegram, username="mallory")
    other.starts(code)
    other.hears("已经用过")
    assert visitor.status() == {"status": "asking", "name": "@wei_lin"}
    late = visitor.code()
    with contextlib.closing(sqlite3.connect(bot.stack.home.path / "bot.sqlite3", timeout=10)) as database:
        database.execute("update telegram_link set made=datetime(made, '-11 minutes') where used is null and ended is null")
        database.commit()
    other.starts(late)
    other.hears("已经用过", 2)
    assert visitor.status() == {"status": "asking", "name": "@wei_lin"}


@pytest.mark.parametrize(("content", "words", "kept_out"), [
    ({"contact": {"phone_number": "+8613800002222", "first_name": "Zhang Contact", "user_id": 5_111_222_333, "vcard": "BEGIN:VCARD"}}, "名片没有保存",
     ["13800002222", "Zhang Contact", "5111222333", "BEGIN:VCARD"]),
    ({"location": {"latitude": 30.572815, "longitude": 104.066801}}, "位置没有保存", ["30.572815", "104.066801"]),
    ({"venue": {"location": {"latitude": 30.572816, "longitude": 104.066802}, "title": "Old Teahouse", "address": "Lane 9"}}, "位置没有保存",
     ["30.572816", "104.066802", "Old Teahouse", "Lane 9"]),
])
def test_a_phone_number_or_a_place_sent_into_a_connected_chat_is_kept_nowhere(bot, visitor, wei, content, words, kept_out):
    connect(visitor, wei)
    wei.sends(content)
    wei.hears(words)
    bot.settled(wei)
    everything = b"".join(path.read_bytes() for path in bot.stack.home.path.rglob("*") if path.is_file())
    assert [word for word in kept_out if word.encode() in everything] == []
    assert not any(word in str(visitor.history()) for word in kept_out)


def test_a_later_code_makes_the_earlier_one_void(visitor, wei):
    first = visitor.code()
    visitor.code()
    wei.starts(first)
    wei.hears("已经用过")
    assert visitor.status() == {"status": "none"}


@pytest.mark.parametrize("code", ["x", "A" * 64])
def test_a_made_up_code_says_so(bot, wei, code):
    wei.starts(code)
    wei.hears("已经用过")
    assert bot.sql("select count(*) from telegram_link where chat_id=?", wei.id) == [(0,)]


@pytest.mark.parametrize("words", ["ümlaut", "a b c", "../../x", "%00", "x" * 65, "' or 1=1", "{}"])
def test_start_with_what_no_link_can_hold_is_a_plain_start(bot, wei, words):
    wei.says("KYC是什么意思")
    wei.hears("身份认证")
    wei.starts(words)
    wei.hears("自助客服", 2)
    assert not any("已经用过" in text for text in wei.texts())
    assert bot.sql("select count(*) from telegram_link where chat_id=?", wei.id) == [(0,)]


def test_the_code_itself_is_kept_nowhere(bot, visitor, wei):
    code = visitor.code()
    wei.starts(code)
    wei.hears("请回到网站")
    assert not any(code.encode() in path.read_bytes() for path in bot.stack.home.path.rglob("*") if path.is_file())


def test_nobody_else_s_link_can_be_asked_for_or_confirmed(bot, visitor, wei):
    wei.starts(visitor.code())
    wei.hears("请回到网站")
    stranger = Visitor(bot, bot.call("/api/session", {"language": "zh-Hans"})[1]["token"])
    assert stranger.status() == {"status": "none"}
    assert stranger.call("POST", "telegram/confirm", {"yes": True})[0] == 409
    assert bot.call("/api/telegram", {}, {})[0] == 401
    assert visitor.status()["status"] == "asking"


@pytest.mark.parametrize("body", [{}, {"yes": "true"}, {"yes": 1}, {"yes": None}])
def test_only_a_plain_yes_or_no_counts(visitor, body):
    assert visitor.call("POST", "telegram/confirm", body)[0] == 422
