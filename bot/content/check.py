"""Finds everything wrong with `data/` at once: what does not fit together, and what a machine can tell about how it speaks. One module a subject."""
from __future__ import annotations

import re
from pathlib import Path

from bot.content import check_cards, check_flows, check_tables
from bot.content.load import gather
from bot.content.naming import Names
from bot.content.problem import Problem
from bot.dialogue.model import Content

TABLES = {
    "replies.yml": check_tables.replies, "comparison_words.yml": check_tables.comparison_words, "describe.yml": check_tables.descriptions,
    "fields.yml": check_tables.fields, "canned.yml": check_tables.canned, "summary.yml": check_tables.summary, "exchange.yml": check_tables.exchange,
}


def check(root: Path) -> list[Problem]:
    """Every problem of the content below `root`, in the files' order; empty when all is well.

    A file that cannot be read is named once, not by everything that misses what it holds.
    """
    content, problems = gather(root)
    if not (content.replies and content.fields and content.exchange.links):
        return sorted(set(problems))  # every text would be at fault: the rest is checked when these can be read
    names = Names(content, Path(root))
    for flow in content.flows.values():
        problems += [Problem(f"data/flows/{flow.name}.yml", *fault) for fault in check_flows.faults(flow, names)]
    for card in content.cards.values():
        problems += [Problem(f"data/cards/{card.name}.yml", *fault) for fault in check_cards.faults(card, names)]
    problems += [Problem("data/places.yml", *fault) for fault in check_cards.places(names)]
    for file, faults in TABLES.items():
        problems += [Problem(f"data/{file}", *fault) for fault in faults(content)]
    problems += [Problem("data/flows", "", what, do) for what, do in check_flows.entries(content)]
    problems += [Problem("data/exchange.yml", "", what, "See docs/facts.md.") for what in check_tables.look_ups(content)]
    unread = _unread(content, Path(root))
    return sorted(problem for problem in set(problems) if unread.isdisjoint(re.findall(r"\w+", problem.what)))


def _unread(content: Content, root: Path) -> set[str]:
    """Flows and cards whose file is there and cannot be read: they are not "unknown" to those that name them."""
    return {path.stem for folder, read in (("flows", content.flows), ("cards", content.cards)) for path in (root / "data" / folder).glob("*.yml") if path.stem not in read}
