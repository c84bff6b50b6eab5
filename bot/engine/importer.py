"""Shows Rasa the project's content: flows and cards become intents, rules and examples, so that a new flow is one file.

Reads names, intents and seed examples only; what the bot says is no business of Rasa's.
"""
from __future__ import annotations

from functools import cached_property
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.content.load import gather
from bot.dialogue.model import Content
from bot.engine import no_tensorflow, topics
from bot.engine.rules import outcome_rules, topic_rules
from bot.home import ROOT

NEURAL = frozenset({"DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy", "ConveRTFeaturizer", "LanguageModelFeaturizer"})
"""Components of Rasa 3.6 that need TensorFlow."""


class NeedsTensorFlow(RasaException):
    """config.yml names a component that cannot run here."""


class BrokenContent(RasaException):
    """A flow or card file cannot be read."""


class FlowImporter(RasaFileImporter):
    """Rasa's own file importer plus what data/flows and data/cards say."""

    def get_config(self) -> dict[str, Any]:
        """The configuration. Raises NeedsTensorFlow for a neural component."""
        config = super().get_config()
        if no_tensorflow.active():
            for section in ("pipeline", "policies"):
                for number, item in enumerate(config.get(section) or [], 1):
                    name = str(item.get("name", "") if isinstance(item, dict) else item).rpartition(".")[2]
                    if name in NEURAL:
                        raise NeedsTensorFlow(
                            f"{self.config_file or 'config.yml'}: {section}, item {number}: {name} is a neural network and needs TensorFlow, "
                            f"which this environment leaves out. Remove it (HybridClassifier and RulePolicy do its work), "
                            f"or install tensorflow 2.12 into the engine's environment.")
        return config

    def get_domain(self) -> Domain:
        """domain.yml with an intent for every topic; none of them may be swallowed by the ticket form as an answer."""
        domain = super().get_domain().as_dict()
        if not domain.get("actions"):
            return Domain.from_dict(domain)  # asked for without a domain file (NLU only)
        moves = [*topics.MOVES, topics.OUTSIDE, *topics.SET_BY_PIPELINE]
        names = sorted({*moves, *self._problems, *self._cards})
        domain["intents"] = [{name: {"use_entities": []}} for name in names]
        answers = {"affirm", "deny", "inform", topics.OUTSIDE, *topics.SET_BY_PIPELINE}
        domain["slots"]["ticket_answer"]["mappings"][0]["not_intent"] = sorted(set(names) - answers)
        return Domain.from_dict(domain)

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """data/rules, and the rules that are the same for every topic and action."""
        domain = self.get_domain()
        rules = topic_rules(self._problems, self._cards) + outcome_rules(domain.user_actions)
        steps = YAMLStoryReader(domain).read_from_parsed_yaml({"version": "3.1", "rules": rules})
        return super().get_stories(exclusion_percentage).merge(StoryGraph(steps))

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """data/nlu and the seed examples of the flows; read once, for Rasa asks again and again."""
        if language not in self._nlu:
            seeds = [Message.build(text=text, intent=flow.intent)
                     for flow in self._content.flows.values() if flow.when is None for text in flow.examples.all()]
            self._nlu[language] = super().get_nlu_data(language).merge(TrainingData(seeds))
        return self._nlu[language].merge(TrainingData())

    @cached_property
    def _nlu(self) -> dict[str | None, TrainingData]:
        return {}

    @property
    def _problems(self) -> set[str]:
        return set(topics.PROBLEMS) | {flow.intent for flow in self._content.flows.values()} - set(topics.MOVES)

    @property
    def _cards(self) -> set[str]:
        named = {*topics.KNOWLEDGE, *topics.CHAT, *(card.intent for card in self._content.cards.values())}
        return named - set(topics.MOVES) - {topics.OUTSIDE} - self._problems

    @cached_property
    def _content(self) -> Content:
        content, problems = gather(ROOT)
        broken = [str(problem) for problem in problems if str(problem).startswith(("data/flows/", "data/cards/"))]
        if broken:
            raise BrokenContent("\n".join(broken))
        return content
