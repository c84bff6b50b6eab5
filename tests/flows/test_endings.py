"""What the transcripts beside this file and the flows must hold together: every ending is shown in both languages, and no chain of flows asks too much."""
from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bot.content import load, walks
from bot.content.check import MOST_ANSWERS
from bot.content.transcript import play, read
from bot.dialogue import walk
from bot.dialogue.model import Ask, End, Flow

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONTENT = load(ROOT)
ENDINGS = [(name, step.name) for name, flow in sorted(CONTENT.flows.items()) for step in flow.steps.values() if isinstance(step, End)]
LOSSES = ("money_missing", "withdrawal_failed_or_pending", "deposit_wrong_network_or_address")
"""Flows about money that is gone: where they go on in another one, the answers of both count."""
CHAINS = [(name, ending) for name, ending in ENDINGS if name in LOSSES and CONTENT.flows[name].steps[ending].end == "flow"]


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


def answers_before(flow: Flow, ending: str) -> int:
    """The most answers a user gives on the way from a flow's start to one of its endings."""

    @cache
    def below(name: str) -> int:
        step = flow.steps[name]
        if isinstance(step, End):
            return 0 if name == ending else -MOST_ANSWERS * 9
        return isinstance(step, Ask) + max(below(target) for _, target in walks.ways(step) if target)

    return below(flow.start)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("flow", "ending"), ENDINGS, ids=[".".join(pair) for pair in ENDINGS])
def test_a_transcript_comes_to_every_ending(flow: str, ending: str, lang: str) -> None:
    assert (lang, flow, ending) in shown()


@pytest.mark.parametrize(("flow", "ending"), CHAINS, ids=[".".join(pair) for pair in CHAINS])
def test_a_flow_that_goes_on_in_another_still_leads_to_a_ticket_in_time(flow: str, ending: str) -> None:
    first = CONTENT.flows[flow]
    then = CONTENT.flows[first.steps[ending].flow]
    before = answers_before(first, ending)
    assert all(before + count <= MOST_ANSWERS for _, count, _ in walks.deepest(then)), [(trail, before + count) for _, count, trail in walks.deepest(then)]
