"""Walks a flow's graph without talking: what can be reached, how deep a question lies, where a path goes round."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from bot.dialogue.model import SKIP, UNSURE, Ask, Check, End, Flow, Say, Step


def ways(step: Step) -> list[tuple[str, str]]:
    """Every way on from a step: (choice, outcome or "go", next step)."""
    if isinstance(step, Ask):
        made = [(c.name, c.go) for c in step.choices]
        if step.fills:
            made += [("filled", step.go or ""), (SKIP, step.skip or step.go or "")]
        return made + ([(UNSURE, step.unsure)] if step.unsure else [])
    if isinstance(step, Say):
        return [("go", step.go)]
    return list(step.outcomes.items()) if isinstance(step, Check) else []


def reached(flow: Flow, entries: Iterable[str] = ()) -> set[str]:
    """The steps that can be reached from the start, or from where other flows go on in this one."""
    seen, todo = set(), [flow.start, *entries]
    while todo:
        name = todo.pop()
        if name in flow.steps and name not in seen:
            seen.add(name)
            todo += [target for _, target in ways(flow.steps[name])]
    return seen


def entries(flows: Mapping[str, Flow], name: str) -> tuple[str, ...]:
    """The steps at which other flows go on in the flow `name`."""
    return tuple(s.at for f in flows.values() for s in f.steps.values() if isinstance(s, End) and s.flow == name and s.at)


def ends(flow: Flow) -> set[str]:
    """The steps from which an end can be reached."""
    good = {n for n, s in flow.steps.items() if isinstance(s, End)}
    while True:
        more = {n for n, s in flow.steps.items() if n not in good and any(t in good for _, t in ways(s))}
        if not more:
            return good
        good |= more


def loop(flow: Flow) -> list[str]:
    """The steps of one round trip, empty when there is none."""
    done: set[str] = set()

    def search(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return [*trail[trail.index(name):], name]
        if name in done or name not in flow.steps:
            return []
        for _, target in ways(flow.steps[name]):
            found = search(target, [*trail, name])
            if found:
                return found
        done.add(name)
        return []

    return search(flow.start, [])


def deepest(flow: Flow, flows: Mapping[str, Flow], start: str = "", passed: tuple[str, ...] = ()) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """For each way to a ticket: its hand-off, the most answers a user gives on the way, the ticket's own included, and the steps.

    The flow has no loop. Where it goes on in another of `flows`, the answers of both count; a hand-off there is `flow.step`.
    Raises RoundTrip where flows go on in each other for ever.
    """
    if flow.name in passed:
        raise RoundTrip((*passed, flow.name))
    collected = frozenset(f for s in flow.steps.values() if isinstance(s, End) for f in s.collect)

    @cache
    def below(name: str, known: frozenset[str]) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
        step = flow.steps[name]
        if isinstance(step, End):
            return tuple(_ended(step, known, flows, (*passed, flow.name)))
        worst: dict[str, tuple[int, tuple[str, ...]]] = {}
        for chosen, target in ways(step):
            if target not in flow.steps:
                continue
            now = known
            if isinstance(step, Ask):
                choice = step.choice(chosen)
                now |= (frozenset(choice.sets) if choice else frozenset({step.fills}) if chosen in ("filled", SKIP) else frozenset()) & collected
            for ending, count, trail in below(target, now):
                count += isinstance(step, Ask)
                if count > worst.get(ending, (-1, ()))[0]:
                    worst[ending] = (count, (name, *trail))
        return tuple((ending, count, trail) for ending, (count, trail) in worst.items())

    return iter(below(start or flow.start, frozenset()))


def _ended(step: End, known: frozenset[str], flows: Mapping[str, Flow], passed: tuple[str, ...]) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    if step.end == "handoff":
        yield step.name, sum(f not in known for f in step.collect), (step.name,)
    elif step.flow in flows:
        other = flows[step.flow]
        start = step.at if step.at in other.steps else other.start
        if other.start in other.steps:
            for ending, count, trail in deepest(other, flows, start, passed):
                yield f"{other.name}.{ending}", count, (step.name, *trail)


class RoundTrip(Exception):
    """Flows that go on in each other; `args[0]` are their names in turn."""


def silent(flow: Flow, flows: Mapping[str, Flow]) -> tuple[int, str]:
    """The most answers asked for before the first useful statement, and the question that is one too many for it. Flows that go on in another count on."""

    def below(of: Flow, name: str, passed: tuple[str, ...]) -> tuple[int, str]:
        step = of.steps.get(name)
        if isinstance(step, End) and step.flow in flows and step.flow not in passed:
            other = flows[step.flow]
            return below(other, step.at if step.at in other.steps else other.start, (*passed, other.name))
        if isinstance(step, Check) and step.outcomes.get("unknown") in of.steps:
            return below(of, step.outcomes["unknown"], passed)  # a look-up with nobody to ask says nothing
        if not isinstance(step, Ask):
            return 0, name
        count, where = max((below(of, t, passed) for _, t in ways(step) if t in of.steps), default=(0, name))
        return count + 1, where if count else name

    return below(flow, flow.start, (flow.name,))
