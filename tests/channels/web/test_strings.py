"""The page's words: complete in three languages, and the right one for a browser."""
from __future__ import annotations

import ast
import json
import re

import pytest

from bot.channels.web import strings
from bot.channels.web.page import FOLDER

TABLE = json.loads((FOLDER / "strings.json").read_text("utf-8"))


@pytest.mark.parametrize(("header", "language"), [
    ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"), ("zh-TW", "zh-Hant"), ("zh-Hant-HK,zh;q=0.5", "zh-Hant"), ("en-US", "en"), ("fr,en;q=0.5", "en"),
    ("en;q=0.3,zh-HK;q=0.9", "zh-Hant"), ("fr", "zh-Hans"), ("", "zh-Hans"), ("en;q=x", "zh-Hans"), ("," * 5000, "zh-Hans"),
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


def test_every_text_the_page_asks_for_exists():
    asked = set(re.findall(r'data-(?:text|label|title|placeholder)="([^"]+)"', (FOLDER / "index.html").read_text("utf-8")))
    for name in ("chat.js", "view.js"):
        asked |= set(re.findall(r'\bt\("([^"]+)"', (FOLDER / name).read_text("utf-8")))
    assert len(asked) > 20
    assert asked <= set(TABLE["en"])
