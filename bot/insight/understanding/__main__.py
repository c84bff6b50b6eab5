"""The jobs that the `bot` command hands over: one JSON object on stdin, one on stdout; progress goes to stderr.

    python -m bot.insight.understanding JOB
"""
from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

OK, FAILED, BAD_INPUT = 0, 1, 2
Job = Callable[[Mapping[str, Any]], dict[str, Any]]


def measure(given: Mapping[str, Any]) -> dict[str, Any]:
    """{model, heldout: [{text, accepted, id}], cross: bool} -> {heldout: {digest: outcome}, cross_validation: {digest: outcome} | null}."""
    from bot.insight.outcomes import Labelled
    from bot.insight.understanding.parsing import Understanding
    messages = [Labelled(one["text"], tuple(one["accepted"]), one.get("id", "")) for one in given["heldout"]]
    held = Understanding.of(Path(given["model"])).predict(messages)
    crossed = None
    if given.get("cross"):
        from bot.insight.examples import learned
        from bot.insight.understanding.crossval import kept_predictions
        crossed = _outcomes(kept_predictions(learned(), Path(given["model"])))
    return {"heldout": _outcomes(held), "cross_validation": crossed}


def _outcomes(predictions) -> dict[str, str]:
    """By digest; texts that share one are left out, since nobody could tell them apart."""
    found: dict[str, str] = {}
    twice = set()
    for one in predictions:
        if one.digest in found:
            twice.add(one.digest)
        found[one.digest] = one.outcome
    return {digest: outcome for digest, outcome in found.items() if digest not in twice}


def evaluate(given: Mapping[str, Any]) -> dict[str, Any]:
    """{model, folder, title, facts, messages: [...] | null} -> the summary; writes the report into the folder."""
    from bot.insight.understanding.report import write
    return write(given)


def data(given: Mapping[str, Any]) -> dict[str, Any]:
    """{} -> {counts, lines}: the check of data/nlu."""
    from bot.insight.examples import read
    from bot.insight.understanding.data_check import check, lines
    report = check(read())
    return {"counts": report.to_json(), "lines": list(lines(report))}


def near(given: Mapping[str, Any]) -> dict[str, Any]:
    """{new, known: [[text]]} -> {near: for each known list, then for new itself, [[place in new, place in that list]]}."""
    from bot.insight.understanding import likeness
    return {"near": likeness.near(given["new"], given["known"])}


def groups(given: Mapping[str, Any]) -> dict[str, Any]:
    """{texts} -> {groups: [[place]]}."""
    from bot.insight.understanding import likeness
    return {"groups": likeness.groups(given["texts"])}


JOBS: dict[str, Job] = {job.__name__: job for job in (measure, evaluate, data, near, groups)}


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in JOBS:
        print(f"one of {', '.join(JOBS)}", file=sys.stderr)
        return BAD_INPUT
    logging.disable(logging.INFO)
    given = json.loads(sys.stdin.buffer.read())
    results = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is no result
    try:
        answer = JOBS[sys.argv[1]](given)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return BAD_INPUT
    with results:
        json.dump(answer, results)
    return OK


if __name__ == "__main__":
    sys.exit(main())
