"""A model is called worse when the messages that changed leave no doubt, and not by accident."""
from __future__ import annotations

import math

import pytest

from bot.insight.gate import Measured, compare, interval


def measured(**outcomes: int) -> Measured:
    """So many messages of each outcome, in the order given."""
    names = [name for name, count in outcomes.items() for _ in range(count)]
    return Measured("f", {f"{at:06x}": name for at, name in enumerate(names)}, None)


def test_the_interval_is_clopper_and_pearsons():
    # R: binom.test(1, 10)$conf.int is 0.002528579 0.445016117; binom.test(0, 5): 0 0.5218238
    assert interval(1, 9, 100) == pytest.approx((10 * (2 * 0.002528579 - 1) / 100, 10 * (2 * 0.445016117 - 1) / 100), abs=1e-8)
    assert interval(0, 5, 100) == pytest.approx((-0.05, 5 * (2 * 0.5218238 - 1) / 100), abs=1e-8)
    assert interval(9, 1, 100) == pytest.approx(tuple(-end for end in reversed(interval(1, 9, 100))))


def test_nothing_changed_is_no_change():
    assert interval(0, 0, 100) == (0, 0)
    assert not any(one.worse for one in compare(measured(right=500), measured(right=500)))


def test_the_interval_stays_finite_for_many_changes():
    low, high = interval(1500, 1600, 12_000)
    assert low < -100 / 12_000 < high
    assert math.isfinite(low)
    assert math.isfinite(high)


def test_a_few_lost_messages_are_chance_and_many_are_not():
    before = measured(right=600)
    assert not any(one.worse for one in compare(before, measured(right=595, missed=5)))
    assert [one.check for one in compare(before, measured(right=592, missed=8)) if one.worse] == ["answered rightly at once or by one question"]


def test_acting_wrongly_more_often_is_worse_even_where_as_many_are_helped():
    found = compare(measured(missed=20, right=500), measured(wrong=20, right=500))
    assert [one.check for one in found if one.worse] == ["not acted upon wrongly"]


def test_being_asked_instead_of_answered_at_once_is_not_worse():
    assert not any(one.worse for one in compare(measured(right=500), measured(asked=200, right=300)))


def test_messages_that_only_one_model_was_asked_do_not_count():
    after = measured(right=500)
    after = Measured("g", {**after.heldout, **{f"f{at:05x}": "missed" for at in range(300)}}, None)
    assert {one.messages for one in compare(measured(right=500), after)} == {500}


def test_too_few_messages_in_common_are_no_comparison():
    assert compare(measured(right=50), measured(missed=50)) == []


def test_a_record_comes_back_from_its_file(tmp_path):
    before = Measured("abc", {"000001": "right", "00000a": "wrong", "00000b": "right"}, {"0000ff": "asked"})
    before.save(tmp_path / "x.json")
    assert Measured.load(tmp_path / "x.json") == before
    assert Measured.load(tmp_path / "none.json") is None
    (tmp_path / "x.json").write_text("[]")
    assert Measured.load(tmp_path / "x.json") is None
