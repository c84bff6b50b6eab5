"""Plays `tests/flows/*.yml`, conversations with what they must lead to, on the pure engine. Through the trained engine they are played by tests/conversations."""
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content import files
from bot.content.problem import ContentErrors, Problem
from bot.dialogue.heard import Heard
from bot.dialogue.model import Content
from bot.dialogue.route import respond
from bot.dialogue.talk import RunCheck
from bot.dialogue.turn import Turn

EXPECTED = {"step", "flow", "stage", "says", "not_says", "buttons", "no_buttons", "fields", "outcome"}
"""What a turn may be held to."""
TURN_KEYS = {"user", "press", "intent", "entities", "queued", "expect"}


@dataclass(frozen=True)
class Transcript:
    """One conversation of a transcript file."""

    id: str
    """Unique in the project."""
    lang: str
    """`zh-Hans`, `zh-Hant` or `en`."""
    turns: tuple[Mapping, ...]
    """Each `{user | press, intent?, entities?, expect?}`."""
    checks: Mapping[str, str]
    """Check -> outcome it gives here; `unknown` for those not named."""
    file: str
    """Where it stands."""


def read(path: Path, name: str) -> list[Transcript]:
    """The transcripts of one file. Raises ContentErrors when its shape is wrong."""
    rows, problems = files.read_any(path, name)
    made = []
    for n, row in enumerate(rows if isinstance(rows, list) else (), 1):
        where = f"transcript {row.get('id', n) if isinstance(row, Mapping) else n}"
        if not isinstance(row, Mapping) or not isinstance(row.get("turns"), list) or not row.get("id"):
            problems.append(Problem(name, where, "needs an id and a list of turns", "See docs/content-guide.md, Transcripts."))
            continue
        for t, turn in enumerate(row["turns"], 1):
            odd = set(turn) - TURN_KEYS if isinstance(turn, Mapping) else {"no mapping"}
            odd |= set(turn.get("expect") or {}) - EXPECTED if isinstance(turn, Mapping) else set()
            if odd:
                problems.append(Problem(name, f"{where}, turn {t}", f"unknown: {', '.join(sorted(odd))}", f"Known: {', '.join(sorted(TURN_KEYS | EXPECTED))}."))
        made.append(Transcript(row["id"], row.get("lang", "zh-Hans"), tuple(row["turns"]), row.get("checks") or {}, name))
    if not isinstance(rows, list):
        problems.append(Problem(name, "", "is no list of transcripts", "Begin each with '- id: …'."))
    if problems:
        raise ContentErrors(problems)
    return made


def play(content: Content, transcript: Transcript, run_check: RunCheck | None = None) -> list[str]:
    """Play a transcript; returns what went otherwise than expected, one line each, empty when all is well."""
    last: Turn | None = None
    wrong = []
    for n, (said, turn) in enumerate(turns(content, transcript, run_check), 1):
        where = f"{transcript.file}: {transcript.id}, turn {n}"
        if turn is None:
            shown = [b.title for r in last.replies for b in r.buttons] if last else []
            return [*wrong, f"{where}: no button {said['press']!r}; there are {shown}"]
        wrong += [f"{where}: {fault}" for fault in differences(said.get("expect") or {}, turn)]
        last = turn
    return wrong


def turns(content: Content, transcript: Transcript, run_check: RunCheck | None = None) -> Iterator[tuple[Mapping, Turn | None]]:
    """Each turn of a transcript with the dialogue's answer; None, and no further turn, where a button is not there."""
    state: dict = {"lang": transcript.lang}
    last: Turn | None = None
    for said in transcript.turns:
        heard = _heard(said, last)
        if heard is None:
            yield said, None
            return
        last = respond(content, state, heard, run_check=run_check or (lambda name, args: transcript.checks.get(name, "unknown")))
        state = last.state
        yield said, last


def differences(expected: Mapping, turn: Turn) -> list[str]:
    """What of `expected` does not hold for the turn."""
    state = turn.state
    frame = state["flow"] or {}
    said = "\n".join(r.text for r in turn.replies)
    titles = [b.title for r in turn.replies for b in r.buttons]
    fields = {n: r["value"] for n, r in state["fields"].items()}
    found = []
    for key, seen in (("step", frame.get("step")), ("flow", frame.get("name")), ("stage", turn.stage), ("outcome", turn.outcome)):
        if key in expected and expected[key] != (seen or "none"):
            found.append(f"{key} is {seen or 'none'}, expected {expected[key]}")
    found += [f"does not say {f!r}; it says {said!r}" for f in expected.get("says", ()) if f not in said]
    found += [f"says {f!r}" for f in expected.get("not_says", ()) if f in said]
    found += [f"has no button {b!r}; there are {titles}" for b in expected.get("buttons", ()) if b not in titles]
    found += [f"has buttons {titles}"] if expected.get("no_buttons") and titles else []
    found += [f"field {n} is {fields.get(n)!r}, expected {v!r}" for n, v in (expected.get("fields") or {}).items() if (fields.get(n) or "none") != v]
    return found


def _heard(said: Mapping, last: Turn | None) -> Heard | None:
    """What a turn of a transcript means; None for a button that is not there."""
    if "press" in said:
        payload = next((b.payload for r in reversed(last.replies) for b in r.buttons if b.title == said["press"]), None) if last else None
        return None if payload is None else pressed(payload)
    intent = said.get("intent") or "nlu_fallback"
    return Heard.of({"text": said.get("user", ""), "intent": intent, "entities": said.get("entities") or [], "queued": said.get("queued") or []})


def pressed(payload: str) -> Heard:
    """What a button's payload means: `/choose{"choice":"a.b"}`, `/go_back`."""
    intent, _, rest = payload.lstrip("/").partition("{")
    given = json.loads("{" + rest) if rest else {}
    return Heard.of({"text": payload, "intent": intent, "entities": [{"entity": k, "value": v} for k, v in given.items()]})
