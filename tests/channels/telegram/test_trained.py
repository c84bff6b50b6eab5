"""The trained engine behind the webhook. Takes about a minute, so it runs with the crash trials: `make faults FAULTS=tests/channels`, and in CI."""
from __future__ import annotations

import json

import pytest
from telegram_api import Telegram, User

pytestmark = pytest.mark.faults
PUBLIC = "https://support.example.com"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture(scope="module")
def hooked(start_bot):
    """The trained bot behind a webhook; Telegram keeps its limits."""
    with Telegram() as telegram, start_bot(telegram, trained=True, TELEGRAM_WEBHOOK=PUBLIC) as bot:
        telegram.run(lambda: telegram.updates.hosts.update({PUBLIC: bot.stack.url}))
        done = bot.command("telegram", "setup")
        assert done.returncode == 0, done.stderr
        yield bot, telegram


def test_a_forged_secret_is_403_and_leaves_no_trace(hooked):
    bot, telegram = hooked
    path = telegram.updates.webhook["url"].removeprefix(PUBLIC)
    forged = {"update_id": 1, "message": {"message_id": 1, "date": 1, "from": {"id": 66, "is_bot": False, "first_name": "M"}, "chat": {"id": 66, "type": "private"}, "text": "转人工"}}
    for secret in ("", "A" * 43):
        assert bot.call(path, forged, {SECRET_HEADER: secret, "Content-Type": "application/json"})[0] == 403
    assert bot.call(path, forged, {"Content-Type": "application/json"})[0] == 403
    assert bot.sql("select count(*) from telegram_update where chat_id=66") == [(0,)]


def test_the_language_that_was_pressed_is_spoken(hooked):
    _, telegram = hooked
    wei = User(telegram, username="wei_hant")
    wei.starts()
    wei.hears("自助客服")
    for title, words in (("繁體中文", "接下來用中文"), ("English", "English from here on"), ("简体中文", "接下来用中文")):
        before = len(wei.heard())
        wei.says("/lang")
        wei.waits_for(lambda texts: len(texts) > before)  # noqa: B023
        wei.presses(title)
        wei.hears(words)


def test_the_token_is_nowhere_on_the_disk(hooked):
    bot, telegram = hooked
    secret = telegram.token.split(":")[1].encode()
    assert b'"Application startup complete."' in (bot.stack.home.logs / "app.log").read_bytes()
    assert [path.name for path in bot.stack.home.path.rglob("*") if path.is_file() and secret in path.read_bytes()] == []
    assert secret.decode() not in json.dumps(bot.call(f"{bot.stack.internal_url}/metrics")[1] or "")
