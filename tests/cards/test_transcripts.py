"""Every card and place in both languages, on the pure engine; the trained stack plays the same files (tests/stack)."""
from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import load
from bot.content.transcript import Transcript, play, read

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONTENT = load(ROOT)
ALL = [t for path in sorted(HERE.glob("*.yml")) for t in read(path, path.relative_to(ROOT).as_posix())]


@pytest.mark.parametrize("transcript", ALL, ids=[t.id for t in ALL])
def test_the_conversation_goes_as_written(transcript: Transcript) -> None:
    assert play(CONTENT, transcript) == []
