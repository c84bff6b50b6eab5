"""A model's understanding of first messages, without a server: the pipeline of config.yml up to the decision.

Not for the answer to an open question (bot/engine/step_answer.py), which depends on the question.
"""
from __future__ import annotations

import json
import tarfile
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.classifier import DECISION, SCORE, HybridClassifier
from bot.engine.entities import FILE, Finder
from bot.engine.hybrid import HybridModel
from bot.engine.patterns import Patterns
from bot.insight.outcomes import Labelled, Prediction

CLASSIFIER, EXTRACTOR = "HybridClassifier", "PatternEntityExtractor"


class Understanding:
    """Entities, classifier and decision as a model archive holds them."""

    def __init__(self, model: HybridModel, finder: Finder) -> None:
        self.model, self._finder = model, finder

    @classmethod
    def of(cls, archive: Path) -> Understanding:
        """From a trained model."""
        with unpacked(archive) as parts:
            patterns = Patterns.from_json(json.loads((parts[EXTRACTOR] / FILE).read_text("utf-8")))
            made = cls(HybridModel.load(parts[CLASSIFIER]), Finder(patterns))
        made.predict([Labelled("你好 hello", ("greet",))])  # warm: the first message costs what the others cost
        return made

    def predict(self, messages: Iterable[Labelled], model: HybridModel | None = None) -> list[Prediction]:
        """What is understood of each, with the milliseconds it took; by another classifier, where one is given."""
        classifier = HybridClassifier(None, None, model or self.model)
        return [self._one(message, classifier, model or self.model) for message in messages]

    def _one(self, labelled: Labelled, classifier: HybridClassifier, model: HybridModel) -> Prediction:
        began = time.perf_counter()
        message = Message({TEXT: labelled.text, ENTITIES: self._finder.find(labelled.text)})
        classifier.process([message])
        ms = (time.perf_counter() - began) * 1000
        ranking = tuple((one["name"], one["confidence"]) for one in message.get("intent_ranking") or ())
        sure = model.guess([labelled.text])[0].sure if ranking else 0.0
        return Prediction(labelled.text, labelled.accepted, ranking, float(message.get(SCORE) or 0.0), sure, message.get(DECISION), labelled.id, labelled.group, ms)


@contextmanager
def unpacked(archive: Path) -> Iterator[dict[str, Path]]:
    """The folders of the two components that understanding needs, by their names."""
    with tempfile.TemporaryDirectory(prefix="model-") as folder, tarfile.open(archive) as packed:
        for member in packed.getmembers():
            parts = Path(member.name).parts
            if member.isfile() and ".." not in parts and any(name in member.name for name in (CLASSIFIER, EXTRACTOR)):
                packed.extract(member, folder)
        yield {name: next(path for path in Path(folder).rglob(f"*{name}*") if path.is_dir()) for name in (CLASSIFIER, EXTRACTOR)}
