"""The app killed at the worst moments, Telegram away, and storms of 429: nothing is lost, nothing comes twice, order holds."""
from __future__ import annotations

import contextlib
import time
import urllib.error
import urllib.request

import pytest
from telegram_api import Telegram, User
from telegram_api.rules import ApiError


@pytest.fixture(scope="module")
def own(start_bot):
    """An app that may be killed, with a Telegram that keeps its limits."""
    with Telegram() as telegram, start_bot(telegram) as bot:
        yield bot, telegram


@pytest.fixture
def li(own) -> User:
    user = User(own[1], username="li")
    user.starts()
    user.hears("自助客服")
    return user


def said(bot, user) -> list[str]:
    return [text for author, text in bot.log(user) if author == "user"]


def answered(bot, user) -> list[str]:
    """What the log has for the user, once nothing waits any more."""
    bot.waits_for("select (select count(*) from telegram_update where waiting) + (select count(*) from conversations_message where unanswered) + "
                  "(select count(*) from telegram_outgoing where state in ('waiting', 'sending'))", lambda rows: rows == [(0,)])
    return [text for author, text in bot.log(user) if author != "user"]


@pytest.mark.faults
@pytest.mark.parametrize("fault", ["before_telegram_store", "after_telegram_store", "after_inbound", "after_engine", "after_commit", "before_telegram_send"])
def test_killed_at_any_point_every_message_is_answered_once_and_in_order(own, li, fault):
    bot, _ = own
    bot.restart(fault)
    li.says("到哪一步了")
    bot.died()
    li.says("KYC是什么意思")
    bot.restart()
    li.hears("身份认证")
    assert said(bot, li) == ["到哪一步了", "KYC是什么意思"]
    wanted = answered(bot, li)
    assert li.texts() == wanted


def test_killed_between_telegram_s_taking_a_message_and_our_noting_it_it_does_not_come_twice(own, li):
    bot, _ = own
    bot.restart("after_telegram_send")
    li.says("充值没到账")
    bot.died()
    bot.restart()
    li.says("KYC是什么意思")
    li.hears("身份认证", seconds=40)
    wanted = answered(bot, li)
    assert li.texts() == wanted


def test_an_update_that_comes_again_after_a_restart_is_handled_once(own, li):
    bot, telegram = own
    message_id = li.says("到哪一步了")
    li.waits_for(lambda texts: len(texts) >= 2)
    wanted = answered(bot, li)
    bot.stack.app.kill()
    bot.stack.app.wait()
    [number] = [row[0] for row in bot.sql("select max(update_id) from telegram_update where chat_id=?", li.id)]
    telegram.run(lambda: telegram.updates.replay({"update_id": number, "message": telegram.messages[li.id, message_id]}))
    bot.restart()
    li.says("KYC是什么意思")
    li.hears("身份认证", seconds=40)
    assert said(bot, li) == ["到哪一步了", "KYC是什么意思"]
    assert li.texts() == [*wanted, answered(bot, li)[-1]]


def test_an_answer_of_telegram_s_that_got_lost_does_not_double_the_message(own, li):
    bot, telegram = own

    def lose(message: dict) -> None:
        telegram.after_send = None
        raise ApiError(502, "Bad Gateway")

    telegram.run(lambda: setattr(telegram, "after_send", lose))
    li.says("充值没到账")
    li.says("KYC是什么意思")
    li.hears("身份认证", seconds=40)
    wanted = answered(bot, li)
    assert li.texts() == wanted


def test_a_storm_of_429_is_waited_out_in_order(own, li):
    bot, telegram = own
    telegram.run(lambda: telegram.limits.storm(6, retry_after=1))
    li.says("充值没到账")
    li.says("KYC是什么意思")
    li.hears("身份认证", seconds=40)
    wanted = answered(bot, li)
    assert li.texts() == wanted


def test_telegram_away_for_a_while_costs_nothing_but_time(own, li):
    bot, telegram = own
    telegram.run(lambda: setattr(telegram, "down", True))
    li.says("到哪一步了")
    time.sleep(2)
    telegram.run(lambda: setattr(telegram, "down", False))
    li.says("KYC是什么意思")
    li.hears("身份认证", seconds=40)
    assert said(bot, li) == ["到哪一步了", "KYC是什么意思"]
    wanted = answered(bot, li)
    assert li.texts() == wanted


def test_a_second_poller_takes_nothing_away(own, li):
    bot, telegram = own
    for _ in range(3):
        with contextlib.suppress(urllib.error.HTTPError):  # 409: the bot's own question was later
            urllib.request.urlopen(f"{telegram.url}/bot{telegram.token}/getUpdates?timeout=0&limit=1", timeout=10).close()
        time.sleep(0.2)
    li.says("KYC是什么意思")
    li.hears("身份认证", seconds=40)
    wanted = answered(bot, li)
    assert li.texts() == wanted
