"""Every intent in every stage, whatever stage the action leaves: one rule answers, once."""
from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.engine import topics
from bot.engine.turns import turn

STAGES = {
    "nothing open": {},
    "asking": {"slots": {"flow_stage": "asking"}},
    "solved": {"slots": {"flow_stage": "solved"}},
    "ticket form": {"slots": {"flow_stage": "handoff"}, "loop": "ticket_form", "requested_slot": "ticket_answer"},
}
LEAVES = (None, "asking", "solved", "handoff", "keep")
RESERVED = {"back", "restart", "session_start"}
INTENTS = sorted({*topics.PROBLEMS, *topics.KNOWLEDGE, *topics.CHAT, *topics.MOVES, topics.OUTSIDE, *topics.SET_BY_PIPELINE})
SWALLOWED = {"affirm", "deny", "inform", "nlu_clarify", "nlu_fallback", "out_of_scope"}
FIRST = {
    **dict.fromkeys(topics.PROBLEMS, "action_flow_start"), **dict.fromkeys((*topics.KNOWLEDGE, *topics.CHAT, "distress"), "action_card"),
    "go_back": "action_flow_back", "start_over": "action_flow_restart", "stop_cancel": "action_flow_stop", "human_agent": "action_human",
    "change_language": "action_language", "nlu_clarify": "action_clarify", "nlu_fallback": "action_fallback", "out_of_scope": "action_fallback",
    **dict.fromkeys(("choose", "inform", "affirm", "deny", "feedback_resolved", "feedback_unresolved"), "action_choose"),
}
IN_A_FLOW = {**FIRST, **dict.fromkeys({*SWALLOWED, "choose", "feedback_resolved", "feedback_unresolved"}, "action_flow_answer")}
IN_THE_FORM = {**FIRST, **dict.fromkeys(SWALLOWED, "ticket_form"), "human_agent": "action_open_ticket", "stop_cancel": "action_ticket_cancel"}


def cell(agent, intent, stage):
    body = {"turn": "t", "payload": f"/{intent}", "state": STAGES[stage]}
    return asyncio.run(turn(agent, body))


def moves(answer):
    return [action for action in answer["actions"] if action != "action_deactivate_loop"]


def test_the_matrix_covers_every_intent_of_the_trained_domain(agent):
    assert set(agent.domain.intents) - RESERVED == set(INTENTS)


@pytest.mark.parametrize("leaves", LEAVES, ids=lambda stage: f"leaves-{stage}")
@pytest.mark.parametrize("stage", STAGES)
def test_every_intent_is_answered_once_by_the_action_meant_for_it(agent, actions, stage, leaves):
    expected = {"asking": IN_A_FLOW, "ticket form": IN_THE_FORM}.get(stage, FIRST)
    for intent in INTENTS:
        actions.stage, actions.missing = leaves, 2
        answer = cell(agent, intent, stage)
        ran = moves(answer)
        assert ran[0] == expected[intent], (intent, ran)
        assert max(Counter(ran).values()) == 1, (intent, ran)
        spoken = [message["text"].partition("\n")[0] for message in answer["messages"]]
        assert spoken, (intent, ran)
        assert max(Counter(spoken).values()) == 1, (intent, spoken)


@pytest.mark.parametrize("stage", STAGES)
def test_a_hand_off_opens_the_ticket_form_which_asks(agent, actions, stage):
    for intent in set(INTENTS) - {"stop_cancel", "human_agent", "distress"} - set(topics.KNOWLEDGE) - set(topics.CHAT):
        actions.stage, actions.missing = "handoff", 2
        answer = cell(agent, intent, stage)
        assert answer["state"]["loop"] == "ticket_form", (intent, answer["actions"])
        assert answer["state"]["requested_slot"] == "ticket_answer"
        assert answer["messages"][-1]["text"].startswith("action_ask_ticket_answer"), (intent, answer["messages"])


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != "ticket form"])
def test_a_hand_off_with_nothing_to_ask_opens_the_ticket_at_once(agent, actions, stage):
    for intent in ("deposit_missing", "choose", "nlu_fallback", "go_back", "human_agent", "distress"):
        actions.stage, actions.missing = "handoff", 0
        answer = cell(agent, intent, stage)
        assert moves(answer)[-2:] == ["ticket_form", "action_open_ticket"], (intent, answer["actions"])
        assert answer["state"] == {"slots": {"dialogue": {"turn": "t"}}, "loop": None, "requested_slot": None}


@pytest.mark.parametrize("left", [None, "asking", "solved"])
def test_an_action_that_leaves_the_ticket_form_closes_it(agent, actions, left):
    for intent in ("go_back", "start_over", "choose", "feedback_resolved", "order_not_filled"):
        actions.stage, actions.missing = left, 2
        answer = cell(agent, intent, "ticket form")
        assert answer["state"]["loop"] is None, (intent, answer["actions"])
        assert answer["state"]["slots"].get("flow_stage") == left


def test_a_question_in_a_flow_is_answered_and_the_flow_goes_on(agent, actions):
    actions.stage = "asking"
    assert moves(cell(agent, "concept_kyc", "asking")) == ["action_card"]


def test_a_question_in_the_ticket_form_is_answered_and_the_form_asks_again(agent, actions):
    actions.missing = 1
    answer = cell(agent, "concept_kyc", "ticket form")
    assert [message["text"].partition("\n")[0] for message in answer["messages"]] == ["action_card", "action_ask_ticket_answer"]
    assert answer["state"]["loop"] == "ticket_form"


def test_the_last_answer_of_the_ticket_form_opens_the_ticket(agent, actions):
    actions.missing = 1
    answer = cell(agent, "inform", "ticket form")
    assert moves(answer) == ["ticket_form", "action_open_ticket"]
    assert answer["state"]["loop"] is None


def test_asking_for_a_person_in_the_ticket_form_opens_the_ticket_as_it_is(agent, actions):
    actions.missing = 3
    answer = cell(agent, "human_agent", "ticket form")
    assert moves(answer) == ["action_open_ticket"]
    assert answer["state"]["loop"] is None
