"""Which model serves: a newly trained one only if it understands no worse than the one before. Training itself is bot/training.py's.

Two records of how a model did on every message are compared (bot/insight/gate.py): its own beside each model in BOT_HOME, and for a
model that has none the accepted one of the repository, tests/understanding/accepted.json.
"""
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.home import ROOT, Home
from bot.insight import job, labelled
from bot.insight.gate import Compared, Measured, compare
from bot.training import frame, record_path, serve, serving

ACCEPTED = ROOT / "tests" / "understanding" / "accepted.json"


@dataclass(frozen=True)
class Verdict:
    """What became of a new model."""

    model: Path
    """The one that serves now."""
    promoted: bool
    compared: list[Compared] = field(default_factory=list)
    why: str = ""
    """One sentence where something is out of the ordinary."""

    @property
    def worse(self) -> list[Compared]:
        return [one for one in self.compared if one.worse]


def promote(home: Home, model: Path, force: bool = False, tell: Callable[[str], None] = lambda text: None) -> Verdict:
    """Lets `model` serve unless it is worse than the one that serves. Raises job.JobFailed, labelled.BadFile.

    A worse one is kept beside it, and serves only with `force`; or where the one before cannot, because code or rules changed.
    """
    current, its_frame = serving(home)
    if current == model:
        return Verdict(model, True)
    if current is None or force:
        serve(home, model)
        return Verdict(model, True, why="there was none to compare it with" if current is None else "forced")
    before = Measured.load(record_path(current)) or Measured.load(ACCEPTED)
    if before is None:
        serve(home, model)
        return Verdict(model, True, why="of the model before nothing is known to compare it with")
    tell("comparing the new model with the one in use ...")
    compared = compare(before, measured(model))
    if not any(one.worse for one in compared):
        serve(home, model)
        return Verdict(model, True, compared, "" if compared else "too few messages in common to compare it with the one before")
    if its_frame != frame():
        serve(home, model)
        return Verdict(model, True, compared, "it is worse, but code, rules, flows or entity patterns changed since the model before was trained, so that one cannot serve any more")
    return Verdict(current, False, compared)


def measured(model: Path, cross: bool = True) -> Measured:
    """How a model does on the held-out file and by cross-validation; measured once, then kept beside it. Raises job.JobFailed, labelled.BadFile."""
    known = Measured.load(record_path(model))
    heldout = labelled.messages(labelled.HELD_OUT) if labelled.HELD_OUT.exists() else []
    if known and (known.cross_validation is not None or not cross) and len(known.heldout or ()) >= len(heldout) * 0.99:
        return known
    answer = job.run("measure", {"model": str(model), "heldout": heldout, "cross": cross})
    made = Measured(model.name.partition(".")[0], answer["heldout"] or None, answer["cross_validation"])
    made.save(record_path(model))
    return made


def accept(model: Path, force: bool = False, accepted: Path = ACCEPTED) -> Verdict:
    """Writes how `model` does as the record that changes of data and code are held to, unless it is worse than the present one."""
    after = measured(model)
    before = Measured.load(accepted)
    compared = compare(before, after) if before else []
    if any(one.worse for one in compared) and not force:
        return Verdict(model, False, compared)
    after.save(accepted)
    return Verdict(model, True, compared, "" if before else "there was none before")


def record(verdict: Verdict) -> str:
    """The verdict as a JSON line."""
    return json.dumps({"model": str(verdict.model), "promoted": verdict.promoted, "why": verdict.why or None, "compared": [
        {"on": one.source, "check": one.check, "messages": one.messages, "won": one.won, "lost": one.lost, "change": round(one.change, 4),
         "low": round(one.low, 4), "high": round(one.high, 4), "worse": one.worse} for one in verdict.compared]})
