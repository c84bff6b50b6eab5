"""The slash commands, in Chinese and in English."""
from __future__ import annotations

import pytest
from telegram_api import User
from telegram_api.people import titles

ZH, EN = "zh-hans", "en"
GREETING = {ZH: "自助客服", EN: "self-service"}
PROBLEM = {ZH: "充值没到账", EN: "my deposit is missing"}


@pytest.fixture(scope="module")
def agent(bot):
    return bot.console()


@pytest.fixture
def opened(telegram):
    """Opens a chat in a language of Telegram's."""
    def open(language: str) -> User:
        user = User(telegram, username="somebody", language=language)
        user.starts()
        user.hears(GREETING[language])
        return user
    return open


def begins(user: User, language: str) -> dict:
    """Names the problem; the bot's question."""
    user.says(PROBLEM[language])
    user.waits_for(lambda texts: len(texts) >= 3)
    return user.heard()[-1]


@pytest.mark.parametrize(("language", "words", "button"), [(ZH, "/verify 看核对词", "转人工"), (EN, "/verify shows", "Talk to a person")])
def test_help_says_what_can_be_done_and_offers_a_person(opened, language, words, button):
    user = opened(language)
    user.says("/help")
    said = user.hears("/human")
    assert all(f"/{name}" in said["text"] for name in ("human", "status", "stop", "lang", "verify"))
    assert words in said["text"]
    assert titles(said) == [button]


@pytest.mark.parametrize(("language", "words"), [(ZH, "没有等待处理的问题编号"), (EN, "No ticket is waiting in this conversation")])
def test_status_with_nothing_open_says_so(opened, language, words):
    user = opened(language)
    user.says("/status")
    user.hears(words)
    assert len(user.heard()) == 2


@pytest.mark.parametrize(("language", "place", "taken", "done"), [
    (ZH, "排在第", "有同事正在处理", "已处理完成"), (EN, "in line", "is working on it", "resolved")])
def test_status_tells_number_state_and_place_in_the_line(bot, agent, opened, language, place, taken, done):
    user = opened(language)
    number = bot.hand_over(user)
    for words, deed in ((place, "take"), (taken, "resolve"), (done, "")):
        before = len(user.heard())
        user.says("/status")
        said = user.waits_for(lambda texts: len(texts) > before)[before]  # noqa: B023
        assert number in said
        assert words in said
        if deed:
            before = len(user.heard())
            agent.do(number, deed, **({"reason": "solved"} if deed == "resolve" else {}))
            user.waits_for(lambda texts: len(texts) >= before + (2 if deed == "resolve" else 1))  # noqa: B023
            bot.settled(user)


@pytest.mark.parametrize(("language", "words"), [(ZH, "好，先停在这里"), (EN, "stop here")])
def test_stop_leaves_what_is_open(bot, opened, language, words):
    user = opened(language)
    begins(user, language)
    user.says("/stop")
    user.hears(words)
    assert bot.sql("select owner from conversations_conversation where channel='telegram' and visitor=?", str(user.id)) == [("bot",)]


@pytest.mark.parametrize(("language", "asked", "keep", "cancel", "cancelled"), [
    (ZH, "要取消等待人工吗", "继续等", "取消等待", "已关闭"), (EN, "Do you want to stop waiting", "Keep waiting", "Stop waiting", "is closed")])
def test_stop_while_waiting_asks_back_and_a_slip_closes_nothing(bot, opened, language, asked, keep, cancel, cancelled):
    user = opened(language)
    number = bot.hand_over(user)
    user.says("/stop")
    assert number in user.hears(asked)["text"]
    before = len(user.heard())
    user.presses(keep)
    user.waits_for(lambda texts: len(texts) > before)
    assert bot.sql("select state from desk_ticket where number=?", number) == [("open",)]
    user.says("/stop")
    user.presses(cancel, user.hears(asked, 2))
    user.hears(cancelled)
    assert bot.sql("select state from desk_ticket where number=?", number) == [("cancelled",)]


@pytest.mark.parametrize(("language", "words"), [(ZH, "已经交给人工"), (EN, "TK-")])
def test_human_brings_a_ticket_and_a_second_one_tells_where_it_stands(bot, opened, language, words):
    user = opened(language)
    number = bot.hand_over(user)
    assert any(words in text and number in text for text in user.texts())
    before = len(user.heard())
    user.says("/human")
    user.waits_for(lambda texts: len(texts) > before)
    bot.settled(user)
    assert bot.sql("select count(*) from desk_ticket t join conversations_conversation c on c.id=t.conversation_id where c.visitor=?", str(user.id)) == [(1,)]


@pytest.mark.parametrize(("language", "nothing", "shown", "secret"), [
    (ZH, "所以没有核对词", "核对词是", "不要告诉任何人"), (EN, "no words to compare", "words of this hand-off", "tell nobody")])
def test_verify_shows_the_two_words_that_the_agent_sees_and_only_when_somebody_is_asked(bot, agent, opened, language, nothing, shown, secret):
    user = opened(language)
    user.says("/verify")
    user.hears(nothing)
    number = bot.hand_over(user)
    user.says("/verify")
    said = user.hears(shown)["text"]
    assert secret in said.lower()
    seen = bot.python(f"from bot.desk import comparison\nfrom bot.desk.models import Ticket\nprint(*comparison.words(Ticket.objects.get(number={number!r}), {'zh-Hans' if language == ZH else 'en'!r}), sep='|')")
    first, second = seen.strip().split("|")
    assert first in said
    assert second in said
    if language == EN:
        assert agent.ticket(number)["comparison"] == [first, second]


def test_lang_speaks_the_language_that_was_pressed(opened):
    user = opened(ZH)
    user.says("/lang")
    assert titles(user.hears("用哪种语言")) == ["简体中文", "繁體中文", "English"]
    user.presses("English")
    user.hears("English from here on")
    user.says("/lang")
    user.hears("Which language would you like")
    user.presses("繁體中文")
    user.hears("接下來用中文")
    user.says("/help")
    assert "找真人客服" in user.hears("/human")["text"]


@pytest.mark.parametrize("language", [ZH, EN])
def test_start_again_repeats_the_open_question(opened, language):
    user = opened(language)
    question = begins(user, language)
    user.starts()
    user.waits_for(lambda _: user.heard()[-1]["message_id"] != question["message_id"])
    assert titles(user.heard()[-1]) == titles(question)
