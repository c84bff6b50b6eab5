"""Pattern files: what they may say, and how a mistake in one is told."""
from __future__ import annotations

import pytest

from bot.engine.entities import Finder, PatternEntityExtractor
from bot.engine.patterns import BadPattern, Patterns, load_patterns


@pytest.fixture
def written(tmp_path):
    """`written(text)`: a pattern file of that text."""
    def one(text):
        path = tmp_path / "things.yml"
        path.write_text(text, "utf-8")
        return [path]
    return one


def test_a_new_name_of_a_coin_is_one_line(written):
    finder = Finder(load_patterns(written("label: coin\nvalues:\n  PEPE: [青蛙币, pepe]\n")))
    assert [entity["value"] for entity in finder.find("买的青蛙币")] == ["PEPE"]


def test_a_pattern_may_mix_words_kinds_and_sets(written):
    patterns = load_patterns(written('label: error_code\nsets:\n  name: [编号, case_no]\npatterns: ["{name} 是|:? {number}"]\n'))
    assert [entity["value"] for entity in Finder(patterns).find("编号是77，case no 78")] == ["77", "78"]


@pytest.mark.parametrize(("text", "reason"), [
    ("label: x\n", "needs `label` and `values` or `patterns`"),
    ("- 1\n", "needs `label`"),
    ("label: [", "is not YAML"),
    ('label: x\npatterns: ["{nubmer} 个"]\n', "pattern '{nubmer} 个': knows no {nubmer}. Use one of"),
])
def test_a_mistake_is_told_with_file_and_remedy(written, text, reason):
    with pytest.raises(BadPattern) as told:
        load_patterns(written(text))
    assert str(told.value).startswith("data/entities/things.yml: ")
    assert reason in str(told.value)


def test_patterns_survive_the_models_storage(written):
    patterns = load_patterns(written('label: coin\nvalues: {BTC: [btc]}\npatterns: ["{coin} 币"]\n'))
    assert Patterns.from_json(patterns.to_json()) == patterns


def test_a_changed_pattern_file_changes_the_models_fingerprint(written, monkeypatch):
    folder = written("label: coin\nvalues: {BTC: [btc]}\n")[0].parent
    monkeypatch.setattr("bot.engine.entities.PATTERNS", folder)
    before = PatternEntityExtractor.fingerprint_addon({})
    assert PatternEntityExtractor.fingerprint_addon({}) == before
    written("label: coin\nvalues: {BTC: [btc, xbt]}\n")
    assert PatternEntityExtractor.fingerprint_addon({}) != before
