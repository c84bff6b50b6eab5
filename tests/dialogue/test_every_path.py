"""Walks every path of every flow in data/, in both languages, without a model."""
from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.content import load
from bot.content.transcript import pressed
from bot.dialogue.heard import Heard
from bot.dialogue.model import MAX_BUTTONS, MAX_PAYLOAD, SKIP, UNSURE, Ask, Check, Content, Flow
from bot.dialogue.route import respond
from bot.dialogue.turn import Turn

ROOT = Path(__file__).parents[2]

CONTENT = load(ROOT)
FLOWS = CONTENT.flows
LONGEST = 12
VALUES = {
    "tx_hash": "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b", "address": "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "digits": "12345678",
    "email": "a@mail.com", "phone": "+6581234567", "amount": "0.5", "coin": "BTC", "network": "TRC20", "time": "昨天 15:00", "text": "某个说法 abc", "ticket_no": "TK-000000000",
}


def outcomes(flow: Flow) -> list[str]:
    found = sorted({o for s in flow.steps.values() if isinstance(s, Check) for o in s.outcomes})
    return found or ["unknown"]


def answers(content: Content, turn: Turn) -> list[Heard]:
    """Every answer to the open question: each button, and a value where one is asked for."""
    made = [pressed(b.payload) for r in turn.replies for b in r.buttons if b.payload.startswith('/choose{"choice"')]
    field = asked(content, turn)
    return made + ([Heard(text=VALUES[content.fields[field].kind], intent="inform")] if field else [])


def asked(content: Content, turn: Turn) -> str | None:
    """The field that the open question wants."""
    frame, collect = turn.state["flow"], turn.state["collect"]
    step = content.flows[frame["name"]].steps[frame["step"]] if frame else None
    return collect["asked"] if collect else step.fills if isinstance(step, Ask) else None


def paths(content: Content, turn: Turn, outcome: str, trail: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Turn]]:
    """Every way on from a turn, each turn on it handed out."""
    yield trail, turn
    assert len(trail) <= LONGEST, trail
    if not turn.state["flow"] and not turn.state["collect"]:
        return
    open_step = (turn.state["flow"] or {}).get("step")
    ways = answers(content, turn)
    assert ways, (trail, open_step)
    for heard in ways:
        if heard.choice == f"{open_step}.{UNSURE}" and content.flows[turn.state["flow"]["name"]].steps[open_step].unsure is None:
            explained = respond(content, turn.state, heard)
            assert explained.replies, trail
            assert explained.state["flow"]["step"] == open_step
            continue
        following = respond(content, turn.state, heard, run_check=lambda name, args: outcome)
        yield from paths(content, following, outcome, (*trail, heard.choice or heard.text))


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
@pytest.mark.parametrize("name", sorted(FLOWS))
def test_every_path_ends_asks_nothing_twice_and_has_sound_bubbles(name: str, lang: str) -> None:
    content = CONTENT
    flow = content.flows[name]
    ended = set()
    for outcome in outcomes(flow):
        first = respond(content, {"lang": lang}, Heard(topic=name, intent="choose"), run_check=lambda n, a, o=outcome: o)
        for trail, turn in paths(content, first, outcome):
            assert turn.replies, trail
            for reply in turn.replies:
                assert reply.text.strip(), trail
                assert not re.search(r"[{}]", reply.text), (trail, reply.text)
                assert len(reply.buttons) <= MAX_BUTTONS
                assert all(len(b.payload.encode()) <= MAX_PAYLOAD and b.title for b in reply.buttons)
            assert asked(content, turn) not in turn.state["fields"], trail
            if turn.outcome:
                ended.add(turn.outcome)
    assert ended
    assert ended <= {"solved", "wait", "handoff"}


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_with_everything_known_no_value_is_asked(name: str) -> None:
    content = CONTENT
    known = {n: {"value": VALUES[f.kind], "said": "", "source": "verified", "declined": False} for n, f in content.fields.items()}
    first = respond(content, {"fields": known}, Heard(topic=name, intent="choose"), run_check=lambda n, a: "unknown")
    for trail, turn in paths(content, first, "unknown"):
        assert asked(content, turn) is None, trail


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_back_from_any_question_leads_to_the_one_before(name: str) -> None:
    content = CONTENT
    first = respond(content, {}, Heard(topic=name, intent="choose"), run_check=lambda n, a: "unknown")
    for trail, turn in paths(content, first, "unknown"):
        frame = turn.state["flow"]
        if not frame or not frame["marks"] or frame["name"] != name:
            continue
        before = frame["path"][frame["marks"][-1]][0]
        again = respond(content, turn.state, Heard(intent="go_back"))
        assert again.state["flow"]["step"] == before, trail
        assert SKIP not in [c for s, c in again.state["flow"]["path"] if s == before]
