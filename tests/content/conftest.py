"""A copy of the project's content that a test may break."""
from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project's root with data/ and tests/flows of its own."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copytree(ROOT / "tests" / "flows", tmp_path / "tests" / "flows", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return tmp_path


@pytest.fixture
def flow(root: Path):
    """Write data/flows/made.yml with the given steps; returns the root."""

    def write(steps: str, head: str = "") -> Path:
        (root / "data" / "flows" / "made.yml").write_text(HEAD.format(more=head) + steps, "utf-8")
        return root

    return write


HEAD = """\
flow: made
intent: made
queue: general
title: {{zh: 测试, en: Made up}}
examples: {{zh: [一, 二], en: [one, two]}}
{more}start: first
steps:
"""
