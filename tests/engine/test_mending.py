"""A misspelt text gets a second reading; one that is spelt as others spell it has none."""
from __future__ import annotations

import pytest

from bot.engine.mending import Mender

TEXTS = [*["i forgot my password", "我忘记密码了", "充值还没到账", "the withdrawal is pending"] * 3, "my balance", "蜜蜂"]


@pytest.fixture(scope="module")
def mender() -> Mender:
    return Mender.fit(TEXTS)


@pytest.mark.parametrize(("typed", "meant"), [
    ("i forgto my password", "i forgot my password"), ("pasword", "password"), ("passsword", "password"), ("withdrowal", "withdrawal"),
    ("我忘记蜜码了", "我忘记密码了"), ("冲直还没到帐", "充值还没到账"), ("forgto 蜜码", "forgot 密码"),
])
def test_a_slip_is_read_as_what_others_write(mender, typed, meant):
    assert mender.mend(typed) == meant


@pytest.mark.parametrize("typed", ["i forgot my password", "我忘记密码了", "蜜蜂", "my balanec", "sword", "天气", "", "xyz", "充"])
def test_what_is_known_or_like_nothing_known_stays(mender, typed):
    assert mender.mend(typed) == typed


def test_it_is_the_same_made_again_from_what_is_stored(mender):
    assert Mender(mender.words, mender.pairs).mend("我忘记蜜码了 forgto") == "我忘记密码了 forgot"


def test_a_huge_word_and_a_long_text_are_left_alone(mender):
    assert mender.mend("a" * 200) == "a" * 200
    assert mender.mend("forgto " * 50) == "forgto " * 50
