"""The planned run of the graph gives what Rasa's own gives."""
from __future__ import annotations

import asyncio

import pytest
from rasa.core.agent import Agent
from rasa.engine.exceptions import GraphComponentException
from rasa.engine.runner.dask import DaskGraphRunner

from bot.engine.decision import Decision
from bot.engine.runner import PlannedRunner, planned
from bot.engine.turns import parse


@pytest.fixture(scope="module")
def two(model) -> tuple[Agent, Agent]:
    """The same model, run by Rasa and by plan."""
    usual, by_plan = Agent.load(str(model)), Agent.load(str(model))
    planned(by_plan)
    assert isinstance(usual.processor.graph_runner, DaskGraphRunner)
    assert isinstance(by_plan.processor.graph_runner, PlannedRunner)
    return usual, by_plan


@pytest.mark.parametrize("text", ["充值 100 USDT 没到账，昨天下午3点转的", "how do I reset my password?", "", "🙂", "提现失败。另外忘记密码了怎么办"])
def test_a_message_is_understood_the_same(two, text):
    usual, by_plan = (asyncio.run(parse(agent, {"text": text, "now": "2026-11-22T02:00:00Z"})) for agent in two)
    assert usual == by_plan


def test_the_next_action_is_the_same(two):
    from rasa.shared.core.events import ActionExecuted, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker
    events = [ActionExecuted("action_listen"), UserUttered("hi", intent={"name": "human_agent", "confidence": 1.0})]
    said = []
    for agent in two:
        tracker = DialogueStateTracker.from_events("t", events, slots=agent.domain.slots)
        said.append(agent.processor._predict_next_with_tracker(tracker).probabilities)
    assert said[0] == said[1]


def test_a_component_that_breaks_is_rasas_own_error(model, monkeypatch):
    def broken(self, messages):
        raise RuntimeError("no")
    monkeypatch.setattr(Decision, "process", broken)
    usual, by_plan = Agent.load(str(model)), Agent.load(str(model))
    planned(by_plan)
    for agent in (usual, by_plan):
        with pytest.raises(GraphComponentException):
            asyncio.run(parse(agent, {"text": "hello"}))
