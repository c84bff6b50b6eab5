"""Rasa component that reads a message as the answer to the question the bot just asked; the matching itself is bot.dialogue's.

`expect` comes with the request (docs/architecture.md, Engine HTTP). Where it fits, the intent becomes `choose` (with an entity
`choice` = step.choice) or `inform`. Topics of safety that the classifier is sure of are never overruled.
"""
from __future__ import annotations

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

from bot.dialogue import lexicon
from bot.dialogue.match import Pick, leaves, match, over
from bot.dialogue.model import SKIP, UNSURE
from bot.engine.classifier import DECISION
from bot.engine.request import current
from bot.engine.topics import CHAT, KNOWLEDGE, MOVES, PROBLEMS, SAFETY
from bot.text import plain

SURE_ELSEWHERE = frozenset({*PROBLEMS, *KNOWLEDGE, *CHAT, *MOVES}) - {"affirm", "deny", "inform", "choose", "feedback_resolved", "feedback_unresolved"}
"""Intents that a loosely matched answer does not overrule: the user asked for something else."""
LOOSE = frozenset({"hedge", "aside"})
"""Ways of matching that only say that the text touches the question."""

MOST_LEAVING = 40
"""Characters of a message that leaves a ticket while it is filled in; longer ones tell of the problem."""
MOST_BESIDE_SKIP = 6
"""Latin letters (a Han character counts as two) beside "forgot": more of them say what was forgotten."""


def overrules(pick: Pick, text: str, intent: str | None, decision: str | None, wanted_kind: str | None) -> bool:
    """Whether the answer counts for more than what the classifier made of the text."""
    if pick.by == "aside" and intent == "feedback_resolved":
        return False  # "it has just unlocked itself" is more than a time
    if decision != "act" or pick.by == "label":
        return True  # a label is the bot's own wording: nobody who types "跳过" is in despair
    if pick.by in ("admitted", "unharmed"):
        return intent != "distress"
    if intent in SAFETY:
        return False
    if str(intent).startswith("concept_") and (pick.choice or "").endswith(UNSURE):
        return False  # "KYC是什么意思？" asks about KYC, not about the question
    if intent in PROBLEMS and (pick.choice or "").endswith((SKIP, UNSURE)) and pick.by == "word" and _says_more(text):
        return False  # "I forgot my password too" names a problem; "I forgot" skips the question
    if intent in SURE_ELSEWHERE:
        return pick.by not in LOOSE and not (pick.by == "value" and wanted_kind == "text")
    return True


def _says_more(text: str) -> bool:
    rest = lexicon.UNSURE.sub("", lexicon.SKIP.sub("", text.lower()))
    return sum(2 if char > "\u2fff" else 1 for char in rest if char.isalpha()) > MOST_BESIDE_SKIP


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class StepAnswer(GraphComponent, IntentClassifier):
    """Last in the pipeline: it wants the entities and the decided intent."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> StepAnswer:
        """Holds nothing."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Overrules the intent of a message that answers the open question."""
        request = current()
        if request and request.expect:
            for message in messages:
                if message.get(TEXT):
                    self._answer(message, request.expect)
        return messages

    @staticmethod
    def _answer(message: Message, expect: dict[str, Any]) -> None:
        text, intent = str(message.get(TEXT)), (message.get(INTENT) or {}).get(INTENT_NAME_KEY)
        if expect.get("kind") == "collect" and len(text) <= MOST_LEAVING and leaves(text, intent, [one["name"] for one in message.get(INTENT_RANKING_KEY) or ()]):
            message.set(INTENT, {INTENT_NAME_KEY: "feedback_resolved" if over(text) else "stop_cancel", PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
            message.set(DECISION, "act", add_to_output=True)
            return
        if intent == "stop_cancel" and not lexicon.STOPS.search(plain(text)):
            intent = "nlu_fallback"
            message.set(INTENT, {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
            message.set(DECISION, "fallback", add_to_output=True)
        pick = match(expect, text, message.get(ENTITIES) or [], intent)
        if pick is None or not overrules(pick, text, intent, message.get(DECISION), (expect.get("field") or {}).get("kind")):
            return
        answer = "choose" if pick.choice else "inform"
        message.set(INTENT, {INTENT_NAME_KEY: answer, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
        message.set(DECISION, "act", add_to_output=True)
        if pick.choice:
            entity = {"entity": "choice", "value": pick.choice, "start": 0, "end": len(text), "text": text, "kind": pick.by}
            message.set(ENTITIES, [*(message.get(ENTITIES) or []), entity], add_to_output=True)
