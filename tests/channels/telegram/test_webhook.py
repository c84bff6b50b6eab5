"""The webhook: who may post, what becomes of it, and that Telegram never hears of an error that coming again would not mend."""
from __future__ import annotations

import itertools
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram_api import Telegram, User, kinds

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-2**70, 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
        "id", "chat", "from", "text", "type", "message", "message_id", "data", "photo", "document", "file_id", "entities", "offset", "reply_markup",
        "inline_keyboard", "callback_data", "new_chat_member", "status", "username", "caption", "media_group_id"]), inner, max_size=6), max_leaves=15)
PUBLIC = "https://bot.example.com"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture(scope="module")
def hooked(start_bot):
    """An app with a webhook that its own command has set."""
    with Telegram(strict=False) as telegram, start_bot(telegram, TELEGRAM_WEBHOOK=PUBLIC) as bot:
        telegram.run(lambda: telegram.updates.hosts.update({PUBLIC: bot.stack.url}))
        done = bot.command("telegram", "setup")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["updates"] == "webhook"
        yield bot, telegram


@pytest.fixture
def li(hooked):
    user = User(hooked[1], username="li")
    user.starts()
    user.hears("自助客服")
    return user


def post(hooked, update, secret=None, path=None) -> tuple[int, object]:
    bot, telegram = hooked
    webhook = telegram.updates.webhook
    address = webhook["url"].removeprefix(PUBLIC) if path is None else path
    body = update if isinstance(update, bytes) else json.dumps(update).encode()
    return bot.call(address, body, {HEADER: webhook["secret"] if secret is None else secret, "Content-Type": "application/json"})


def test_the_command_sets_an_address_and_a_secret_that_nobody_guesses(hooked):
    bot, telegram = hooked
    webhook = telegram.updates.webhook
    assert re.fullmatch(re.escape(PUBLIC) + r"/telegram/[A-Za-z0-9_-]{43}", webhook["url"])
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", webhook["secret"])
    assert set(webhook["allowed"]) == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert telegram.token.split(":")[1] not in webhook["url"]


def test_commands_descriptions_and_the_menu_button_are_set_in_both_languages(hooked):
    _, telegram = hooked
    profile = telegram.profile
    assert set(profile["commands"]) == {"", "en", "zh"}
    assert [command["command"] for command in profile["commands"]["zh"]] == ["start", "help", "lang", "human", "status", "stop", "verify"]
    assert profile["commands"]["zh"] != profile["commands"]["en"]
    for name in ("description", "short_description"):
        assert set(profile[name]) == {"", "en", "zh"}
        assert "人工" in profile[name]["zh"]
        assert profile[name]["en"].isascii()
    assert profile["menu_button"]["type"] == "commands"


def test_status_says_what_telegram_says_and_shows_no_secret(hooked):
    bot, telegram = hooked
    done = bot.command("telegram", "status")
    assert json.loads(done.stdout)["updates"] == "webhook"
    assert telegram.updates.webhook["secret"] not in done.stdout + done.stderr
    assert telegram.updates.webhook["url"] not in done.stdout + done.stderr


def test_a_talk_goes_through_the_webhook(hooked, li):
    li.says("你好")
    li.hears("没听懂")
    assert set(hooked[1].updates.statuses) == {200}


@pytest.mark.parametrize("secret", ["", "wrong", "A" * 43, "密"])
def test_a_forged_secret_is_403_and_nothing_is_stored(hooked, secret):
    bot, _ = hooked
    before = bot.sql("select count(*) from telegram_update")
    status, _ = bot.call(hooked[1].updates.webhook["url"].removeprefix(PUBLIC), b'{"update_id": 4, "message": {}}', {HEADER: secret.encode().decode("latin-1")})
    assert status == 403
    assert bot.sql("select count(*) from telegram_update") == before


@pytest.mark.parametrize("path", ["/telegram/", "/telegram/x", "/telegram/" + "A" * 43, "/telegram"])
def test_another_path_does_not_exist(hooked, path):
    assert post(hooked, {"update_id": 5}, path=path)[0] in (404, 405, 307)


@pytest.mark.parametrize("body", [
    b"", b"{", b"null", b"[]", b"7", b'"x"', b"{}", b"[" * 5000, b'{"update_id": "x"}', b'{"update_id": 1e400}', b'{"update_id": 91, "message": null}', b"\xff\xfe",
    b'{"update_id": 92, "message": {"text": "x"}}', b'{"update_id": 93, "message": {"chat": {"id": 99999999999999999999, "type": "private"}, "text": "x"}}',
    b'{"update_id": 94, "next_year": {"a": [1]}}', b'{"update_id": 95, "channel_post": {"chat": {"id": -1001}, "text": "x"}}', b'{"update_id": 96, "inline_query": {"id": "1", "query": "x"}}',
])
def test_garbage_with_the_right_secret_is_taken_politely(hooked, body):
    assert post(hooked, body) == (200, {})


NUMBERS = itertools.count(10**8)
GROUP = {"id": -1_001_900_000_000_333, "type": "supergroup", "title": "Traders"}


@pytest.mark.parametrize("where", ["private", "group"])
def test_every_documented_kind_of_update_is_taken_without_an_error(hooked, where):
    bot, telegram = hooked
    user = User(telegram, username="every")
    telegram.chats[user.id] = {"chat": user.chat}
    before = bot.app_log().count('"level": "error"')
    for update in kinds.updates(user.user, user.chat if where == "private" else GROUP):
        assert post(hooked, {"update_id": next(NUMBERS), **update}) == (200, {}), update
    bot.settled(user)
    assert bot.app_log().count('"level": "error"') == before
    answered = {message["chat"]["id"] for message in telegram.messages.values() if message["from"]["is_bot"]}
    assert (user.id in answered) == (where == "private")
    assert GROUP["id"] not in answered
    assert b"13800009999" not in b"".join(path.read_bytes() for path in bot.stack.home.path.glob("bot.sqlite3*"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "other"]), anything)
def test_whatever_its_shape_an_update_is_taken_without_an_error(hooked, kind, content):
    assert post(hooked, {"update_id": next(NUMBERS), kind: content}) == (200, {})


def test_an_update_that_comes_again_is_handled_once(hooked, li):
    bot, telegram = hooked
    update = {"update_id": 777, "message": {"message_id": 5, "date": 1, "from": li.user, "chat": li.chat, "text": "到哪一步了", "a_new_field": {"x": 1}}}
    assert [post(hooked, update)[0] for _ in range(3)] == [200, 200, 200]
    li.waits_for(lambda texts: len(texts) >= 2)
    assert post(hooked, update)[0] == 200
    li.says("你好")
    bot.waits_for("select waiting from telegram_update where chat_id=?", lambda rows: len(rows) == 3 and not any(row[0] for row in rows), li.id)
    assert [text for author, text in bot.log(li) if author == "user"] == ["到哪一步了", "你好"]


def test_a_command_that_comes_again_is_answered_once(hooked, li):
    update = {"update_id": 778, "message": {"message_id": 6, "date": 1, "from": li.user, "chat": li.chat, "text": "/help",
                                            "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}}
    assert post(hooked, update)[0] == 200
    li.hears("/human 找人工")
    assert [post(hooked, update)[0] for _ in range(2)] == [200, 200]
    li.says("你好")
    li.hears("没听懂")
    assert sum("/human 找人工" in text for text in li.texts()) == 1


def test_a_handled_update_keeps_nothing_but_its_number(hooked, li):
    bot, _ = hooked
    li.says("一句没有人需要再读的话")
    li.waits_for(lambda texts: len(texts) >= 2)
    rows = bot.waits_for("select body, waiting from telegram_update where chat_id=?", lambda rows: len(rows) == 2 and not any(row[1] for row in rows), li.id)
    assert [row[0] for row in rows] == ["{}", "{}"]
    assert not any("一句没有人" in body for body, in bot.sql("select body from telegram_outgoing"))


def test_a_chat_s_updates_are_handled_in_their_order_also_when_they_come_all_at_once(hooked, li):
    bot, _ = hooked
    for number in range(12):
        li.says(f"第 {number} 条")
    bot.waits_for("select waiting from telegram_update where chat_id=?", lambda rows: len(rows) == 13 and not any(row[0] for row in rows), li.id)
    assert [text for author, text in bot.log(li) if author == "user"] == [f"第 {number} 条" for number in range(12)]
