"""nlp.js as a method of `make bench-nlu`: bench/nlu_nlpjs.js in a process of its own, if npm's node-nlp is in var/bench/node_modules."""
from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.nlu_methods import Answer, Machine, NotInstalled
from bot.engine.topics import OUTSIDE
from bot.home import ROOT

MODULES = ROOT / "var" / "bench" / "node_modules"
SCRIPT = ROOT / "bench" / "nlu_nlpjs.js"
NONE = "None"
"""nlp.js's own name for a text that it does not understand."""
THRESHOLD = 0.5
"""nlp.js's own."""


class NlpJs(Machine):
    """One language a manager: where the texts are Chinese and English, that of most of them."""

    def __init__(self) -> None:
        if not (MODULES / "node-nlp").exists() or shutil.which("node") is None:
            raise NotInstalled("nlp.js: npm install --prefix var/bench node-nlp@4.27.0")

    def train(self, rows: Sequence[tuple[str, str]], folder: Path) -> None:
        self._process = subprocess.Popen(["node", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                         text=True, env={**os.environ, "NODE_PATH": str(MODULES)})
        # Its perceptrons learn row by row: with rows sorted by label, as the public sets come, BANKING77 gets 52.6 instead of 84.5 %.
        rows = random.Random(0).sample(rows, len(rows))
        han = sum(bool(re.search("[\u4e00-\u9fff]", text)) for text, _ in rows)
        self._ask({"train": [[text, NONE if label == OUTSIDE else label] for text, label in rows], "language": "zh" if han * 2 > len(rows) else "en",
                   "model": str(folder / "model.json")})

    def answer(self, texts: Sequence[str]) -> list[Answer]:
        return [self._read(found) for found in self._ask({"texts": list(texts)})["answers"]]

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(60)

    def _ask(self, what: dict) -> dict:
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    @staticmethod
    def _read(found: list[list]) -> Answer:
        inside = [(intent, score) for intent, score in found if intent != NONE]
        if not inside:
            return Answer("", 0.0, False, False)
        intent, score = inside[0]
        understood = found[0][0] != NONE and score >= THRESHOLD
        return Answer(intent, score - next((other for name, other in found if name == NONE), 0.0), understood, understood)
