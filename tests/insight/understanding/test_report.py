"""A report is one file that needs nothing else, with the plots in it, and a table of every message."""
from __future__ import annotations

import csv
import re

import pytest

from bot.insight.understanding import report


@pytest.fixture
def given(archive, tmp_path):
    return {"model": str(archive), "folder": str(tmp_path), "title": "Understanding: <b>x</b>", "facts": {"measured on": "x"}}


MESSAGES = [{"text": "充值没到账<script>alert(1)</script>", "accepted": ["deposit"], "id": "1", "group": "plain"},
            {"text": "忘记密码了\ud800", "accepted": ["password", "deposit"], "id": "2", "group": "typo"},
            {"text": "今天天气怎么样", "accepted": ["out_of_scope"], "id": "3", "group": "plain"}]


def test_the_page_holds_its_plots_and_asks_nothing_of_the_network(given, tmp_path):
    summary = report.write({**given, "messages": MESSAGES})
    page = (tmp_path / "report.html").read_text("utf-8")
    assert summary["rows"] == 3
    assert page.count("data:image/png;base64,") == 4
    assert not re.search(r"https?://|<script|<b>", page)
    assert "alert(1)" in page or summary["wrong"] == 0
    rows = list(csv.DictReader((tmp_path / "messages.csv").open(encoding="utf-8")))
    assert [row["id"] for row in rows] == ["1", "2", "3"]


def test_a_cross_validation_has_a_learning_curve_too(given, tmp_path, examples, monkeypatch):
    monkeypatch.setattr(report, "learned", lambda: examples)
    summary = report.write({**given, "messages": None})
    assert summary["rows"] == len(examples)
    assert len(summary["learning_curve"]) > 2
    assert (tmp_path / "learning-curve.png").exists()
