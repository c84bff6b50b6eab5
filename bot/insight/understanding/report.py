"""Writes one report: plots, page, every message with its outcome. What is measured is crossval's and parsing's."""
from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.insight.examples import learned
from bot.insight.outcomes import OUTSIDE, Labelled, Prediction
from bot.insight.understanding import figures, plots
from bot.insight.understanding.crossval import CrossValidation
from bot.insight.understanding.page import page
from bot.insight.understanding.parsing import Understanding

TIMED = 1_000
"""Examples of a cross-validation that the trained model is timed on, spread evenly over all."""


def write(given: Mapping[str, Any]) -> dict[str, Any]:
    """`given`: {model, folder, title, facts, messages}; without messages the shipped examples are cross-validated. Returns the summary."""
    archive, folder = Path(given["model"]), Path(given["folder"])
    understanding = Understanding.of(archive)
    curve = None
    if given.get("messages") is None:
        _say("cross-validating (half a minute) ...")
        crossed = CrossValidation.of(learned())
        predictions = crossed.predictions(archive)
        curve = crossed.learning_curve(OUTSIDE)
        step = max(1, len(predictions) // TIMED)
        timed = understanding.predict([Labelled(one.text, one.accepted) for one in predictions[::step]])
        facts = {**given["facts"], "topics": str(len(crossed.made.labels)), "folds": "4"}
    else:
        _say(f"understanding {len(given['messages'])} messages ...")
        predictions = timed = understanding.predict([Labelled(one["text"], tuple(one["accepted"]), one.get("id", ""), one.get("group", "")) for one in given["messages"]])
        facts = given["facts"]
    summary = figures.figures(predictions)
    times = sorted(one.ms for one in timed)
    summary |= {"ms_p50": round(times[len(times) // 2], 2), "ms_p95": round(times[int(len(times) * 0.95)], 2)}
    thresholds = asdict(understanding.model.thresholds)
    facts = {**facts, "thresholds": ", ".join(f"{name} {value:.3f}" for name, value in thresholds.items())}
    _say("drawing ...")
    drawn = plots.draw(folder, predictions, thresholds, curve)
    (folder / "report.html").write_text(page(given["title"], facts, summary, drawn, predictions, timed), "utf-8", errors="replace")
    _rows(folder / "messages.csv", predictions)
    return {**summary, "learning_curve": curve} if curve else summary


def _rows(path: Path, predictions: Sequence[Prediction]) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text", "topic", "alt", "group", "predicted", "decision", "outcome", "sure", "score", "candidates"])
        for one in predictions:
            writer.writerow([one.id, one.text, one.accepted[0], "|".join(one.accepted[1:]), one.group, one.predicted, one.decision, one.outcome,
                             f"{one.sure:.4f}", f"{one.score:.4f}", "|".join(name for name, _ in one.ranking[:3])])


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
