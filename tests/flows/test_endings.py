"""What the transcripts beside this file and the flows must hold together: every ending is shown in both languages, and no chain of flows asks too much."""
from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bot.content import load, walks
from bot.content.check_flows import MOST_ANSWERS, MOST_SILENT
from bot.content.transcript import play, read
from bot.dialogue import walk
from bot.dialogue.model import End

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONTENT = load(ROOT)
ENDINGS = [(name, step.name) for name, flow in sorted(CONTENT.flows.items()) for step in flow.steps.values() if isinstance(step, End)]


@cache
def shown() -> frozenset[tuple[str, str, str]]:
    """(language, flow, ending) of every ending that a transcript comes to."""
    seen: set[tuple[str, str, str]] = set()
    end = walk.end
    with pytest.MonkeyPatch.context() as patch:
        for path in sorted(HERE.glob("*.yml")):
            for transcript in read(path, path.name):
                def note(talk, step, lang=transcript.lang[:2]):
                    seen.add((lang, talk.frame["name"], step.name))
                    end(talk, step)

                patch.setattr(walk, "end", note)
                play(CONTENT, transcript)
    return frozenset(seen)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("flow", "ending"), ENDINGS, ids=[".".join(pair) for pair in ENDINGS])
def test_a_transcript_comes_to_every_ending(flow: str, ending: str, lang: str) -> None:
    assert (lang, flow, ending) in shown()


def test_every_way_to_a_ticket_is_short_also_through_several_flows() -> None:
    ways = [(name, trail, count) for name, flow in CONTENT.flows.items() for _, count, trail in walks.deepest(flow, CONTENT.flows)]
    assert any(flow == "login_other" and "to_locked" in trail for flow, trail, _ in ways)
    assert [way for way in ways if way[2] > MOST_ANSWERS] == []
    assert [name for name, flow in CONTENT.flows.items() if walks.silent(flow, CONTENT.flows)[0] > MOST_SILENT] == []
