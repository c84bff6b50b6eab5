"""Rasa component around bot/engine/hybrid.py: trains it, keeps it in the model as arrays and JSON, puts its guess into the message.

It says what a message most likely means and how sure that is; whether to act on it is bot/engine/decision.py's.
"""
from __future__ import annotations

import logging
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.calibration import Thresholds
from bot.engine.features import says_something
from bot.engine.fingerprint import code_fingerprint
from bot.engine.hybrid import Guess, HybridModel
from bot.engine.parts import parts
from bot.engine.topics import FIRST, PROBLEMS

logger = logging.getLogger(__name__)

SCORE, DECISION, QUEUED = "score", "decision", "queued"
"""Message properties: 0-1; act, clarify or fallback; further problems in the same message."""
NOTHING = Guess((), 0.0)
CERTAIN = 0.9
"""Confidence from which on part of a message is despair: "急死", torn from the problem it is said of, sounds like it (0.7)."""


def decide(guess: Guess, thresholds: Thresholds) -> str:
    """What to do with a guess: act, clarify or fallback. A safety topic that may be meant is at least asked about."""
    passed_over = guess.heed is not None and guess.heed != guess.ranking[0][0]
    if guess.score < thresholds.clarify:
        return "clarify" if guess.heed is not None and not passed_over else "fallback"
    return "act" if guess.sure >= thresholds.act and not passed_over else "clarify"


def ranked(guess: Guess) -> tuple[tuple[str, float], ...]:
    """The ranking with a heeded safety topic among the first three, which a clarifying question lists."""
    names = [name for name, _ in guess.ranking]
    if guess.heed not in names[3:]:
        return guess.ranking
    others = [one for one in guess.ranking if one[0] != guess.heed]
    return (*others[:2], guess.ranking[names.index(guess.heed)], *others[2:])


def _without(text: str, entities: list[dict[str, Any]]) -> str:
    """The text with its values blanked out."""
    for entity in entities:
        text = text[:entity["start"]] + " " * (entity["end"] - entity["start"]) + text[entity["end"]:]
    return text


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HybridClassifier(GraphComponent, IntentClassifier):
    """Intent, ranking, score and decision of every message; texts that say nothing have none."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: HybridModel | None = None) -> None:
        self._storage, self._resource, self._model = model_storage, resource, model

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> HybridClassifier:
        """An untrained classifier."""
        return cls(model_storage, resource)

    @classmethod
    def load(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> HybridClassifier:
        """The trained classifier, warm: the first message costs what the others cost."""
        with model_storage.read_from(resource) as folder:
            model = HybridModel.load(folder)
        model.guess(["你好 hello"])
        return cls(model_storage, resource, model)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """Changes with the code, so that Rasa's cache never serves a model of older code."""
        return code_fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        """Fits the model and stores it."""
        labelled = [(str(m.get(TEXT)), str(m.get(INTENT))) for m in training_data.intent_examples if m.get(TEXT) and m.get(INTENT)]
        self._model = HybridModel.fit([text for text, _ in labelled], [intent for _, intent in labelled])
        logger.info("Cross-validated on %d examples: %s", len(labelled), self._model.report)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds intent, ranking, score, decision and queued problems to each message."""
        for message in messages:
            if message.get(TEXT) is not None:
                self._understand(message, str(message.get(TEXT)))
        return messages

    def _understand(self, message: Message, text: str) -> None:
        if not says_something(_without(text, message.get(ENTITIES) or [])):  # a bare hash says nothing of what it is about
            self._put(message, NOTHING, "fallback", [])
            return
        pieces = parts(text)
        guesses = self._model.guess([text, *pieces])
        whole, problems = guesses[0], []
        for guess in guesses[1:]:
            topic = guess.ranking[0][0]
            if (topic in PROBLEMS or topic in FIRST and guess.ranking[0][1] >= CERTAIN) and decide(guess, self._model.thresholds) == "act" and topic not in [p.ranking[0][0] for p in problems]:
                problems.append(guess)
        problems.sort(key=lambda guess: (*FIRST, guess.ranking[0][0]).index(guess.ranking[0][0]))  # else as told
        if len(problems) > 1:
            self._put(message, problems[0], "act", [guess.ranking[0][0] for guess in problems[1:]])
        else:
            self._put(message, whole, decide(whole, self._model.thresholds), [])

    @staticmethod
    def _put(message: Message, guess: Guess, decision: str, queued: list[str]) -> None:
        ranking = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence} for name, confidence in ranked(guess)]
        message.set(INTENT, dict(ranking[0]) if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set(SCORE, guess.score, add_to_output=True)
        message.set(DECISION, decision, add_to_output=True)
        message.set(QUEUED, queued, add_to_output=True)
