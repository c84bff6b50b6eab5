"""Secrets leave the chat and are stored nowhere; the token is in no log; groups hear nothing of anybody's account."""
from __future__ import annotations

import time

import pytest
from telegram_api import Group
from telegram_api.pictures import png

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def everything(bot) -> bytes:
    return b"".join(path.read_bytes() for path in bot.stack.home.path.rglob("*") if path.is_file())


def test_a_seed_phrase_is_deleted_from_the_chat_stored_nowhere_and_answered_with_steps(bot, wei):
    message_id = wei.says(f"我的助记词是 {SEED}")
    wei.hears("新建一个钱包")
    wei.hears("从这个聊天里删掉了")
    assert message_id not in [message["message_id"] for message in wei.messages()]
    assert b"sausage worth" not in everything(bot)


@pytest.mark.parametrize("how", ["caption", "edit"])
def test_a_secret_in_a_caption_or_an_edit_goes_too(bot, wei, how):
    if how == "caption":
        message_id = wei.photo(png(), caption=f"助记词 {SEED}")
    else:
        message_id = wei.says("这是我的")
        wei.waits_for(lambda texts: len(texts) >= 2)
        wei.edits(message_id, f"助记词 {SEED}")
    wei.hears("从这个聊天里删掉了")
    assert message_id not in [message["message_id"] for message in wei.messages()]
    assert b"sausage worth" not in everything(bot)


def test_a_secret_that_telegram_will_not_delete_is_named_so_that_its_owner_can(bot, telegram, wei):
    message_id = wei.says("你好")
    wei.waits_for(lambda texts: len(texts) >= 2)
    telegram.run(lambda: telegram.messages[wei.id, message_id].update(date=int(time.time()) - 49 * 3600))
    wei.edits(message_id, f"助记词 {SEED}")
    wei.hears("删不掉")
    assert message_id in [message["message_id"] for message in wei.messages()]
    assert not any("删掉了" in text for text in wei.texts())
    assert b"sausage worth" not in everything(bot)


def test_the_token_is_in_no_log_and_no_answer(bot, telegram, wei):
    telegram.run(lambda: setattr(telegram, "down", True))
    wei.says("你好")
    time.sleep(1.5)
    telegram.run(lambda: setattr(telegram, "down", False))
    wei.waits_for(lambda texts: len(texts) >= 2)
    secret = telegram.token.split(":")[1]
    logs = "".join(path.read_text("utf-8", "replace") for path in bot.stack.home.logs.iterdir())
    assert secret not in logs
    assert "sendMessage" not in logs
    assert secret.encode() not in everything(bot)


def test_a_group_hears_knowledge_and_the_way_to_the_private_chat_and_nothing_is_stored_of_it(bot, telegram):
    group = Group(telegram)
    group.says("大家好，充值没到账怎么办")
    group.says(f"@{telegram.me['username']} KYC是什么意思")
    assert "身份认证" in group.hears("KYC")["text"]
    group.says(f"@{telegram.me['username']} 我的充值没到账，UID 12345678")
    answer = group.hears("私聊")
    assert f"https://t.me/{telegram.me['username']}" in answer["text"]
    assert answer["reply_to_message"]["text"].startswith("@")
    assert len(group.heard()) == 2
    assert "12345678" not in "".join(text for text in group.texts())
    assert bot.sql("select count(*) from conversations_conversation where visitor=?", str(group.id)) == [(0,)]
    assert not any("UID" in body for table in ("update", "outgoing") for (body,) in bot.sql(f"select body from telegram_{table} where chat_id=?", group.id))


def test_being_thrown_out_of_a_group_is_taken_calmly(bot, telegram):
    group = Group(telegram)
    group.says("嗨")
    telegram.run(lambda: telegram.chats[group.id].update(blocked=True))
    group.says(f"@{telegram.me['username']} 你好")
    assert bot.waits_for("select state from telegram_outgoing where chat_id=?", lambda rows: rows == [("failed",)], group.id)
    assert group.heard() == []
    assert bot.sql("select count(*) from telegram_update where chat_id=? and waiting", group.id) == [(0,)]
