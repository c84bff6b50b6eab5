"""A user who blocks the bot: the desk hears of it, nothing is lost, and what waited comes when he is back."""
from __future__ import annotations

import json

TICKET = "select t.fields from desk_ticket t join conversations_conversation c on c.id=t.conversation_id where c.visitor=?"


def field(bot, user) -> str:
    return (json.loads(bot.sql(TICKET, str(user.id))[0][0]).get("telegram") or {}).get("value") or ""


def test_a_403_is_seen_by_the_agent_and_on_the_ticket_and_answers_wait_for_him(bot, telegram, wei):
    bot.hand_over(wei)
    telegram.run(lambda: telegram.chats[wei.id].update(blocked=True))
    bot.agent(wei, "第一句")
    bot.waits_for(TICKET, lambda rows: "unreachable since" in rows[0][0], str(wei.id))
    bot.agent(wei, "第二句")
    assert any(author == "system" and "送不到" in text for author, text in bot.log(wei))
    telegram.run(lambda: telegram.chats[wei.id].update(blocked=False))
    wei.blocks(False)
    wei.hears("第二句")
    assert field(bot, wei) == "reachable"
    said = [text for text in wei.texts() if "第一句" in text or "第二句" in text]
    assert [text[-3:] for text in said] == ["第一句", "第二句"]


def test_telegram_s_own_word_that_he_blocked_the_bot_is_enough(bot, wei):
    bot.hand_over(wei)
    assert field(bot, wei) == ""
    wei.blocks()
    bot.waits_for(TICKET, lambda rows: "unreachable since" in rows[0][0], str(wei.id))
    assert field(bot, wei).startswith("unreachable since")
    assert any(author == "system" and "送不到" in text for author, text in bot.log(wei))
    assert bot.sql("select blocked from telegram_chat where id=?", wei.id) != [(None,)]
