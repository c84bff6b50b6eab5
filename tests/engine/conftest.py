"""A model trained once from a small part of the examples, and the app's actions as a stub: routing and state need no more."""
from __future__ import annotations

import asyncio
import json
import logging
import shutil
from pathlib import Path

import pytest
import structlog
import yaml
from rasa.utils.endpoints import EndpointConfig

from bot.home import ROOT

PER_FILE = 12
"""Examples of each topic and language that the test model learns."""


@pytest.fixture(scope="session", autouse=True)
def quiet():
    """Rasa logs a line for every step below warnings."""
    logging.getLogger("rasa").setLevel(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def small_data(folder: Path) -> Path:
    """A data folder with the rules and the first examples of every topic."""
    shutil.copytree(ROOT / "data" / "rules", folder / "rules")
    for path in (ROOT / "data" / "nlu").glob("*/*.yml"):
        parts = []
        for part in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = [line for line in part["examples"].splitlines() if line.strip()][:PER_FILE]
            parts.append({"intent": part["intent"], "examples": "\n".join(lines) + "\n"})
        target = folder / "nlu" / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yaml.safe_dump({"version": "3.1", "nlu": parts}, allow_unicode=True), "utf-8")
    return folder


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> Path:
    """The path of a trained model."""
    from rasa.model_training import train
    folder = tmp_path_factory.mktemp("engine")
    data = small_data(folder / "data")
    result = train(domain=str(ROOT / "domain.yml"), config=str(ROOT / "config.yml"), training_files=[str(data)], output=str(folder),
                   fixed_model_name="model", force_training=True)
    assert result.code == 0
    return Path(result.model)


class StubActions(EndpointConfig):
    """Answers in the action protocol: every action says its name and leaves the stage it is told to leave.

    `missing` is how many questions the ticket form has still to ask; an answer takes one away.
    """

    def __init__(self):
        super().__init__(url="stub", enable_selective_domain=True)
        self.stage, self.missing, self.fail, self.calls = "keep", 0, None, []

    async def request(self, method="post", **kwargs):
        call = json.loads(json.dumps(kwargs["json"]))
        name, slots = call["next_action"], call["tracker"]["slots"]
        self.calls.append(call)
        await asyncio.sleep(0)
        if name == self.fail:
            raise ValueError(f"failed on: {call['tracker']['latest_message']['text']}")
        if name == "validate_ticket_form":
            answered = [event for event in call["tracker"]["events"][-3:] if event.get("event") == "slot" and event.get("name") == "ticket_answer"]
            self.missing -= bool(answered and answered[-1]["value"])
            return {"events": [{"event": "slot", "name": "ticket_answer", "value": None},
                               {"event": "slot", "name": "requested_slot", "value": "ticket_answer" if self.missing > 0 else None}] if answered else
                              [{"event": "slot", "name": "requested_slot", "value": "ticket_answer" if self.missing > 0 else None}], "responses": []}
        events = []
        if name not in ("action_card", "action_ask_ticket_answer"):
            stage = {"action_open_ticket": None, "action_ticket_cancel": None, "action_human": "handoff"}.get(name, self.stage)
            stage = slots["flow_stage"] if stage == "keep" else stage
            events.append({"event": "slot", "name": "flow_stage", "value": stage})
            events.append({"event": "slot", "name": "dialogue", "value": {"turn": call["sender_id"]}})
        return {"events": events, "responses": [{"text": f"{name}\n\nfor {call['sender_id']}", "buttons": [{"title": "ok", "payload": "/affirm"}]}]}


@pytest.fixture(scope="session")
def loaded(model):
    """An agent as `rasa run` with bot/engine/endpoints.yml makes one, but for the actions."""
    from rasa.core.agent import Agent

    from bot.engine.tracker_store import RequestTrackerStore
    actions = StubActions()
    agent = Agent.load(str(model), action_endpoint=actions, tracker_store=RequestTrackerStore(None))
    return agent, actions


@pytest.fixture
def actions(loaded) -> StubActions:
    """The stub behind the agent, as new."""
    loaded[1].__init__()
    return loaded[1]


@pytest.fixture
def agent(loaded, actions):
    """The agent, with fresh actions."""
    return loaded[0]


@pytest.fixture
def play(agent):
    """`play(body)`: the answer to one turn."""
    from bot.engine.turns import turn

    def one(**body):
        return asyncio.run(turn(agent, {"turn": "t", "timezone": "Asia/Shanghai", "now": "2026-11-22T02:00:00Z", **body}))
    return one


@pytest.fixture
def understand(agent):
    """`understand(text, ...)`: the answer to one parse."""
    from bot.engine.turns import parse

    def one(text, **body):
        return asyncio.run(parse(agent, {"text": text, "timezone": "Asia/Shanghai", "now": "2026-11-22T02:00:00Z", **body}))
    return one
