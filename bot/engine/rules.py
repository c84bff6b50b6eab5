"""The rules that are the same for every topic and every action, as data for Rasa's story reader; the named ones are in data/rules.

A topic's rule says which action runs. What follows an action depends on the stage it leaves the flow in, and on nothing else:
a hand-off opens the ticket form, anything else waits for the user.
"""
from __future__ import annotations

from collections.abc import Iterable

FORM = "ticket_form"
STAGES = (None, "asking", "solved", "handoff")
ANSWERS = "action_card"
"""Answers without moving anything: it leaves the stage as it is, so that rules can go on after it."""
FORM_HELPERS = frozenset({"validate_ticket_form", "action_ask_ticket_answer"})
"""Actions that only the form itself calls."""


def topic_rules(problems: Iterable[str], cards: Iterable[str]) -> list[dict]:
    """Rules that lead problem intents to flows and card intents to their answers."""
    problems, cards = _either(problems), _either(cards)
    return [
        _rule("A problem starts its flow, or offers to switch to it", [problems, _action("action_flow_start")]),
        _rule("A problem named while filling in the ticket is heard, then the form goes on",
              [problems, _action("action_deactivate_loop"), {"active_loop": None}, _action("action_flow_start")],
              [{"active_loop": FORM}]),
        {"rule": "A question is answered", "steps": [cards, _action(ANSWERS)]},
    ]


def outcome_rules(actions: Iterable[str]) -> list[dict]:
    """Rules for what follows each of the domain's actions, in each stage it may leave."""
    made = []
    for action in sorted(set(actions) - FORM_HELPERS - {ANSWERS}):
        for stage in STAGES:
            steps = [_action(action), _stage(stage)]
            if stage == "handoff":
                steps += [_action(FORM), {"active_loop": FORM}]
            made.append({"rule": f"After {action}, stage {stage or 'none'}", "steps": steps})
    return made


def _rule(name: str, steps: list[dict], condition: list[dict] | None = None) -> dict:
    rule = {"rule": name, "steps": steps, "wait_for_user_input": False}
    return {**rule, "condition": condition} if condition else rule


def _either(intents: Iterable[str]) -> dict:
    return {"or": [{"intent": intent} for intent in sorted(set(intents))]}


def _action(name: str) -> dict:
    return {"action": name}


def _stage(stage: str | None) -> dict:
    return {"slot_was_set": [{"flow_stage": stage}]}
