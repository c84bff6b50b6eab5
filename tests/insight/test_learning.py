"""Labelled examples that would harm are named with their line and what to do; the likeness of texts is the real engine's."""
from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import load
from bot.home import ROOT
from bot.insight import examples, learning
from bot.insight.label_file import Labelled


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A project with two topics and nothing else."""
    folder = tmp_path_factory.mktemp("project")
    examples.add([("zh", "deposit_missing", "充值没到账"), ("zh", "thanks", "谢谢你们"), ("en", "thanks", "thank you so much")], folder)
    return folder


@pytest.fixture(scope="module")
def heldout(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("heldout") / "heldout.csv"
    path.write_text("text,topic\n昨天转的币到现在连影子都没有,deposit_missing\n", "utf-8")
    return path


@pytest.fixture
def check(root, heldout):
    def one(*pairs: tuple[str, str]) -> learning.Checked:
        return learning.check([Labelled(text, topic, line) for line, (text, topic) in enumerate(pairs, 1)], root, heldout)
    return one


@pytest.mark.parametrize(("text", "topic", "said"), [
    ("没到", "deposit_mising", 'there is no topic "deposit_mising". Did you mean deposit_missing'),
    ("没到", "zzz", "Take one from the list"),
    ("", "thanks", "is empty"),
    ("我的密码是 Hunter2!xyz", "thanks", "a secret (password)"),
    ("发到 zhang.san@example.org", "thanks", "personal data"),
    ("打我电话13812345678", "thanks", "Write it as: 打我电话***5678"),
    ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq 没到", "deposit_missing", "personal data"),
    ("mi dinero no ha llegado a mi cuenta", "deposit_missing", 'does not speak ("es")'),
    ("где мои деньги", "deposit_missing", 'does not speak ("ru")'),
    ("???", "thanks", "says nothing"),
    ("[usdt](coin) 没到", "deposit_missing", "annotation"),
    ("没到" * 300, "deposit_missing", "600 characters"),
])
def test_an_example_that_would_harm_is_refused(check, text, topic, said):
    checked = check((text, topic))
    assert [trouble.line for trouble in checked.troubles] == [1]
    assert said in str(checked.troubles[0])
    assert checked.new == []


def test_texts_are_compared_with_the_held_out_file_the_examples_and_each_other(check):
    checked = check(
        ("昨天转的币到现在连影子都没有", "deposit_missing"), ("充值沒到賬。", "thanks"), ("谢谢你们!", "thanks"), ("充值没到账", "deposit_missing"),
        ("收到钱了真的很感谢", "thanks"), ("收到钱了真的很感谢！", "deposit_missing"), ("收到钱了，真的很感谢", "thanks"), ("ta very much mate", "thanks"))
    assert [(trouble.line, trouble.what.split(" (")[0]) for trouble in checked.troubles] == [
        (1, "the held-out file has it"), (2, "data/nlu/zh/deposit_missing.yml says the same under deposit_missing"), (6, "line 5 says the same under thanks")]
    assert checked.known == 3
    assert checked.new == [("zh", "thanks", "收到钱了真的很感谢"), ("en", "thanks", "ta very much mate")]


def test_masked_messages_may_be_learned(check):
    assert check(("我的助记词是⟦seed⟧，到 z***@example.org 了吗", "deposit_missing")).troubles == []


def test_every_topic_of_the_project_may_be_given():
    assert {flow.intent for flow in load(ROOT).flows.values()} <= set(examples.topics(ROOT))
