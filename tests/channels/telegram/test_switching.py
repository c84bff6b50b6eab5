"""Wrong settings, told plainly; and from polling to the webhook and back, by the command and a restart, as docs/telegram.md says: what is written in between is answered."""
from __future__ import annotations

import json

import pytest
from telegram_api import Telegram, User

PUBLIC = "https://support.example.com"


def told(bot, what: str) -> dict:
    done = bot.command("telegram", what)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(("wrong", "words"), [
    ({"TELEGRAM_TOKEN": ""}, "TELEGRAM_TOKEN is not set"),
    ({"TELEGRAM_TOKEN": "my-secret-bot"}, "TELEGRAM_TOKEN does not look like a bot's token"),
    ({"TELEGRAM_TOKEN": "987654321:ZZyyXXwwVVuuTTssRRqqPPooNNmmLLkkJJi"}, "Telegram does not know this token"),
    ({"TELEGRAM_WEBHOOK": "http://support.example.com"}, "TELEGRAM_WEBHOOK: write this site's public address"),
    ({"TELEGRAM_WEBHOOK": "support.example.com"}, "TELEGRAM_WEBHOOK: write this site's public address"),
    ({"TELEGRAM_WEBHOOK": "https://me:hidden@support.example.com/?a=b"}, "TELEGRAM_WEBHOOK: write this site's public address"),
    ({"TELEGRAM_WEBHOOK": "https://support.example.com:8000"}, "is TELEGRAM_WEBHOOK an address that Telegram can reach"),
    ({"TELEGRAM_API": "api.telegram.org"}, "TELEGRAM_API: write an address such as https://api.telegram.org"),
    ({"TELEGRAM_API": "http://127.0.0.1:9"}, "Telegram did not answer; is TELEGRAM_API right"),
])
def test_a_wrong_setting_is_told_in_one_clear_sentence_without_its_secret(bot, monkeypatch, wrong, words):
    for name, value in wrong.items():
        monkeypatch.setitem(bot.stack.extra, name, value)
    done = bot.command("telegram", "setup")
    assert done.returncode in (1, 2)
    assert words in done.stderr
    [line] = done.stderr.strip().splitlines()
    assert not any(said in line for said in ("Traceback", "Value error", "String should", "pattern", "my-secret-bot", "ZZyyXX", "hidden"))
    assert done.stdout == ""


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
