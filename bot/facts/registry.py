"""Runs checks by name, with a time limit, so that a flow always gets an outcome; what each check does is in its own module.

Two kinds: a `fact` reads what is on this machine and answers within the turn; a `look_up` asks servers of the outside, on the
event loop, and its answers are kept for a while and shared by those who ask the same at once.
"""
from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib import import_module

from cachetools import TLRUCache

from bot.facts.catalogue import FACTS, UNKNOWN, Declaration
from bot.facts.sources import Sources

LIMIT_SECONDS = 3.0
"""For any check."""
AT_ONCE = 256
"""Look-ups that run at the same time; the next one is unknown rather than late."""
MOST_KEPT = 5_000
"""Answers kept in this process."""

Clock = Callable[[], datetime]
Arguments = Mapping[str, str]
_log = logging.getLogger(__name__)
_MODULES = ("reference", "reachable", "transfer", "market", "status", "account", "official")  # of this package, with the checks in them


@dataclass(frozen=True)
class Found:
    """What a check found."""

    outcome: str
    """One that the catalogue declares for the check."""
    values: Mapping[str, str] = field(default_factory=dict)
    """For the texts that follow (`{found.x}`) and, where a ticket field has the name, for the ticket."""
    keep: float = 0.0
    """Seconds for which the same question gets this answer; 0 = ask again."""


@dataclass(frozen=True)
class Tools:
    """What a check may use besides its arguments."""

    clock: Clock
    sources: Sources = Sources()
    channels: Mapping = field(default_factory=dict)
    """`channels:` of data/exchange.yml: what is ours."""
    identity: str = ""
    """Whom the exchange's own backend vouched for in this conversation; never what somebody typed."""


Fact = Callable[[Arguments, Tools], Found]
LookUp = Callable[[Arguments, Tools], Awaitable[Found]]
Possible = Callable[[Arguments, Tools], bool]

_facts: dict[str, Fact] = {}
_look_ups: dict[str, tuple[LookUp, Possible]] = {}
_kept: TLRUCache = TLRUCache(MOST_KEPT, ttu=lambda _key, kept, now: now + kept[0].keep, timer=time.monotonic)
_running: dict[tuple, asyncio.Task] = {}


def fact(name: str) -> Callable[[Fact], Fact]:
    """Register a function as the check `name`, declared as not slow in bot/facts/catalogue.py."""
    _declared(name, slow=False)

    def register(check: Fact) -> Fact:
        _facts[name] = check
        return check
    return register


def look_up(name: str, possible: Possible) -> Callable[[LookUp], LookUp]:
    """Register an `async` function as the check `name`, declared as slow. `possible` tells whether there is anybody to ask."""
    _declared(name, slow=True)

    def register(check: LookUp) -> LookUp:
        _look_ups[name] = (check, possible)
        return check
    return register


def get(name: str) -> Declaration | None:
    """The declaration of a check, None if there is none of that name."""
    return FACTS.get(name)


def run(name: str, args: Arguments, tools: Tools) -> Found | None:
    """The finding of a check that answers at once: a fact, a look-up whose answer is kept, or one that has nobody to ask.

    None: it must be looked up (`find`). Whatever a check runs into is the outcome "unknown".
    """
    _load()
    given = _given(name, args)
    if name in _look_ups:
        possible = _look_ups[name][1]
        kept = _kept.get(_key(name, given, tools))
        if kept:
            return _aged(*kept)
        try:
            return None if possible(given, tools) else Found(UNKNOWN)
        except Exception as error:  # hostile text in an argument must not cost a turn
            _warn(name, error)
            return Found(UNKNOWN)
    check = _facts.get(name)
    if check is None:
        _log.error("no check of the name %r is registered", name)
        return Found(UNKNOWN)
    try:
        return _allowed(name, check(given, tools))
    except Exception as error:  # the flow must go on whatever a check runs into; its message may quote the user
        _warn(name, error)
        return Found(UNKNOWN)


async def find(name: str, args: Arguments, tools: Tools) -> Found:
    """The finding of any check, within LIMIT_SECONDS; "unknown" if it fails, does not exist, or takes longer."""
    at_once = run(name, args, tools)
    if at_once is not None:
        return at_once
    key = _key(name, _given(name, args), tools)
    task = _running.get(key)
    if task is None:
        if len(_running) >= AT_ONCE:
            _log.warning("check %s gave no answer: too many look-ups at once", name)
            return Found(UNKNOWN)
        task = _running[key] = asyncio.ensure_future(_looked_up(name, key, args, tools))
        task.add_done_callback(lambda _done: _running.pop(key, None))
    # Shielded: who asks the same goes on waiting when the first one to ask is gone.
    return await asyncio.shield(task)


async def _looked_up(name: str, key: tuple, args: Arguments, tools: Tools) -> Found:
    check, _ = _look_ups[name]
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            found = _allowed(name, await check(_given(name, args), tools))
    except Exception as error:
        _warn(name, error)
        return Found(UNKNOWN)
    if found.keep > 0 and found.outcome != UNKNOWN:
        _kept[key] = (found, time.monotonic())
    return _aged(found, time.monotonic())


def forget() -> None:
    """Drop every kept answer."""
    _kept.clear()


def moment(text: str) -> datetime | None:
    """A time as servers write it (ISO 8601 with its zone), or None."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _aged(found: Found, since: float) -> Found:
    """The finding with its age in seconds, so that users can be told how old an answer is."""
    return replace(found, values={**found.values, "age": str(int(time.monotonic() - since))})


def _allowed(name: str, found: Found) -> Found:
    declared = FACTS[name]
    if found.outcome not in declared.outcomes:
        _log.error("check %s answered %r, which the catalogue does not declare", name, found.outcome)
        return Found(UNKNOWN)
    return found


def _given(name: str, args: Arguments) -> dict[str, str]:
    """The arguments that are declared and known."""
    declared = FACTS.get(name)
    return {key: str(value) for key, value in args.items() if declared and key in declared.arguments and value not in (None, "")}


def _key(name: str, given: Arguments, tools: Tools) -> tuple:
    return (name, tools.identity if FACTS[name].personal else "", *sorted(given.items()))


def _warn(name: str, error: Exception) -> None:
    _log.warning("check %s gave no answer: %s", name, type(error).__name__)


def _declared(name: str, slow: bool) -> None:
    declared = FACTS.get(name)
    if declared is None or declared.slow != slow:
        raise ValueError(f"check {name!r}: declare it in bot/facts/catalogue.py with slow={slow}")


def _load() -> None:
    for module in _MODULES:  # on first use: the modules themselves import this one
        import_module(f"bot.facts.{module}")
