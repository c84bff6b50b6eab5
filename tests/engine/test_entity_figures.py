"""How well values are found over a table of messages written for it: `entity=value|...` in the order of the text."""
from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from bot.engine.entities import Finder
from bot.engine.fingerprint import PATTERNS
from bot.engine.patterns import load_patterns
from bot.engine.request import Request, moment, serving

ROWS = list(csv.DictReader((Path(__file__).parent / "entities.csv").open(encoding="utf-8", newline="")))
NOW = moment("2026-11-22T10:00:00+08:00", "Asia/Shanghai")
COINS = ["BTC", "ETH", "USDT", "USDC", "TRX", "BNB", "SOL", "XRP", "DOGE", "LTC"]
AT_LEAST = 0.97


@pytest.fixture(scope="module")
def figures():
    finder = Finder(load_patterns(PATTERNS.glob("*.yml"), COINS))
    both, wrong = 0, []
    given = found = 0
    for row in ROWS:
        with serving(Request(now=NOW)):
            got = Counter(f"{one['entity']}={one['value']}" for one in finder.find(row["text"]))
        want = Counter(filter(None, row["expected"].split("|")))
        both, given, found = both + sum((got & want).values()), given + sum(want.values()), found + sum(got.values())
        if got != want:
            wrong.append(f"{row['text']}: found {dict(got - want)}, missed {dict(want - got)}")
    return 2 * both / (given + found), wrong


def test_the_table_is_large_enough():
    assert len(ROWS) >= 120


def test_values_are_found_and_nothing_else(figures):
    score, wrong = figures
    assert score >= AT_LEAST, "\n".join(wrong)
