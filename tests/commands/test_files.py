"""Files given to `bot talk` and `bot parse`: what is wrong with them is said with its place, and nothing is lost."""
from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.commands import CommandError, parse, talk


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(("text", "place"), [
    ("a: b", "must be a list"),
    ("- {turns: []}", "conversation 1: needs an id"),
    ("- {id: x}", "conversation 1: needs an id and a list of turns"),
    ("- {id: x, turns: [{shout: a}]}", "(x), turn 1: must be one of user"),
    ("- {id: x, turns: [{user: a}, {user_repeat: {text: a}}]}", "(x), turn 2: user_repeat needs text and times"),
    ("- [", "cannot be read"),
])
def test_a_mistake_in_a_conversation_file_is_named_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(CommandError) as raised:
        talk.read(written(tmp_path, text))
    assert place in str(raised.value)
    assert raised.value.code == 2


def test_words_that_yaml_would_type_stay_words(tmp_path: Path) -> None:
    (conversation,) = talk.read(written(tmp_path, "- {id: x, turns: [{user: no}, {user: 10:30}, {user: 0123}]}"))
    assert [turn["user"] for turn in conversation["turns"]] == ["no", "10:30", "0123"]


def test_a_csv_without_a_text_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no column named text"):
        parse.read(written(tmp_path, "topic\na\n"))


def test_a_csv_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gbk.csv"
    path.write_bytes("text\n充值没到账\n".encode("gbk"))
    with pytest.raises(CommandError, match="UTF-8"):
        parse.read(path)


def test_all_columns_and_rows_come_back_in_order(tmp_path: Path) -> None:
    columns, rows = parse.read(written(tmp_path, "\ufeffid,text,topic\n7,\"a, b\",x\n8,,y\n"))
    assert columns == ["id", "text", "topic"]
    out = tmp_path / "out.csv"
    result = {"predicted": "x", "confidence": 0.5, "decision": "act", "candidates": ["x", "y"], "score": 0.25}
    parse.write(out, columns, rows, [result, {**result, "confidence": None}])
    with out.open(encoding="utf-8", newline="") as file:
        back = list(csv.DictReader(file))
    assert [(line["id"], line["text"], line["topic"]) for line in back] == [("7", "a, b", "x"), ("8", "", "y")]
    assert back[0]["candidates"] == "x|y"
    assert [line["confidence"] for line in back] == ["0.5000", ""]


def test_several_topics_are_split_at_the_bar() -> None:
    assert parse.topics({"topic": "a| b"}, "topic") == ["a", "b"]
    assert parse.topics({}, "alt") == []
