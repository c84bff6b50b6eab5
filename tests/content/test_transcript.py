from __future__ import annotations

import pytest

from bot.content import ContentErrors, load
from bot.content.transcript import play, pressed, read


def written(root, text: str):
    path = root / "tests/flows/x.yml"
    path.write_text(text, "utf-8")
    return read(path, "tests/flows/x.yml")


@pytest.mark.parametrize(("expected", "says"), [
    ("{step: nowhere}", "step is now, expected nowhere"), ("{stage: handoff}", "stage is asking"), ("{says: [没有这句]}", "does not say"), ("{not_says: [资金账户]}", "says '资金账户'"),
    ("{buttons: [没有这个]}", "has no button"), ("{fields: {coin: BTC}}", "field coin is None, expected 'BTC'"), ("{outcome: solved}", "outcome is none, expected solved"),
])
def test_what_goes_otherwise_than_written_is_named(root, expected, says):
    transcript, = written(root, f"- id: x\n  turns:\n  - user: 充值没到账\n    intent: deposit_missing\n    expect: {expected}\n")
    wrong = play(load(root), transcript)
    assert len(wrong) == 1
    assert wrong[0].startswith("tests/flows/x.yml: x, turn 1: ")
    assert says in wrong[0]


def test_a_button_that_is_not_there_is_named(root):
    transcript, = written(root, "- id: x\n  turns:\n  - press: 好了\n")
    assert "no button '好了'" in play(load(root), transcript)[0]


@pytest.mark.parametrize("text", ["- turns: []\n", "x: 1\n", "- id: x\n  turns:\n  - say: hello\n", "- id: x\n  turns:\n  - user: a\n    expect: {stepp: b}\n"])
def test_a_transcript_of_the_wrong_shape_is_refused(root, text):
    with pytest.raises(ContentErrors):
        written(root, text)


def test_a_payload_means_what_its_button_meant():
    assert pressed('/choose{"choice":"a.?skip"}').choice == "a.?skip"
    assert pressed('/choose{"topic":"deposit_missing"}').topic == "deposit_missing"
    assert pressed("/human_agent").intent == "human_agent"
