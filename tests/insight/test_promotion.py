"""Which of two models serves. How they did on every message is given here; measuring it is the engine's part."""
from __future__ import annotations

from pathlib import Path

import pytest

from bot.home import Home
from bot.insight import promotion
from bot.insight.gate import Measured
from bot.training import KEEP, _forget_old, record_path, serve, serving


def record(right: int, wrong: int = 0) -> Measured:
    return Measured("f", {f"{at:06x}": "right" if at < right else "wrong" for at in range(right + wrong)}, None)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.make()
    return made


@pytest.fixture
def two(home, monkeypatch):
    """An old model that serves and a new one; `two(old, new)` says how they do."""
    old, new = home.models / "aaaa.tar.gz", home.models / "bbbb.tar.gz"
    for path in (old, new):
        path.touch()
    serve(home, old)

    def do(before: Measured | None, after: Measured, accepted: Path | None = None):
        if before:
            before.save(record_path(old))
        monkeypatch.setattr(promotion, "measured", lambda model, cross=True: after)
        monkeypatch.setattr(promotion, "ACCEPTED", accepted or home.path / "none.json")
        return old, new
    return do


def test_the_first_model_serves_without_being_measured(home, monkeypatch):
    monkeypatch.setattr(promotion, "measured", None)
    model = home.models / "aaaa.tar.gz"
    model.touch()
    assert promotion.promote(home, model).promoted
    assert serving(home)[0] == model


def test_a_model_that_is_no_worse_serves(home, two):
    _, new = two(record(990, 10), record(995, 5))
    assert promotion.promote(home, new).promoted
    assert serving(home)[0] == new


def test_a_worse_model_is_kept_aside_and_the_one_before_serves(home, two):
    old, new = two(record(1000), record(950, 50))
    verdict = promotion.promote(home, new)
    assert (verdict.promoted, verdict.model) == (False, old)
    assert verdict.worse
    assert serving(home)[0] == old
    assert new.exists()


def test_a_worse_model_serves_when_it_is_forced(home, two):
    _, new = two(record(1000), record(950, 50))
    assert promotion.promote(home, new, force=True).model == new
    assert serving(home)[0] == new


def test_a_worse_model_serves_with_a_word_where_code_or_rules_changed(home, two, monkeypatch):
    _, new = two(record(1000), record(950, 50))
    monkeypatch.setattr(promotion, "frame", lambda: "another")
    verdict = promotion.promote(home, new)
    assert verdict.promoted
    assert "cannot serve" in verdict.why


def test_where_nothing_is_known_of_the_model_before_the_accepted_record_counts(home, two, tmp_path):
    record(1000).save(tmp_path / "accepted.json")
    _, new = two(None, record(950, 50), tmp_path / "accepted.json")
    assert not promotion.promote(home, new).promoted


def test_the_model_that_serves_is_never_cleared_away(home, two):
    old, _ = two(record(1000), record(1000))
    for number in range(KEEP + 2):
        (home.models / f"c{number}.tar.gz").touch()
    current = home.models / "c0.tar.gz"
    _forget_old(home, current)
    assert old.exists()
    assert current.exists()
    assert len(list(home.models.glob("*.tar.gz"))) == KEEP + 1


def test_a_worse_record_is_accepted_only_by_force(tmp_path, monkeypatch):
    accepted = tmp_path / "accepted.json"
    record(1000).save(accepted)
    monkeypatch.setattr(promotion, "measured", lambda model, cross=True: record(950, 50))
    assert not promotion.accept(Path("x"), accepted=accepted).promoted
    assert Measured.load(accepted) == record(1000)
    assert promotion.accept(Path("x"), force=True, accepted=accepted).promoted
    assert Measured.load(accepted) == record(950, 50)
