"""Unclear messages come out of the message log masked, the newest first, with what their writers did next."""
from __future__ import annotations

import json
import os
import time
from datetime import timedelta

import pytest
from django.utils.timezone import now

from bot.commands import CommandError
from bot.commands import unclear as command
from bot.conversations.models import Conversation, Message, TurnRecord
from bot.insight import unclear
from bot.insight.outcomes import OUTSIDE

FLOWS = {"deposit_missing": "deposit_missing", "money_missing": "deposit_missing"}


@pytest.fixture
def say(database):
    """`say(text, event, ...)` writes a message and its turn."""
    conversation = Conversation.objects.create(channel="web", visitor="x")

    def one(text: str, event: str = "missed", payload: str = "", minutes: int = 0, in_: Conversation | None = None, only_secret: bool = False, **turn) -> Message:
        owner = in_ or conversation
        owner.last_seq += 1
        at = now() - timedelta(minutes=minutes)
        message = Message.objects.create(conversation=owner, seq=owner.last_seq, author="user", text=text, payload=payload, at=at, only_secret=only_secret)
        TurnRecord.objects.create(message=message, event=event, by="engine", owner="bot", ms=1, at=at, **turn)
        return message
    return one


def found(days: int = 30) -> list:
    return unclear.find(now() - timedelta(days=days), FLOWS)


def test_only_what_was_not_understood_comes_out_and_the_newest_first(say):
    say("old", minutes=9)
    say("understood", event="started")
    say("a button", event="missed", payload="/affirm")
    say("⟦seed⟧", only_secret=True)
    say("new", event="clarified", ranking=[{"name": "thanks", "confidence": 0.4}], decision="clarify")
    assert [(one.text, one.guess) for one in found()] == [("new", "thanks"), ("old", "")]


def test_what_the_bot_took_for_none_of_its_business_is_guessed_to_be_that(say):
    say("x", decision="fallback", ranking=[{"name": "thanks", "confidence": 0.1}])
    assert found()[0].guess == OUTSIDE


def test_the_topic_pressed_or_said_next_goes_with_it(say):
    say("第一次", minutes=5)
    say("充值没到账", event="started", payload='/choose{"topic":"money_missing"}', minutes=4)
    other = Conversation.objects.create(channel="web", visitor="y")
    say("第二次", in_=other, minutes=3)
    say("充值没到账", event="started", in_=other, flow="deposit_missing", minutes=2)
    third = Conversation.objects.create(channel="web", visitor="z")
    say("第三次", in_=third, minutes=1)
    say("转人工", event="handoff", payload='/choose{"topic":"human_agent"}', in_=third)
    assert [(one.text, one.chosen, one.said) for one in found()] == [("第三次", "", ""), ("第二次", "", "deposit_missing"), ("第一次", "deposit_missing", "")]


def test_what_was_said_much_later_does_not_go_with_it(say):
    say("第一次", minutes=120)
    say("充值没到账", event="started", flow="deposit_missing")
    assert found()[0].said == ""


def test_the_open_question_goes_with_a_miss_in_a_flow(say):
    say("嗯哼", flow="deposit_missing", step="origin")
    assert found()[0].asked == "deposit_missing.origin"


def test_personal_data_and_what_does_not_show_are_taken_out(say):
    say("发到 zhang.san@example.org\n或者\u202e 13812345678，密码是 Hunter2!xyz")
    text = found()[0].text
    assert "zhang.san" not in text
    assert "13812345678" not in text
    assert "Hunter2" not in text
    assert "\n" not in text
    assert "\u202e" not in text


def test_older_messages_than_asked_for_stay_where_they_are(say):
    say("old", minutes=60 * 24 * 40)
    assert found() == []
    assert len(found(days=50)) == 1


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BOT_HOME", str(tmp_path))
    (tmp_path / "bot.sqlite3").touch()  # the tests' database is another one; the command looks whether there is one at all
    return tmp_path


def call(*words: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.run(parser.parse_args(words))


def test_the_command_writes_a_private_file_and_names_it_on_stdout(say, home, capsys):
    say("天上掉下来的币呢")
    say("谢谢")  # learned already
    assert call() == 0
    line = json.loads(capsys.readouterr().out)
    path = home / "unclear" / os.path.basename(line["file"])
    assert (line["messages"], line["groups"]) == (1, 1)
    assert "天上掉下来的币呢" in path.read_text("utf-8")
    assert path.stat().st_mode & 0o077 == 0


def test_nothing_unclear_is_no_file(database, home, capsys):
    assert call() == 0
    assert json.loads(capsys.readouterr().out)["file"] is None


def test_a_file_that_is_there_is_never_overwritten(say, home, tmp_path):
    say("天上掉下来的币呢")
    (tmp_path / "mine.yml").write_text("half labelled")
    with pytest.raises(CommandError, match="there already"):
        call("--out", str(tmp_path / "mine.yml"))
    assert (tmp_path / "mine.yml").read_text() == "half labelled"


def test_exports_are_not_kept_for_ever(database, home):
    folder = home / "unclear"
    folder.mkdir()
    for name, days in (("old.yml", command.KEPT_DAYS + 1), ("new.yml", 1)):
        (folder / name).touch()
        os.utime(folder / name, (time.time() - days * 86400,) * 2)
    call()
    assert [path.name for path in folder.iterdir()] == ["new.yml"]
