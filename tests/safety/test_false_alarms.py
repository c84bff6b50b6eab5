"""Ordinary text is left alone: every example we teach the bot, and every sentence it says."""
from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from bot.safety.guard import guard

ROOT = Path(__file__).parents[2]


def _examples():
    for path in sorted((ROOT / "data" / "nlu").glob("*/*.yml")):
        for block in (yaml.safe_load(path.read_text("utf-8")) or {}).get("nlu", []):
            for line in str(block.get("examples", "")).splitlines():
                if text := line.strip().removeprefix("- ").strip():
                    yield text


def _sentences(node):
    if isinstance(node, dict):
        for value in node.values():
            yield from _sentences(value)
    elif isinstance(node, list):
        for value in node:
            yield from _sentences(value)
    elif isinstance(node, str):
        yield node


def test_the_examples_of_the_topics_hold_no_secret():
    texts = list(_examples())
    if not texts:
        pytest.skip("data/nlu holds no examples yet")
    alarms = [text for text in texts if any(found.kind != "hex" for found in guard(text).found)]
    assert not alarms


def test_messages_that_people_wrote_hold_no_secret():
    with (ROOT / "tests" / "understanding" / "heldout.csv").open(encoding="utf-8-sig", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    assert len(texts) > 800
    assert [text for text in texts if any(found.kind != "hex" for found in guard(text).found)] == []


@pytest.mark.parametrize("text", [
    "Does a real agent ever ask for a seed phrase or a private key please report spam mail today",
    "someone wants my seed phrase private key address card secret code",
    "they asked for the seed phrase, private key, wallet address, phone and photo",
    "never share your seed phrase or private key with anyone friend or stranger",
    "对方要我的助记词、私钥、密码、验证码和身份证照片，这正常吗",
])
def test_a_list_of_what_somebody_asked_for_is_no_seed_phrase(text):
    assert not guard(text).found


@pytest.mark.parametrize("text", [
    "非常抱歉打扰，我可能做了傻事，刚刚把助记词发给一位说能帮我恢复账户的先生了",
    "我把助记词发给一个说能帮我找回来的人了怎么办", "助记词可以发给平台的客服看一下是不是对的", "我的助记词不能告诉别人的对不对他说是平台要的",
    "有人说要我的助记词才能帮我把钱拿回来是真的不是", "我忘了助记词放在什么地方了现在还能不能找回来",
])
@pytest.mark.parametrize("after", ["", "请问", "了", "啊"])
def test_a_chinese_sentence_about_a_seed_phrase_is_none(text, after):
    assert not guard(text + after).found


def test_six_words_of_a_seed_phrase_behind_its_name_are_masked_all_the_same():
    assert guard("my seed phrase is crystal ramp abandon able about absent").text == "my seed phrase is ⟦seed⟧"


@pytest.mark.parametrize("folder", ["flows", "cards"])
def test_the_bot_s_own_sentences_hold_no_secret(folder):
    alarms = [text for path in sorted((ROOT / "data" / folder).glob("*.yml")) for text in _sentences(yaml.safe_load(path.read_text("utf-8"))) if guard(text).found]
    assert not alarms
