"""Pictures, documents, albums, and what the bot does not keep."""
from __future__ import annotations

import json

import pytest
from telegram_api.pictures import png

FILES = "select m.file, m.seq from conversations_message m join conversations_conversation c on c.id=m.conversation_id where c.visitor=? and m.file is not null and m.file!='null' order by m.seq"


def files_of(bot, user, count: int) -> list[dict]:
    rows = bot.waits_for(FILES, lambda rows: len(rows) == count, str(user.id))
    return [json.loads(row[0]) for row in rows]


def uploaded(bot, user) -> list[str]:
    """Names of the files on the disk."""
    conversation = bot.sql("select id from conversations_conversation where visitor=?", str(user.id))[0][0]
    return [path.name for path in (bot.stack.home.path / "uploads" / str(conversation)).glob("*")]


def test_a_picture_is_kept_with_the_conversation_and_confirmed(bot, wei):
    wei.photo(png())
    wei.hears("收到，文件")
    [file] = files_of(bot, wei, 1)
    conversation = bot.sql("select id from conversations_conversation where visitor=?", str(wei.id))[0][0]
    assert (bot.stack.home.path / "uploads" / str(conversation) / file["id"]).exists()


def test_the_caption_follows_its_picture_as_a_text_and_is_what_gets_answered(bot, wei):
    wei.photo(png(), caption="充值没到账")
    wei.waits_for(lambda texts: len(texts) >= 3)
    assert [(author, text) for author, text in bot.log(wei) if author == "user"] == [("user", ""), ("user", "充值没到账")]
    assert not any("收到，文件" in text for text in wei.texts())


def test_an_album_is_one_deed_with_one_answer_in_its_order(bot, wei):
    wei.album(*(png(number) for number in range(4)))
    wei.says("到哪一步了")
    wei.hears("收到，文件")
    wei.waits_for(lambda texts: len(texts) >= 3)
    assert len(files_of(bot, wei, 4)) == 4
    assert sum("收到，文件" in text for text in wei.texts()) == 1
    assert [author for author, _ in bot.log(wei)][:6] == ["bot", "user", "user", "user", "user", "bot"] or bot.log(wei)[5] == ("user", "到哪一步了")


def test_a_pdf_keeps_its_name_and_a_program_is_refused_kindly(bot, wei):
    wei.document(b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n", "转出\u202e记录.pdf")
    wei.hears("收到，文件")
    assert files_of(bot, wei, 1)[0]["name"] == "转出记录.pdf"
    wei.document(b"MZ\x90\0program", "screenshot.png")
    wei.hears("只能收图片")
    assert len(files_of(bot, wei, 1)) == 1


@pytest.mark.parametrize("size", [11 * 1024 * 1024, None])
def test_a_file_that_is_too_large_is_refused_kindly_whether_announced_or_not(bot, wei, size):
    content = png() if size else png() + bytes(21 * 1024 * 1024)
    wei.document(content, "big.png", size=size if size else 0)
    wei.hears("太大")
    assert files_of(bot, wei, 0) == []
    assert uploaded(bot, wei) == []


@pytest.mark.parametrize(("content", "words"), [
    ({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 4}}, "语音"), ({"sticker": {"file_id": "s", "emoji": "x"}}, "表情"),
    ({"contact": {"phone_number": "+8613800001111", "first_name": "Li"}}, "名片没有保存"), ({"location": {"latitude": 31.2304, "longitude": 121.4737}}, "位置没有保存"),
    ({"video": {"file_id": "x", "duration": 9}}, "视频"), ({"poll": {"id": "1", "question": "?"}}, "读不了"),
])
def test_what_cannot_be_read_gets_a_kind_answer_and_is_not_stored(bot, wei, content, words):
    wei.sends(content)
    wei.hears(words)
    database = (bot.stack.home.path / "bot.sqlite3").read_bytes() + (bot.stack.home.path / "bot.sqlite3-wal").read_bytes()
    assert b"13800001111" not in database
    assert b"121.4737" not in database


def test_a_storm_of_stickers_gets_one_answer(bot, wei):
    for _ in range(12):
        wei.sends({"sticker": {"file_id": "s", "file_unique_id": "s", "emoji": "x"}})
    wei.says("KYC是什么意思")
    wei.hears("身份认证")
    assert sum("表情和动图" in text for text in wei.texts()) == 1
    wei.sends({"sticker": {"file_id": "s", "file_unique_id": "s", "emoji": "x"}})
    wei.hears("表情和动图", 2)


def test_a_file_that_telegram_lost_is_said_to_be_lost(bot, telegram, wei):
    wei.sends({"document": {"file_id": "gone", "file_unique_id": "g", "file_name": "a.pdf"}})
    assert "请再发一次" in wei.hears("没能从 Telegram 取过来")["text"]
    assert files_of(bot, wei, 0) == []
    assert len(wei.heard()) == 2
