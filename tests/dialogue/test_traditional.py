"""Who reads 繁體 and types what he sees, or says it as people in Taiwan and Hong Kong do, is understood like everybody else."""
from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import load
from bot.conversations.language import to_traditional
from bot.dialogue import state as states
from bot.dialogue.expect import expect
from bot.dialogue.match import match
from bot.dialogue.model import Ask

CONTENT = load(Path(__file__).parents[2])
QUESTIONS = [(flow.name, step.name) for flow in CONTENT.flows.values() for step in flow.steps.values() if isinstance(step, Ask) and step.choices]


@pytest.mark.parametrize(("flow", "step"), QUESTIONS, ids=[".".join(pair) for pair in QUESTIONS])
def test_a_button_or_word_written_as_it_is_shown_picks_its_answer(flow: str, step: str) -> None:
    asked = expect(CONTENT, {"flow": states.frame(flow, step)})
    for choice in CONTENT.flows[flow].steps[step].choices:
        for said in (choice.label.zh, *choice.words.zh):
            plain, shown = match(asked, said), match(asked, to_traditional(said))
            assert (shown and shown.choice) == (plain and plain.choice), said


@pytest.mark.parametrize(("flow", "step", "said", "choice"), [
    ("withdrawal_failed_or_pending", "status", "提領顯示稽核中", "processing"),
    ("withdrawal_failed_or_pending", "status", "唔係我操作㗎", "not_me"),
    ("login_other", "which", "收唔到驗證碼", "no_code"),
    ("login_other", "code_kind", "手機簡訊", "sms"),
    ("deposit_missing", "hash", "記錄裡冇雜湊", "none"),
    ("two_factor_problem", "no_code_next", "手機沒訊號了", "sim"),
])
def test_words_of_taiwan_and_hong_kong_are_understood(flow: str, step: str, said: str, choice: str) -> None:
    asked = expect(CONTENT, {"flow": states.frame(flow, step)})
    pick = match(asked, said)
    assert pick
    assert pick.choice == f"{step}.{choice}"
