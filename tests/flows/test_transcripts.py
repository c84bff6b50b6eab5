"""Every transcript beside this file, on the pure engine."""
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


def test_every_transcript_has_a_name_of_its_own() -> None:
    names = [t.id for t in ALL]
    assert sorted(names) == sorted(set(names))
