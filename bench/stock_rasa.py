"""Stock Rasa as its documentation sets it up for Chinese (Jieba, DIET), from an environment of its own that has TensorFlow.

The engine's own environment has no TensorFlow, so BENCH_STOCK names another:

    uv venv --python 3.10 FOLDER && uv pip install --python FOLDER/bin/python rasa==3.6.21 jieba==0.42.1 "setuptools<81"
"""
from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from bot.stack import Ports

HOW = "stock Rasa: BENCH_STOCK must name an environment that has it with TensorFlow (bench/stock_rasa.py says how to make one)"
START_SECONDS = 180
TRAIN_SECONDS = 4 * 3600
THRESHOLD = 0.3
"""The FallbackClassifier's own."""
PIPELINE = [
    {"name": "JiebaTokenizer"}, {"name": "RegexFeaturizer"}, {"name": "LexicalSyntacticFeaturizer"}, {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True}, {"name": "EntitySynonymMapper"},
    {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
    {"name": "FallbackClassifier", "threshold": THRESHOLD, "ambiguity_threshold": 0.1},
]
"""What `rasa init` proposes, with the tokenizer that it has for Chinese."""


def environment() -> Path | None:
    """The folder that BENCH_STOCK names, if Rasa is in it."""
    folder = Path(os.environ.get("BENCH_STOCK") or "/nonexistent")
    return folder if (folder / "bin" / "rasa").exists() else None


def nlu(rows: Sequence[tuple[str, str]]) -> dict:
    """Texts and their intents as a Rasa training file; brackets would be read as annotations."""
    plain = str.maketrans("[]{}", "()()")
    names = sorted({label for _, label in rows})
    return {"version": "3.1", "nlu": [
        {"intent": name, "examples": "".join(f"- {' '.join(text.split()).translate(plain)}\n" for text, label in rows if label == name)} for name in names]}


class StockRasa:
    """A Rasa project in a folder: written, trained, and served on a port of 127.0.0.1."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.rasa, self.folder, self.port = home / "bin" / "rasa", folder, Ports.free().engine
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen | None = None

    def train(self, files: Mapping[str, object], *command: str) -> float:
        """Writes each file (YAML) and trains; the seconds it took. `command`: `train` or `train nlu`."""
        for name, content in files.items():
            (self.folder / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
        began = time.perf_counter()
        done = self._run(*command, "--fixed-model-name", "model", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        out, _ = done.communicate(timeout=TRAIN_SECONDS)
        if done.returncode:
            raise RuntimeError(f"rasa {' '.join(command)} failed:\n{out[-2000:]}")
        return time.perf_counter() - began

    def start(self) -> float:
        """Serves the model; the seconds until it answers."""
        began = time.perf_counter()
        self._process = self._run("run", "--enable-api", "--port", str(self.port), "--interface", "127.0.0.1", "--credentials", "credentials.yml",
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while time.perf_counter() - began < START_SECONDS:
            with contextlib.suppress(OSError, urllib.error.URLError):
                if json.load(urllib.request.urlopen(f"{self.url}/status", timeout=5)).get("model_file"):
                    return time.perf_counter() - began
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError("rasa run did not start")

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def parse(self, text: str) -> dict:
        return self._post("/model/parse", {"text": text})

    def say(self, sender: str, text: str) -> list[dict]:
        """A turn over Rasa's REST channel."""
        return self._post("/webhooks/rest/webhook", {"sender": sender, "message": text})

    def _post(self, path: str, body: dict):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def _run(self, *arguments: str, **options) -> subprocess.Popen:
        quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
        return subprocess.Popen([str(self.rasa), *arguments], cwd=self.folder, env=quiet, **options)
