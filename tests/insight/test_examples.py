"""Adding examples leaves every other line as it was, adds nothing twice, and leaves whole files whatever breaks off."""
from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.home import ROOT
from bot.insight import examples

FILE = """\
# Written by hand.
version: "3.1"
nlu:
- intent: thanks   \n  examples: |
    - 谢谢
    # not an example
    - thank you: really

    - 多谢
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "nlu" / "zh"
    folder.mkdir(parents=True)
    (folder / "thanks.yml").write_text(FILE, "utf-8")
    return tmp_path


def content(root: Path) -> str:
    return (root / "data/nlu/zh/thanks.yml").read_text("utf-8")


def test_new_examples_stand_at_the_end_and_nothing_else_changes(root):
    assert examples.add([("zh", "thanks", "感恩"), ("zh", "thanks", "谢谢")], root) == {"zh/thanks.yml": 1}
    assert content(root) == FILE + "    - 感恩\n"


def test_adding_twice_adds_nothing_more(root):
    examples.add([("zh", "thanks", "感恩")], root)
    once = content(root)
    assert examples.add([("zh", "thanks", "感恩"), ("zh", "thanks", "感恩")], root) == {}
    assert content(root) == once


def test_a_topic_without_a_file_in_that_language_gets_one(root):
    examples.add([("en", "thanks", "cheers: mate #1")], root)
    assert [(one.text, one.topic, one.file) for one in examples.read(root) if one.file.startswith("data/nlu/en")] == [("cheers: mate #1", "thanks", "data/nlu/en/thanks.yml")]


@pytest.mark.parametrize("text", ["- 横线", "# 井号", "\"引号", "a: b", "{x}", "!!python/none", "&a *b", "'", "|", "%", "@", "`", "nlu: x"])
def test_what_means_something_to_yaml_is_filed_as_it_is(root, text):
    examples.add([("zh", "thanks", text)], root)
    assert examples.read(root)[-1].text == text


def test_a_file_without_a_last_line_break_is_continued_on_a_line_of_its_own(root):
    (root / "data/nlu/zh/thanks.yml").write_text(FILE.rstrip("\n"), "utf-8")
    examples.add([("zh", "thanks", "感恩")], root)
    assert content(root) == FILE + "    - 感恩\n"


def test_of_several_topics_in_a_file_the_right_one_grows(root):
    (root / "data/nlu/zh/thanks.yml").write_text(FILE + "- intent: greet\n  examples: |\n    - 你好\n", "utf-8")
    examples.add([("zh", "thanks", "感恩")], root)
    assert content(root) == FILE + "    - 感恩\n" + "- intent: greet\n  examples: |\n    - 你好\n"


def test_a_file_in_another_form_is_refused_and_no_file_changes(root):
    (root / "data/nlu/zh/greet.yml").write_text("nlu:\n- intent: greet\n  examples: ['- 你好']\n", "utf-8")
    with pytest.raises(examples.NotFiled, match="data/nlu/zh/greet.yml"):
        examples.add([("zh", "greet", "嗨"), ("zh", "thanks", "感恩")], root)
    assert content(root) == FILE
    assert sorted(path.name for path in (root / "data/nlu/zh").iterdir()) == ["greet.yml", "thanks.yml"]


def test_a_crash_in_the_middle_leaves_whole_files_and_the_next_call_finishes(root, monkeypatch):
    wanted = [("zh", "thanks", "感恩"), ("en", "thanks", "cheers")]
    really = os.replace

    def crash(draft, path):
        if Path(path).parent.name == "zh":
            raise KeyboardInterrupt
        really(draft, path)
    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        examples.add(wanted, root)
    assert content(root) == FILE
    monkeypatch.setattr(os, "replace", really)
    assert examples.add(wanted, root) == {"zh/thanks.yml": 1}
    assert not [path for path in (root / "data").rglob("*") if path.is_file() and path.suffix != ".yml"]


def test_every_shipped_file_can_be_added_to():
    for path in sorted((ROOT / "data/nlu").glob("*/*.yml")):
        before = path.read_text("utf-8")
        after, count = examples.with_examples(before, path.stem, ["qqq 没有的例子"], path.name)
        assert count == 1
        assert sorted(set(after.splitlines()) - set(before.splitlines())) == ["    - qqq 没有的例子"]
        assert len(after.splitlines()) == len(before.splitlines()) + 1
