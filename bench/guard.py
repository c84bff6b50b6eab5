"""What masking secrets costs a message, in microseconds, and how often ordinary text is taken for a secret."""
from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterator
from pathlib import Path

import yaml

from bench.figures import keyed
from bench.texts import FIRST
from bot.home import ROOT
from bot.insight.examples import learned
from bot.safety.guard import guard

ROUNDS = 50


def measure() -> dict[str, float]:
    times = []
    for _ in range(ROUNDS):
        for text in FIRST:
            before = time.perf_counter()
            guard(text)
            times.append((time.perf_counter() - before) * 1_000_000)
    texts = set(ordinary())
    alarms = [text for text in texts if alarmed(text)]
    return keyed("guard_us", times, p50=0.50) | {
        "guard.texts": len(texts), "guard.alarms": len(alarms), "guard.alarms_per_10000": round(len(alarms) / len(texts) * 10_000, 3)}


def alarmed(text: str) -> bool:
    """Whether something is masked. A run of hex that is shown shortened and asked about is no alarm."""
    return any(found.kind != "hex" for found in guard(text).found)


def ordinary() -> Iterator[str]:
    """Texts without a secret: the examples and the held-out messages, all that the bot says, and the public sets (csv) and texts (txt) in BENCH_DATA."""
    yield from (one.text for one in learned())
    folder = Path(os.environ.get("BENCH_DATA") or "/nowhere")
    for path in (ROOT / "tests" / "understanding" / "heldout.csv", *sorted(folder.glob("*.csv"))):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from (row["text"] for row in csv.DictReader(file))
    for path in sorted((ROOT / "data").glob("**/*.yml")):
        if "nlu" not in path.parts:
            yield from _sentences(yaml.safe_load(path.read_text("utf-8")))
    for path in sorted(folder.glob("*.txt")):
        yield from (line for line in path.read_text("utf-8").splitlines() if line.strip())


def _sentences(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for value in node:
            yield from _sentences(value)
    elif isinstance(node, str):
        yield node


if __name__ == "__main__":
    print(measure())
