"""Reads a labelled CSV file (text, topic, alt, ...) such as tests/understanding/heldout.csv."""
from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from bot.home import ROOT
from bot.safety.guard import guard
from bot.text import neutral_slash

HELD_OUT = ROOT / "tests" / "understanding" / "heldout.csv"
"""Messages by people who did not see data/nlu: measured on, never learned."""


class BadFile(Exception):
    """A file cannot be used; the message says why and what to do."""


def read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The columns and rows. Raises BadFile."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restkey="", restval="")
            columns = list(reader.fieldnames or [])
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile(f"{path}: cannot be read as UTF-8 CSV: {error}") from error
    if "text" not in columns:
        raise BadFile(f"{path}: has no column named text; its first line must name the columns.")
    for row in rows:
        row.pop("", None)
    return columns, rows


def topics(row: dict[str, str], column: str) -> list[str]:
    """The labels in a column, several split by |."""
    return [part.strip() for part in (row.get(column) or "").split("|") if part.strip()]


def messages(path: Path) -> list[dict[str, Any]]:
    """`{text, accepted, id, group}` of each row, as the engine would get it: secrets masked. Raises BadFile."""
    columns, rows = read(path)
    if "topic" not in columns:
        raise BadFile(f"{path}: has no column named topic; without labels there is nothing to measure (`bot parse` needs none).")
    found = []
    for number, row in enumerate(rows, 1):
        accepted = [*topics(row, "topic"), *topics(row, "alt")]
        if not accepted:
            raise BadFile(f"{path}: row {number} has no topic; write one, or out_of_scope.")
        found.append({"text": neutral_slash(guard(row["text"]).text), "accepted": accepted, "id": row.get("id") or "", "group": row.get("group") or ""})
    if not found:
        raise BadFile(f"{path}: has no rows.")
    return found
