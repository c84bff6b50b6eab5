"""docs/dependencies.md says in one line why each direct dependency is here."""
from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def named(path: Path) -> set[str]:
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    return {re.split(r"[<>=;\[ ]", line)[0].lower() for line in lines if line and not line.startswith("-")}


def test_every_direct_dependency_has_its_line_and_no_line_is_left_over() -> None:
    wanted = set().union(*(named(path) for path in (ROOT / "requirements").glob("*.in")))
    explained = {name.lower() for name in re.findall(r"^\* \*\*(.+?)\*\*: \S", (ROOT / "docs/dependencies.md").read_text(), re.M)}
    assert explained == wanted
