"""Priorities come from facts, with reasons."""
from __future__ import annotations

import pytest

from bot.config import ROOT
from bot.content import load
from bot.desk import priority
from bot.dialogue.model import End

HASH = {"tx_hash": {"value": "a" * 64}}


@pytest.mark.parametrize(("facts", "fields", "level"), [
    (["account_taken_over"], {}, "urgent"),
    (["money_missing", "asked_for_person"], HASH, "high"),
    (["money_missing", "asked_for_person"], {}, "normal"),
    (["money_missing"], {"tx_hash": {"value": None, "declined": True}}, "normal"),
    (["login_blocked"], {}, "normal"),
    (["withdrawals_held"], {}, "normal"),
    (["withdrawals_held", "funds_at_risk"], {}, "high"),
    (["withdrawal_held"], HASH, "normal"),
    (["execution_disputed", "display"], {}, "normal"),
    (["display"], {}, "low"),
    (["asked_for_person"], HASH, "normal"),
    (["asked_to_escalate"], {}, "normal"),
    ([], {}, "normal"),
    (["a_fact_nobody_knows"], {}, "normal"),
    (["display", "distress"], {}, "urgent"),
])
def test_the_weightiest_fact_decides(facts, fields, level):
    assert priority.compute(facts, fields).level == level


def test_the_reasons_name_the_weightiest_fact_first_and_each_once():
    found = priority.compute(["asked_for_person", "money_missing", "memo_missing", "money_missing"], HASH)
    assert found.reasons == ("money_missing", "evidence_tx_hash", "memo_missing", "asked_for_person")
    assert found.rank == 1


def test_every_fact_a_flow_hands_over_with_is_known_here():
    named = {fact for flow in load(ROOT).flows.values() for step in flow.steps.values() if isinstance(step, End) for fact in step.facts}
    assert named <= set(priority.FACTS) | set(priority.NEEDS_EVIDENCE)


def test_every_reason_can_be_told_to_an_operator():
    for fact in [*priority.FACTS, *priority.NEEDS_EVIDENCE, "evidence_tx_hash", "no_evidence"]:
        assert priority.explain(fact)
