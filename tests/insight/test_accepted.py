"""The committed examples and code understand no worse than what was accepted before (tests/understanding/accepted.json)."""
from __future__ import annotations

import pytest

from bot.commands.train import train
from bot.home import Home
from bot.insight import promotion
from bot.insight.gate import SOURCES, Measured, compare


@pytest.mark.timeout(600)  # trains where nobody has yet
def test_messages_are_understood_no_worse_than_accepted() -> None:
    accepted = Measured.load(promotion.ACCEPTED)
    assert accepted, "tests/understanding/accepted.json is missing: `bot eval --accept` writes it"
    found = compare(accepted, promotion.measured(train(Home.from_environment())))
    assert {one.source for one in found} == set(SOURCES), "too few messages in common with the accepted record: look at them, then `bot eval --accept`"
    worse = [str(one) for one in found if one.worse]
    assert worse == [], "understanding became worse; mend that, or if it is meant: `bot eval --accept --force`"
