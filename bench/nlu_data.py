"""The sets that `make bench-nlu` measures on: this project's examples (all, and a quarter of them) against its held-out file, BANKING77, CLINC150 "small".

The public ones are for measuring only; no row of them is ever an example. CSV files with the columns text and label:
banking77_{train,test}.csv (PolyAI, CC BY 4.0), clinc_data_small_{train,test,oos_train,oos_test}.csv (clinc/oos-eval, CC BY 3.0).
"""
from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.engine.topics import OUTSIDE
from bot.home import ROOT
from bot.insight.examples import learned

Rows = list[tuple[str, str]]
OUTSIDE_OF_CLINC = "oos"


@dataclass(frozen=True)
class Data:
    """Labelled texts to train on and to ask; OUTSIDE labels what is out of scope."""

    name: str
    language: str
    """`en`, or `zh` where Chinese and English are mixed."""
    train: Rows
    test: Rows

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr((self.train, self.test)).encode("utf-8", "replace")).hexdigest()


def load(folder: Path) -> Iterator[Data]:
    """The sets that are there; says which are not."""
    own, heldout = [(one.text, one.topic) for one in learned()], _read(ROOT / "tests" / "understanding" / "heldout.csv", "topic")
    yield Data("held-out", "zh", own, heldout)
    yield Data("held-out, of a quarter", "zh", sorted(own, key=_drawn)[:len(own) // 4], heldout)
    for name, parts in (("banking77", ("",)), ("clinc_data_small", ("", "oos_"))):
        train, test = ([folder / f"{name}_{part}{kind}.csv" for part in parts] for kind in ("train", "test"))
        if not all(path.exists() for path in (*train, *test)):
            print(f"{name}: not in {folder}; bench/nlu_data.py says what the files are called", file=sys.stderr)
            continue
        yield Data(name.partition("_")[0], "en", *([row for path in paths for row in _read(path, "label")] for paths in (train, test)))


def _drawn(row: tuple[str, str]) -> str:
    """A row's place in a draw that is the same each time."""
    return hashlib.sha256(row[0].encode("utf-8", "replace")).hexdigest()


def _read(path: Path, column: str) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(row["text"], OUTSIDE if row[column] == OUTSIDE_OF_CLINC else row[column]) for row in csv.DictReader(file)]
