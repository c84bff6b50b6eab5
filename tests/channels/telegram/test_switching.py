"""From polling to the webhook and back, by the command and a restart, as docs/telegram.md says: what is written in between is answered."""
from __future__ import annotations

import json

import pytest
from telegram_api import Telegram, User

PUBLIC = "https://support.example.com"


def told(bot, what: str) -> dict:
    done = bot.command("telegram", what)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.faults
def test_from_polling_to_the_webhook_and_back_nothing_is_lost(start_bot):
    with Telegram(strict=False) as telegram, start_bot(telegram) as bot:
        li = User(telegram, username="li")
        li.starts()
        li.hears("自助客服")
        assert told(bot, "status") == {"bot": "@example_support_bot", "updates": "polling", "pending": 0, "last_error": ""}

        bot.stack.extra["TELEGRAM_WEBHOOK"] = PUBLIC
        telegram.run(lambda: telegram.updates.hosts.update({PUBLIC: bot.stack.url}))
        assert told(bot, "setup")["updates"] == "webhook"
        li.says("到哪一步了")  # the app still polls, and has no such address
        bot.restart()
        li.waits_for(lambda texts: len(texts) >= 2)
        li.says("KYC是什么意思")
        li.hears("身份认证")
        assert told(bot, "status")["updates"] == "webhook"

        bot.stack.extra["TELEGRAM_WEBHOOK"] = ""
        assert told(bot, "setup")["updates"] == "polling"
        li.says("充值没到账")  # nobody asks for it yet
        assert told(bot, "status")["pending"] == 1
        bot.restart()
        li.hears("现在是哪种情况")
        bot.settled(li)
        assert [text for author, text in bot.log(li) if author == "user"] == ["到哪一步了", "KYC是什么意思", "充值没到账"]
        assert li.texts() == [text for author, text in bot.log(li) if author != "user"]
