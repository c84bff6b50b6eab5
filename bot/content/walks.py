"""Walks a flow's graph without talking: what can be reached, how deep a question lies, where a path goes round."""
from __future__ import annotations

from collections.abc import Iterator
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


def reached(flow: Flow) -> set[str]:
    """The steps that can be reached from the start."""
    seen, todo = set(), [flow.start]
    while todo:
        name = todo.pop()
        if name in flow.steps and name not in seen:
            seen.add(name)
            todo += [target for _, target in ways(flow.steps[name])]
    return seen


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


def deepest(flow: Flow) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """For each hand-off: its step, and the most answers a user gives on the way to the ticket, the ticket's own included. The flow has no loop."""
    collected = frozenset(f for s in flow.steps.values() if isinstance(s, End) for f in s.collect)

    @cache
    def below(name: str, known: frozenset[str]) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
        step = flow.steps[name]
        if isinstance(step, End):
            left = tuple(f for f in step.collect if f not in known) if step.end == "handoff" else ()
            return ((name, len(left), (name,)),) if step.end == "handoff" else ()
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

    return iter(below(flow.start, frozenset()))


def silent(flow: Flow) -> tuple[int, str]:
    """The most answers asked for before the first useful statement, and the question that is one too many for it."""

    @cache
    def below(name: str) -> tuple[int, str]:
        step = flow.steps.get(name)
        if not isinstance(step, Ask):
            return 0, name
        count, where = max((below(t) for _, t in ways(step) if t in flow.steps), default=(0, name))
        return count + 1, where if count else name

    return below(flow.start)
