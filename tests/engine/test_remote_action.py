"""Calling the app's actions: in a turn a failure ends it, in plain `rasa shell` it is told."""
from __future__ import annotations

import asyncio

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import CollectingOutputChannel
from rasa.core.nlg import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.engine import remote_action
from bot.engine.request import Request, moment, serving

NOBODY = EndpointConfig(url="http://127.0.0.1:9/webhook")


def call(output):
    tracker = DialogueStateTracker.from_events("me", [])
    return asyncio.run(RemoteAction("action_card", NOBODY).run(output, TemplatedNaturalLanguageGenerator({}), tracker, Domain.empty()))


def test_in_the_shell_a_missing_app_is_told_with_what_to_start():
    output = CollectingOutputChannel()
    assert call(output) == []
    assert output.messages[0]["text"].startswith("[action_card] Actions run in the app, which is not there (ClientConnectorError). Start all of it with `make run`")


def test_in_a_turn_it_ends_the_turn():
    with serving(Request(now=moment(None, None))), pytest.raises(remote_action.TurnFailed) as failed:
        call(CollectingOutputChannel())
    assert failed.value.action == "action_card"


def test_the_answers_schema_is_read_once_and_still_checked(monkeypatch):
    action = RemoteAction("action_card", NOBODY)
    assert action._validate_action_result({"events": [{"event": "slot", "name": "x", "value": 1}], "responses": []})
    monkeypatch.setattr(RemoteAction, "action_response_format_spec", staticmethod(lambda: pytest.fail("read again")))
    assert action._validate_action_result({"events": [], "responses": []})
    with pytest.raises(Exception, match="is not of type"):
        action._validate_action_result({"events": "none"})
