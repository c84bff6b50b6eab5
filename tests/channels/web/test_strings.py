"""The widget's words: complete in three languages, and the right one for a browser."""
from __future__ import annotations

import ast
import re

import pytest

from bot.channels.web import strings
from bot.channels.web.widget import FOLDER, words

TABLE = words()
SCRIPT = "\n".join(path.read_text("utf-8") for path in FOLDER.glob("*.js"))


@pytest.mark.parametrize(("header", "language"), [
    ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"), ("zh-TW", "zh-Hant"), ("zh-Hant-HK,zh;q=0.5", "zh-Hant"), ("en-US", "en"), ("fr,en;q=0.5", "en"),
    ("en;q=0.3,zh-HK;q=0.9", "zh-Hant"), ("fr", "en"), ("*", "zh-Hans"), ("", "zh-Hans"), ("en;q=x", "zh-Hans"), ("," * 5000, "zh-Hans"),
])
def test_the_browser_s_languages_pick_ours(header, language):
    assert strings.accepted(header) == language


def test_every_language_has_every_text_with_the_same_placeholders():
    shapes = {language: {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in texts.items()} for language, texts in TABLE.items()}
    assert set(shapes) == set(strings.LANGUAGES)
    assert shapes["zh-Hans"] == shapes["zh-Hant"] == shapes["en"]


def test_every_refusal_of_the_door_can_be_explained():
    codes = set()
    for module in FOLDER.parent.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and isinstance(node.args[1], ast.Constant):
                codes.add(node.args[1].value)
    assert "unauthorized" in codes
    assert {f"error.{code}" for code in codes} <= set(TABLE["en"])


def test_the_widget_has_every_text_it_asks_for_and_no_other():
    asked = set(re.findall(r'"data-(?:text|label|placeholder)": "([^"]+)"', SCRIPT)) | set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)*)"', SCRIPT))
    families = {match for match in re.findall(r"`([a-z]+)\.\$\{", SCRIPT)} | {"error"}
    assert len(families) > 4
    unused = {key for key in TABLE["en"] if key not in asked and key.split(".")[0] not in families}
    assert unused == set()
    labels = set(re.findall(r'"data-(?:text|label|placeholder)": "([^"]+)"', SCRIPT)) | set(re.findall(r'\bt\("([^"]+)"', SCRIPT))
    assert labels <= set(TABLE["en"])
