"""The check can_look_up: whether there is somebody to ask about a chain, the market or the account, before a question is put for it."""
from __future__ import annotations

from bot.facts import account, registry
from bot.facts.catalogue import UNKNOWN
from bot.facts.market import FEWEST


@registry.fact("can_look_up")
def can_look_up(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue."""
    sources, what = tools.sources, args.get("what")
    there = {
        "chain": bool(sources.chains),
        "market": bool(sources.market.own) and len(sources.market.exchanges) >= FEWEST,
        "account": account.possible(args, tools),
    }.get(what or "", False)
    return registry.Found("yes" if there else UNKNOWN)
