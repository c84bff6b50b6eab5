from __future__ import annotations

import pytest

from bot.content import load
from bot.content.check import check
from bot.content.scaffold import ScaffoldError, new_flow
from bot.content.transcript import play, read


@pytest.mark.parametrize("name", ["card_payment_failed", "x1", "a_very_long_name_of_a_flow_that_is_still"])
def test_a_new_flow_is_sound_and_its_conversations_go_as_written(root, name):
    written = new_flow(root, name)
    assert [p.relative_to(root).as_posix() for p in written] == [f"data/flows/{name}.yml", f"tests/flows/{name}.yml", f"data/nlu/zh/{name}.yml", f"data/nlu/en/{name}.yml"]
    assert [str(p) for p in check(root)] == []
    content = load(root)
    transcripts = read(root / "tests/flows" / f"{name}.yml", name)
    assert transcripts
    assert [fault for t in transcripts for fault in play(content, t)] == []


@pytest.mark.parametrize("name", ["", "Card", "card-payment", "1card", "card payment", "../card", "карта", "a" * 60, "a__b"])
def test_a_bad_name_is_refused_and_nothing_written(root, name):
    before = sorted(root.rglob("*"))
    with pytest.raises(ScaffoldError, match="lower case"):
        new_flow(root, name)
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("name", ["deposit_missing", "greet", "concept_kyc"])
def test_a_name_that_is_taken_is_refused(root, name):
    with pytest.raises(ScaffoldError, match="exists already"):
        new_flow(root, name)
