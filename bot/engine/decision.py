"""Rasa component that turns an unsure guess into `nlu_clarify` or `nlu_fallback`; the candidates stay in the ranking."""
from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

from bot.engine.classifier import DECISION, SCORE

INTENTS = {"clarify": "nlu_clarify", "fallback": "nlu_fallback"}


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
            intent = INTENTS.get(message.get(DECISION))
            if intent:
                message.set(INTENT, {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: message.get(SCORE)}, add_to_output=True)
        return messages
