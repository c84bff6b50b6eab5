"""What `make bench-nlu` compares: this bot's classifier, whole and with parts taken away, and Rasa's own without TensorFlow."""
from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.engine import hybrid
from bot.engine.classifier import decide
from bot.engine.mending import Mender
from bot.engine.topics import OUTSIDE


class NotInstalled(Exception):
    """A method's program is not on this machine; the message says how to get it."""


@dataclass(frozen=True)
class Answer:
    """What a method makes of one text."""

    intent: str
    """The likeliest in scope."""
    score: float
    """Higher is more in scope."""
    acts: bool
    """Whether it would act on it, by its own threshold."""
    understood: bool
    """Whether it would not reject the text as out of scope."""


class Machine(ABC):
    """A method: `train` once, keeping its model in the folder, then `answer`."""

    @abstractmethod
    def train(self, rows: Sequence[tuple[str, str]], folder: Path) -> None:
        """Learns (text, label) rows; what it keeps goes into the folder."""

    @abstractmethod
    def answer(self, texts: Sequence[str]) -> list[Answer]:
        """One answer a text, in order."""

    def close(self) -> None:  # noqa: B027 - most have nothing to end
        """Ends what `train` started."""


class Ours(Machine):
    """bot/engine/hybrid.py; the shares of its three likenesses may be set to nothing."""

    def __init__(self, sentence: float = hybrid.SENTENCE, sounds: float = hybrid.SOUNDS, mended: bool = True) -> None:
        self._shares, self._mended = {"SENTENCE": sentence, "SOUNDS": sounds}, mended
        self._whole = {name: getattr(hybrid, name) for name in self._shares}

    def train(self, rows: Sequence[tuple[str, str]], folder: Path) -> None:
        for name, share in self._shares.items():
            setattr(hybrid, name, share)
        fit = Mender.fit
        if not self._mended:
            Mender.fit = classmethod(lambda cls, texts: cls({}, {}))
        try:
            self._model = hybrid.HybridModel.fit([text for text, _ in rows], [label for _, label in rows])
        finally:
            Mender.fit = fit
        self._model.save(folder)

    def answer(self, texts: Sequence[str]) -> list[Answer]:
        found = []
        for at in range(0, len(texts), 500):
            for guess in self._model.guess(texts[at:at + 500]):
                decision = decide(guess, self._model.thresholds)
                found.append(Answer(guess.ranking[0][0], guess.score, decision == "act", decision != "fallback"))
        return found

    def close(self) -> None:
        for name, share in self._whole.items():
            setattr(hybrid, name, share)


class RasaLogistic(Machine):
    """Rasa's CountVectorsFeaturizer (words, and characters 1-4 within them) and LogisticRegressionClassifier with its FallbackClassifier's 0.3.

    Tokens are a Han character or a word each (bot/engine/tokenizer.py): Rasa's own Chinese tokenizer is no better here.
    """

    THRESHOLD = 0.3

    def train(self, rows: Sequence[tuple[str, str]], folder: Path) -> None:
        from rasa.core.agent import Agent
        from rasa.model_training import train_nlu
        logging.getLogger("rasa").setLevel(logging.ERROR)
        names = sorted({label for _, label in rows})
        by_name: dict[str, list[str]] = {name: [] for name in names}
        for text, label in rows:
            by_name[label].append(" ".join(text.split()).replace("[", "(").replace("]", ")").replace("{", "(").replace("}", ")"))
        config, data = folder / "config.yml", folder / "nlu.yml"
        config.write_text(yaml.safe_dump({"recipe": "default.v1", "assistant_id": "bench", "language": "en", "pipeline": [
            {"name": "bot.engine.tokenizer.MixedTokenizer"}, {"name": "CountVectorsFeaturizer"},
            {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
            {"name": "LogisticRegressionClassifier", "max_iter": 200}]}), "utf-8")
        data.write_text(yaml.safe_dump({"version": "3.1", "nlu": [
            {"intent": name, "examples": "".join(f"- {text}\n" for text in by_name[name])} for name in names]}, allow_unicode=True), "utf-8")
        self._agent = Agent.load(train_nlu(str(config), str(data), str(folder), fixed_model_name="model"))
        config.unlink()
        data.unlink()

    def answer(self, texts: Sequence[str]) -> list[Answer]:
        async def ask() -> list[dict]:
            return [await self._agent.parse_message(text) for text in texts]
        return [self._read(parsed) for parsed in asyncio.run(ask())]

    def _read(self, parsed: dict) -> Answer:
        ranking = parsed.get("intent_ranking") or []
        inside = [one for one in ranking if one["name"] != OUTSIDE]
        outside = next((one["confidence"] for one in ranking if one["name"] == OUTSIDE), 0.0)
        if not inside:
            return Answer("", 0.0, False, False)
        understood = inside[0]["confidence"] >= self.THRESHOLD and inside[0]["confidence"] > outside
        return Answer(inside[0]["name"], inside[0]["confidence"] - outside, understood, understood)
