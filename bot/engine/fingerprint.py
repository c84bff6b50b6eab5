"""What the engine's code and patterns are, as one short text, so that cached training results die with the code that made them."""
from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from bot.home import ROOT

PATTERNS = ROOT / "data" / "entities"


@cache
def code_fingerprint() -> str:
    """Of the packages that run inside Rasa."""
    return files_fingerprint(path for package in ("engine", "text", "references", "dialogue") for path in (ROOT / "bot" / package).glob("*.py"))


def files_fingerprint(paths: Iterable[Path]) -> str:
    """Of names and contents of the files, whatever their order."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]
