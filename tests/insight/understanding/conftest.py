"""A small model as `bot train` leaves one, without Rasa's part of it."""
from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from bot.engine.entities import FILE
from bot.engine.fingerprint import PATTERNS
from bot.engine.hybrid import HybridModel
from bot.engine.patterns import load_patterns
from bot.insight.examples import Example
from bot.insight.understanding.parsing import CLASSIFIER, EXTRACTOR, Understanding
from tests.engine.test_hybrid import TOPICS


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    return [Example(text, topic, "data/nlu/zh/x.yml") for topic, texts in TOPICS.items() for text in texts]


@pytest.fixture(scope="session")
def archive(examples, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    classifier, extractor = folder / f"train_{CLASSIFIER}2", folder / f"train_{EXTRACTOR}1"
    classifier.mkdir()
    extractor.mkdir()
    HybridModel.fit([one.text for one in examples], [one.topic for one in examples]).save(classifier)
    (extractor / FILE).write_text(json.dumps(load_patterns(PATTERNS.glob("*.yml"), ["BTC"]).to_json()), "utf-8")
    with tarfile.open(folder / "model.tar.gz", "w:gz") as packed:
        for part in (classifier, extractor):
            packed.add(part, f"components/{part.name}")
    return folder / "model.tar.gz"


@pytest.fixture(scope="session")
def understanding(archive) -> Understanding:
    return Understanding.of(archive)
