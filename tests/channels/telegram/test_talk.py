"""A conversation in a private chat: what goes in, what comes out, and what buttons do."""
from __future__ import annotations

import pytest
from telegram_api import User
from telegram_api.people import titles
from telegram_api.rules import units


def begins_a_deposit(user: User) -> dict:
    """Names the problem; returns the bot's question with its buttons."""
    greeting = user.heard()[-1]["message_id"]
    user.says("充值没到账")
    user.waits_for(lambda _: user.heard()[-1]["message_id"] > greeting and titles(user.heard()[-1]))
    return user.heard()[-1]


def test_start_greets_once_and_a_text_is_answered(bot, wei):
    wei.says("你好")
    wei.hears("没听懂")
    assert sum("自助客服" in text for text in wei.texts()) == 1
    assert bot.log(wei)[1] == ("user", "你好")


def test_polling_asks_for_the_kinds_that_are_read_and_no_more(telegram, wei):
    assert set(telegram.updates.allowed) == {"message", "edited_message", "callback_query", "my_chat_member"}


def test_typing_is_shown_while_the_bot_thinks(telegram, wei):
    wei.says("慢慢想")
    wei.hears("没听懂")
    shown = [arguments["action"] for _, method, arguments in telegram.calls if method == "sendchataction" and arguments["chat_id"] == str(wei.id)]
    assert shown == ["typing"]


def test_a_press_that_is_too_old_to_be_answered_still_counts(bot, telegram, wei):
    question = begins_a_deposit(wei)
    telegram.run(lambda: setattr(telegram, "query_seconds", -1.0))
    query = wei.presses(titles(question)[0], question)
    wei.waits_for(lambda _: wei.heard()[-1]["message_id"] != question["message_id"])
    telegram.run(lambda: setattr(telegram, "query_seconds", 15.0))
    assert telegram.queries[query]["answered"] is None
    assert ("user", titles(question)[0]) in bot.log(wei)


def test_a_button_is_answered_at_once_loses_its_keyboard_and_shows_what_was_chosen(telegram, wei):
    question = begins_a_deposit(wei)
    title = titles(question)[0]
    query = wei.presses(title)
    wei.waits_for(lambda texts: f"› {title}" in "\n".join(texts))
    assert telegram.queries[query]["answered"] == ""
    pressed = next(message for message in wei.heard() if message["message_id"] == question["message_id"])
    assert not titles(pressed)
    assert pressed["text"] == f"{question['text']}\n\n› {title}"


def test_a_button_pressed_twice_by_an_impatient_thumb_counts_once(bot, wei):
    question = begins_a_deposit(wei)
    for _ in range(3):
        wei.presses(titles(question)[0], question)
    bot.waits_for("select waiting from telegram_update where chat_id=?", lambda rows: len(rows) == 5 and not any(row[0] for row in rows), wei.id)
    assert [text for author, text in bot.log(wei) if author == "user"] == ["充值没到账", titles(question)[0]]


def test_an_old_button_says_that_it_is_old_and_repeats_the_question(telegram, wei):
    question = begins_a_deposit(wei)
    query = wei.presses_data(question, '/choose{"choice":"origin.nowhere"}')
    wei.hears("已经过期")
    wei.waits_for(lambda texts: "过期" not in texts[-1])
    assert (wei.heard()[-1]["text"], titles(wei.heard()[-1])) == (question["text"], titles(question))
    assert "过期" in telegram.queries[query]["answered"]


@pytest.mark.parametrize("data", ["t:unknown-token", "x", "/restart", "\u0000\u202e", "😀" * 16])
def test_made_up_button_data_ends_in_a_kind_word(bot, wei, data):
    wei.presses_data(wei.heard()[-1], data)
    wei.hears("已经过期")
    assert [author for author, _ in bot.log(wei) if author == "user"] == []


def test_an_edited_message_is_taken_as_a_correction_and_one_with_the_same_words_is_not(bot, wei):
    message_id = wei.says("充值没道帐了吗")
    wei.hears("没听懂")
    wei.edits(message_id, "充值没道帐了吗")
    wei.edits(message_id, "充值没到账")
    wei.waits_for(lambda texts: len(texts) >= 3)
    assert [text for author, text in bot.log(wei) if author == "user"] == ["充值没道帐了吗", "充值没到账"]


def test_an_edit_of_a_message_that_was_never_seen_is_a_message(bot, telegram, wei):
    telegram.run(lambda: telegram.updates.add("edited_message", {"message_id": 3, "from": wei.user, "chat": wei.chat, "date": 1, "edit_date": 2, "text": "充值没到账"}, wei.id))
    wei.waits_for(lambda texts: len(texts) >= 2)
    assert ("user", "充值没到账") in bot.log(wei)


def test_a_reply_that_is_too_long_comes_in_pieces_cut_at_paragraphs(bot, wei):
    bot.hand_over(wei)
    paragraphs = [f"第{number}段。" + "请把转出那一页的记录找出来，逐行核对。" * 40 for number in range(8)]
    bot.agent(wei, "\n\n".join(paragraphs))
    wei.hears("第7段")
    pieces = [message for message in wei.heard() if "逐行核对" in message["text"]]
    assert all(units(piece["text"]) <= 4096 for piece in pieces)
    assert "\n\n".join(piece["text"] for piece in pieces).split("\n", 1)[1] == "\n\n".join(paragraphs)
    assert all(piece["text"].endswith("核对。") for piece in pieces)


def test_an_agent_s_words_stand_under_a_bold_name_and_no_markup_breaks_them(bot, wei):
    bot.hand_over(wei)
    words = "<b>转出记录</b> *a* _b_ [x](http://y) `c` & < > \\ https://www.example.com/a_b_c 👩‍👩‍👧"
    bot.agent(wei, words)
    message = wei.hears("<b>转出记录")
    name, _, said = message["text"].partition("\n")
    assert name.startswith("人工客服")
    assert said == words
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": units(name)}]
    assert message["link_preview_options"] == {"is_disabled": True}


def test_text_that_reads_backwards_or_hides_arrives_whole_and_harms_nothing(bot, wei):
    text = "\u202e看不懂的\u202c \u200b\u2066一句话\u2069 \ufeff 🏴\u200d☠️ \u200fשלום"
    wei.says(text)
    wei.waits_for(lambda texts: len(texts) >= 2)
    assert ("user", text) in bot.log(wei)


def test_a_button_with_more_than_telegram_s_64_bytes_does_what_it_says(bot, wei):
    payload = '/choose{"topic":"concept_kyc","because":"' + "因为" * 20 + '"}'
    assert len(payload.encode()) > 64
    bot.says(wei, "还想知道什么？", ("身份认证", payload), ("别的", "/stop_cancel"))
    shown = wei.hears("还想知道什么")
    [[long, short]] = shown["reply_markup"]["inline_keyboard"]
    assert len(long["callback_data"].encode()) <= 64
    assert "concept_kyc" not in long["callback_data"]
    assert short["callback_data"] == "/stop_cancel"
    wei.presses("身份认证", shown)
    wei.hears("认证级别")
    assert bot.log(wei)[-2:][0] == ("user", "身份认证")


def test_the_token_of_a_long_button_is_worth_nothing_in_another_chat(bot, telegram, wei):
    payload = '/choose{"topic":"concept_kyc","because":"' + "x" * 60 + '"}'
    bot.says(wei, "还想知道什么？", ("身份认证", payload))
    token = wei.hears("还想知道什么")["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    mallory = User(telegram, username="mallory")
    mallory.starts()
    mallory.presses_data(mallory.hears("自助客服"), token)
    mallory.hears("已经过期")
    assert not any("认证级别" in text for text in mallory.texts())


def test_a_message_that_shows_nothing_is_left_alone(bot, wei):
    wei.says("\u200b\u2060 \u200e")
    wei.says("到哪一步了")
    wei.waits_for(lambda texts: len(texts) >= 2)
    assert [text for author, text in bot.log(wei) if author == "user"] == ["到哪一步了"]


@pytest.mark.parametrize("text", ["/restart", "／human_agent", "\u200b/human_agent", '/choose{"choice":"a.b"}', "/foo bar"])
def test_a_slash_that_is_no_command_of_ours_is_text(bot, wei, text):
    wei.says(text)
    wei.waits_for(lambda texts: len(texts) >= 2)
    assert ("user", text) in bot.log(wei)
    assert bot.sql("select payload from conversations_message where text=? and payload!=''", text) == []


def test_users_at_once_have_each_a_conversation_of_his_own(bot, telegram):
    users = [User(telegram, first_name=f"U{number}") for number in range(8)]
    for user in users:
        user.starts()
    for number, user in enumerate(users):
        user.says(f"{900000 + number}")
    for number, user in enumerate(users):
        user.waits_for(lambda texts: len(texts) >= 2)
        assert [text for author, text in bot.log(user) if author == "user"] == [str(900000 + number)]


def test_a_command_for_another_bot_or_inside_a_text_is_none(bot, wei):
    wei.says("/help@somebody_else_bot")
    wei.waits_for(lambda texts: len(texts) >= 2)
    wei.says("写了 /help 但不是命令")
    wei.waits_for(lambda texts: len(texts) >= 3)
    assert not any("/human 找人工" in text for text in wei.texts())


def test_start_again_in_the_middle_repeats_the_open_question(wei):
    question = begins_a_deposit(wei)
    wei.starts()
    wei.waits_for(lambda _: wei.heard()[-1]["message_id"] != question["message_id"])
    assert titles(wei.heard()[-1]) == titles(question)
