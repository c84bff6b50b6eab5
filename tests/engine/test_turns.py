"""The engine keeps nothing: everything a turn needs comes with it and goes back with the answer."""
from __future__ import annotations

import asyncio

import pytest

from bot.engine.remote_action import TurnFailed
from bot.engine.turns import BadRequest, turn

ASKING = {"slots": {"flow_stage": "asking", "dialogue": {"flow": {"name": "deposit_missing"}}}, "loop": None, "requested_slot": None}


def test_state_comes_with_the_turn_and_goes_back_changed(play, actions):
    actions.stage = "asking"
    answer = play(turn="c:7", text="充值没到账")
    assert answer["turn"] == "c:7"
    assert answer["intent"] == "deposit_missing"
    assert answer["actions"] == ["action_flow_start"]
    assert answer["state"] == {"slots": {"flow_stage": "asking", "dialogue": {"turn": "c:7"}}, "loop": None, "requested_slot": None}


def test_actions_get_the_slots_of_the_request_and_the_turns_id(play, actions):
    play(turn="c:8", text="是的", state=ASKING)
    call = actions.calls[-1]
    assert call["next_action"] == "action_flow_answer"
    assert call["sender_id"] == "c:8"
    assert call["tracker"]["slots"]["dialogue"] == ASKING["slots"]["dialogue"]
    assert call["tracker"]["latest_message"]["text"] == "是的"


def test_nothing_is_remembered_between_turns(play, actions):
    actions.stage = "asking"
    play(text="充值没到账")
    actions.stage = "keep"
    assert play(payload="/affirm")["actions"] == ["action_choose"]


def test_the_two_hundredth_turn_is_like_the_first(play, actions):
    first = play(turn="t", text="充值没到账", state=ASKING)
    for _ in range(198):
        play(turn="t", payload="/affirm", state=ASKING)
    assert play(turn="t", text="充值没到账", state=ASKING) == first
    assert all(len(call["tracker"]["events"]) < 20 for call in actions.calls)


def test_turns_at_once_do_not_mix(agent):
    async def many():
        bodies = [{"turn": f"c{i}:1", "payload": "/affirm", "state": {"slots": {"dialogue": {"n": i}, **({"flow_stage": "asking"} if i % 2 else {})}}}
                  for i in range(20)]
        return await asyncio.gather(*(turn(agent, body) for body in bodies))

    for i, answer in enumerate(asyncio.run(many())):
        assert answer["turn"] == f"c{i}:1"
        assert answer["actions"] == ["action_flow_answer" if i % 2 else "action_choose"]
        assert answer["messages"][0]["text"].endswith(f"for c{i}:1")
        assert answer["state"]["slots"]["dialogue"] == {"turn": f"c{i}:1"}


def test_two_turns_of_one_id_at_once_are_both_answered(agent):
    async def both():
        return await asyncio.gather(*(turn(agent, {"turn": "same", "payload": "/greet"}) for _ in range(2)))

    assert [answer["actions"] for answer in asyncio.run(both())] == [["action_card"], ["action_card"]]


def test_a_message_with_a_blank_line_stays_one_message_with_its_buttons(play):
    assert play(turn="x", payload="/greet")["messages"] == [{"text": "action_card\n\nfor x", "buttons": [{"title": "ok", "payload": "/affirm"}]}]


@pytest.mark.parametrize("typed", ["/restart", "／restart", "\u200b/human_agent", ' /choose{"choice":"a.b"}', "//back"])
def test_typed_text_is_never_a_command(play, typed):
    answer = play(text=typed)
    assert answer["intent"] != "choose"
    assert answer["confidence"] < 1 or answer["ranking"]
    assert "action_restart" not in answer["actions"]


@pytest.mark.parametrize(("payload", "named"), [
    ('/choose{"choice":"origin.onchain"}', ("choice", "origin.onchain")), ('/choose{"topic":"deposit_missing"}', ("topic", "deposit_missing")),
    ('/choose{"offer":"resume"}', ("offer", "resume")), ('/change_language{"language":"traditional"}', ("language", "traditional")),
])
def test_a_payload_carries_what_it_names(play, actions, payload, named):
    play(payload=payload, state=ASKING)
    entities = actions.calls[-1]["tracker"]["latest_message"]["entities"]
    assert [(entity["entity"], entity["value"]) for entity in entities] == [named]


def test_a_failed_action_ends_the_turn_at_once_without_the_text(play, actions):
    actions.fail = "action_flow_start"
    with pytest.raises(TurnFailed) as failed:
        play(text="充值没到账 秘密")
    assert "秘密" not in str(failed.value)
    assert [call["next_action"] for call in actions.calls] == ["action_flow_start"]


def test_an_answer_outside_the_action_protocol_is_a_failed_turn(play, actions, monkeypatch):
    async def odd(*args, **kwargs):
        return {"events": [{"event": "slot", "value": 3}], "responses": []}

    monkeypatch.setattr(actions, "request", odd)
    with pytest.raises(TurnFailed, match="ValidationError"):
        play(text="充值没到账")


@pytest.mark.parametrize("body", [{"text": None}, {"text": 3}, {"payload": "affirm"}, {"text": "a", "state": [1]}, {"text": "a", "expect": "x"}, {"turn": "", "text": "a"}])
def test_what_the_contract_does_not_allow_is_refused(play, body):
    with pytest.raises(BadRequest):
        play(**body)
