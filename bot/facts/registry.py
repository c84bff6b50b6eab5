"""Runs checks by name, with a time limit, so that a flow always gets an outcome; what each check does is in its own module."""
from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module

from bot.facts.catalogue import FACTS, UNKNOWN, Declaration

LIMIT_SECONDS = 3.0

Clock = Callable[[], datetime]
Arguments = Mapping[str, str]
_log = logging.getLogger(__name__)
_MODULES = ("reference",)  # of this package, with the checks in them
_checks: dict[str, Callable[[Arguments, Clock], Found]] = {}
# A check that hangs keeps its thread; with all of them taken, further checks are "unknown" after the limit.
_threads = ThreadPoolExecutor(max_workers=8, thread_name_prefix="fact")


@dataclass(frozen=True)
class Found:
    """What a check found."""

    outcome: str
    """One that the catalogue declares for the check."""
    values: dict[str, str] = field(default_factory=dict)
    """For the texts that follow: figures, a guessed network."""


def fact(name: str, slow: bool = False) -> Callable[[Callable[[Arguments, Clock], Found]], Callable[[Arguments, Clock], Found]]:
    """Register a function as the check `name`. It must be declared, with the same `slow`, in bot/facts/catalogue.py."""
    declared = FACTS.get(name)
    if declared is None or declared.slow != slow:
        raise ValueError(f"check {name!r}: declare it in bot/facts/catalogue.py with slow={slow}")

    def register(check: Callable[[Arguments, Clock], Found]) -> Callable[[Arguments, Clock], Found]:
        _checks[name] = check
        return check
    return register


def get(name: str) -> Declaration | None:
    """The declaration of a check, None if there is none of that name."""
    return FACTS.get(name)


def run(name: str, args: Arguments, clock: Clock) -> Found:
    """The check's finding; outcome "unknown" if it fails, does not exist, or takes longer than LIMIT_SECONDS.

    Blocks for up to that long where the check is declared slow: call those from a worker thread. Arguments that are not
    declared are not passed on.
    """
    for module in _MODULES:  # on first use: the modules themselves import this one
        import_module(f"bot.facts.{module}")
    check, declared = _checks.get(name), FACTS.get(name)
    if check is None or declared is None:
        _log.error("no check of the name %r is registered", name)
        return Found(UNKNOWN)
    given = {key: str(value) for key, value in args.items() if key in declared.arguments and value not in (None, "")}
    try:
        found = _threads.submit(check, given, clock).result(timeout=LIMIT_SECONDS)
    except Exception as error:  # the flow must go on whatever a check runs into; its message may quote the user
        _log.warning("check %s gave no answer: %s", name, type(error).__name__)
        return Found(UNKNOWN)
    if found.outcome not in declared.outcomes:
        _log.error("check %s answered %r, which the catalogue does not declare", name, found.outcome)
        return Found(UNKNOWN)
    return found
