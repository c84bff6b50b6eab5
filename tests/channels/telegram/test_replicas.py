"""Two replicas of the app on one PostgreSQL: one of them polls, handles and sends, the other takes over, and nothing is lost or doubled."""
from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from telegram_api import Telegram, User

from bot.home import Home
from bot.stack import Ports, Stack
from tests.channels.telegram.conftest import STUB, Bot

SERVER = "postgresql://postgres@127.0.0.1:5432"


def reachable() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 5432)) == 0


pytestmark = pytest.mark.skipif(not reachable(), reason="no PostgreSQL at 127.0.0.1:5432")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    name = f"bot_telegram_{os.getpid()}"
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}")
        try:
            yield f"{SERVER}/{name}"
        finally:
            connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def telegram() -> Iterator[Telegram]:
    with Telegram(strict=False) as telegram:
        yield telegram


@pytest.fixture(scope="module")
def replicas(database, telegram, tmp_path_factory) -> Iterator[tuple[Bot, Bot]]:
    """Two apps with one database, home and engine; the first was there before the second."""
    home = Home(tmp_path_factory.mktemp("replicas"))
    home.make()
    extra = {"DATABASE_URL": database, "REDIS_URL": "", "WORKER": "internal", "BOT_RATE_LIMITS": "off", "BOT_TESTING": "1",
             "TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API": telegram.url, "TELEGRAM_WEBHOOK": ""}
    first, second = Stack(home, Ports.free(), Path("unused"), dict(extra)), Stack(home, Ports.free(), Path("unused"), dict(extra))
    first.extra["ENGINE_URL"] = second.extra["ENGINE_URL"] = f"http://127.0.0.1:{first.ports.engine}"
    engine = subprocess.Popen([sys.executable, str(STUB), str(first.ports.engine), f"{second.internal_url}/webhook"], stdin=subprocess.DEVNULL, env=first.environment)
    first.engine = second.engine = engine
    try:
        Bot(first).python("from django.core.management import call_command\ncall_command('migrate', interactive=False, verbosity=0)")
        first.start_app()
        first.wait_ready()
        elected(Bot(first))
        second.start_app()
        second.wait_ready()
        yield Bot(first), Bot(second)
    finally:
        second.stop()
        first.stop()


def elected(bot: Bot, but: str = "") -> str:
    """The process that has the job, once there is one that is not `but`."""
    return bot.waits_for("select holder from conversations_workerlease where name='telegram'", lambda rows: rows and rows[0][0] not in ("", but))[0][0]


def opened(telegram: Telegram, name: str) -> User:
    user = User(telegram, username=name)
    user.starts()
    user.hears("自助客服")
    return user


def test_one_of_two_polls_and_each_chat_is_answered_once_in_its_order(replicas, telegram):
    bot, other = replicas
    users = [User(telegram, first_name=f"U{number}") for number in range(10)]
    for user in users:
        user.starts()
    for text in ("到哪一步了", "KYC是什么意思", "充值没到账"):
        for user in users:
            user.says(text)
    for user in users:
        user.hears("现在是哪种情况", seconds=60)
        bot.settled(user)
    assert telegram.updates.conflicts == 0
    assert {line for each in (bot, other) for line in each.app_log().splitlines() if "another program polls" in line} == set()
    for user in users:
        log = bot.log(user)
        assert [text for author, text in log if author == "user"] == ["到哪一步了", "KYC是什么意思", "充值没到账"]
        assert user.texts() == [text for author, text in log if author != "user"]


def test_typing_is_shown_by_one_of_them(replicas, telegram):
    bot, other = replicas
    wei = opened(telegram, "wei_types")
    number = bot.hand_over(wei)
    agent = other.console()
    agent.takes(number)
    wei.hears("已接手")
    agent.do(number, "typing", on=True)
    wei.waits_for(lambda _: [1 for _, method, said in telegram.calls if method == "sendchataction" and said["chat_id"] == str(wei.id)])
    time.sleep(1)
    agent.do(number, "typing", on=False)
    assert len([1 for _, method, said in telegram.calls if method == "sendchataction" and said["chat_id"] == str(wei.id)]) == 1


def test_a_link_confirmed_in_two_tabs_at_once_is_one_link(replicas, telegram):
    bot, other = replicas
    wei = opened(telegram, "wei_tabs")
    headers = {"Authorization": f"Bearer {bot.call('/api/session', {'language': 'zh-Hans'})[1]['token']}"}
    wei.starts(bot.call("/api/telegram", headers=headers, method="POST")[1]["url"].rpartition("start=")[2])
    wei.hears("请回到网站")
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda each: each.call("/api/telegram/confirm", {"yes": True}, headers)[0], [bot, other] * 2))
    assert sorted(answers) == [200, 409, 409, 409]
    wei.hears("连在一起")
    bot.settled(wei)
    assert sum("连在一起" in text for text in wei.texts()) == 1


def test_the_same_update_stored_by_both_at_once_is_handled_once(replicas, telegram):
    bot, other = replicas
    li = opened(telegram, "li_twice")
    words = uuid.uuid4().hex
    for _ in range(5):
        update = {"update_id": int(uuid.uuid4().int % 10**9), "message": {"message_id": 10**6, "date": 1, "from": li.user, "chat": li.chat, "text": words}}
        code = f"from bot.channels.telegram import inbox\nfor _ in range(20): inbox.store([{update!r}], 'x', 1)"
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda each: each.python(code), (bot, other)))  # noqa: B023
    bot.waits_for("select waiting from telegram_update where chat_id=?", lambda rows: len(rows) == 6 and not any(row[0] for row in rows), li.id)
    assert [text for author, text in bot.log(li) if author == "user"] == [words]


def test_the_other_takes_over_from_one_that_was_killed_and_nothing_is_lost_or_doubled(replicas, telegram):
    bot, other = replicas
    li = opened(telegram, "li_over")
    holder = elected(bot)
    for number in range(4):
        li.says(f"第 {number} 条")
    bot.stack.app.kill()
    bot.stack.app.wait()
    li.says("KYC是什么意思")
    li.hears("身份认证", seconds=60)
    other.settled(li)
    assert elected(other, holder) != holder
    log = other.log(li)
    assert [text for author, text in log if author == "user"] == [*(f"第 {number} 条" for number in range(4)), "KYC是什么意思"]
    assert li.texts() == [text for author, text in log if author != "user"]
