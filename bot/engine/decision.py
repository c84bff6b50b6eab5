"""Rasa component that turns an unsure guess into `nlu_clarify` or `nlu_fallback`; the candidates stay in the ranking."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from bot.dialogue.expect import ALARM
from bot.dialogue.match import harmed, plainly_harmed, wants_person
from bot.engine.classifier import DECISION, SCORE
from bot.engine.topics import PROBLEMS

INTENTS = {"clarify": "nlu_clarify", "fallback": "nlu_fallback"}
CHANNEL_CHECK = "official_channel_check"
MOST_LIKELY = 3
"""Topics of an unsure guess that a question lists."""


def alarming(text: str, decision: str | None, likely: Sequence[str]) -> bool:
    """Whether a message tells of a fraud with the harm it did: no guess may warn of what is done already. `likely`: topics, the likeliest first."""
    if plainly_harmed(text):
        return True
    about = {"act": likely[:1], "clarify": likely[:MOST_LIKELY]}.get(decision or "", ())
    return bool({ALARM, CHANNEL_CHECK} & set(about)) and harmed(text)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class Decision(GraphComponent, IntentClassifier):
    """Needs HybridClassifier before it, which fits the thresholds."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> Decision:
        """Holds nothing."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Replaces the intent of messages that are not to be acted upon."""
        for message in messages:
            if alarming(str(message.get(TEXT) or ""), message.get(DECISION), [one[INTENT_NAME_KEY] for one in message.get(INTENT_RANKING_KEY) or ()]):
                message.set(INTENT, {INTENT_NAME_KEY: ALARM, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
                message.set(DECISION, "act", add_to_output=True)
                continue
            if (message.get(INTENT) or {}).get(INTENT_NAME_KEY) in PROBLEMS and wants_person(str(message.get(TEXT))):
                message.set(INTENT, {INTENT_NAME_KEY: "human_agent", PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)  # the problem stays first in the ranking
                message.set(DECISION, "act", add_to_output=True)
                continue
            intent = INTENTS.get(message.get(DECISION))
            if intent:
                message.set(INTENT, {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: message.get(SCORE)}, add_to_output=True)
        return messages
