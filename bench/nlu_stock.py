"""Stock Rasa (bench/stock_rasa.py) as a method of `make bench-nlu`. DIET takes about 20 minutes for 4,000 examples, so more are left out."""
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.nlu_methods import Answer, Machine, NotInstalled
from bench.stock_rasa import HOW, PIPELINE, StockRasa, environment, nlu
from bot.engine.topics import OUTSIDE

AT_MOST = 5000
"""Examples."""


class StockRasaMethod(Machine):
    """Its FallbackClassifier decides what is understood."""

    def __init__(self) -> None:
        home = environment()
        if not home:
            raise NotInstalled(HOW)
        self._home = home

    def train(self, rows: Sequence[tuple[str, str]], folder: Path) -> None:
        if len(rows) > AT_MOST:
            raise NotInstalled(f"stock Rasa: DIET would take hours for {len(rows)} examples")
        self._rasa = StockRasa(self._home, folder)
        pipeline = [part for part in PIPELINE if part["name"] != "ResponseSelector"]
        self._rasa.train({"config.yml": {"recipe": "default.v1", "assistant_id": "bench", "language": "zh", "pipeline": pipeline}, "nlu.yml": nlu(rows),
                          "credentials.yml": {"rest": None}}, "train", "nlu", "--nlu", "nlu.yml")
        self._rasa.start()

    def answer(self, texts: Sequence[str]) -> list[Answer]:
        return [_read(self._rasa.parse(text)) for text in texts]

    def close(self) -> None:
        self._rasa.stop()


def _read(parsed: dict) -> Answer:
    ranking = [one for one in parsed["intent_ranking"] if one["name"] != "nlu_fallback"]
    inside = [one for one in ranking if one["name"] != OUTSIDE]
    if not inside:
        return Answer("", 0.0, False, False)
    outside = next((one["confidence"] for one in ranking if one["name"] == OUTSIDE), 0.0)
    understood = parsed["intent"]["name"] not in ("nlu_fallback", OUTSIDE)
    return Answer(inside[0]["name"], inside[0]["confidence"] - outside, understood, understood)
