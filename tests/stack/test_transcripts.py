"""Every transcript through the trained engine, Rasa's rules and form, the actions and the database, over HTTP as a visitor.

The site asks no servers of the outside, as it ships: transcripts of what such a server answered are played by tests/flows alone, and the
look-ups themselves, on running nodes and backends, by tests/facts and test_deposit_on_chain.py.
"""
from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.transcript import Transcript, differences, read
from bot.facts.catalogue import FACTS, UNKNOWN

# The first test here waits for all of them to be played: some five hundred conversations.
pytestmark = pytest.mark.timeout(900)
ROOT = Path(__file__).resolve().parents[2]
FILES = [*sorted((ROOT / "tests/flows").glob("*.yml")), *sorted((ROOT / "tests/cards").glob("*.yml")), *sorted((ROOT / "tests/conversations").glob("*/*.yml"))]
READ = [transcript for path in FILES for transcript in read(path, path.relative_to(ROOT).as_posix())]


def _looked_up(transcript: Transcript) -> bool:
    return any((FACTS[name].slow or name == "can_look_up") and outcome != UNKNOWN for name, outcome in transcript.checks.items())


ALL = [transcript for transcript in READ if not _looked_up(transcript)]


@pytest.fixture(scope="module")
def played(request: pytest.FixtureRequest, talk) -> dict[str, list[dict]]:
    """Every conversation that is asked for, played by several visitors at once."""
    wanted = {item.callspec.params["transcript"].id for item in request.session.items if item.path == request.path and hasattr(item, "callspec")}
    said = {transcript.id: ([{kind: turn[kind] for kind in ("user", "press") if kind in turn} for turn in transcript.turns], transcript.lang)
            for transcript in ALL if transcript.id in wanted}
    return talk.play_all(said)


@pytest.mark.parametrize("transcript", ALL, ids=[transcript.id for transcript in ALL])
def test_the_conversation_goes_as_written(transcript: Transcript, played, as_turn) -> None:
    lines = played[transcript.id]
    wrong = [
        f"turn {number} ({next(iter(turn.values()))!r}, understood as {line['intent']}): {fault}"
        for number, (turn, line) in enumerate(zip(transcript.turns, lines), 1)
        for fault in (["has no such button"] if line.get("error") else differences(turn.get("expect") or {}, as_turn(line)))
    ]
    wrong += [f"turn {number} says twice: {text!r}" for number, line in enumerate(lines, 1) for text in _twice(line["replies"])]
    assert wrong == []


def _twice(replies: list[dict]) -> set[str]:
    texts = [reply["text"] for reply in replies]
    return {text for text in texts if texts.count(text) > 1}
