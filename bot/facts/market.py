"""The checks compare_price, compare_order and coin_status: what the market says, through ccxt in a process of its own (prices.py)."""
from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from statistics import median

from bot.facts import price_process, registry
from bot.facts.catalogue import UNKNOWN

KEEP_SECONDS = 15
"""Prices are shared for so long; they move."""
STATUS_SECONDS = 60
NEAR_PERCENT = Decimal("1")
FEWEST = 2
"""Prices of others that a comparison needs; one alone may itself be the odd one."""

_PAIR = re.compile(r"([A-Z0-9]{2,10})[/_\- ]?(USDT|USDC|USD|BTC|ETH|EUR)")


def symbol(pair: str) -> str | None:
    """A pair as ccxt writes it: "BTC/USDT"; None if it is none."""
    match = _PAIR.fullmatch(pair.strip().upper())
    return f"{match[1]}/{match[2]}" if match else None


def _has_others(args: registry.Arguments, tools: registry.Tools) -> bool:
    return bool(symbol(args.get("pair", ""))) and (len(tools.sources.market.exchanges) >= FEWEST or bool(tools.sources.market.own))


def _has_own(args: registry.Arguments, tools: registry.Tools) -> bool:
    return bool(tools.sources.market.own)


@registry.look_up("compare_price", possible=_has_others)
async def compare_price(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue. Our own oddness is hidden behind "unknown" where it may not be told, never behind "usual"."""
    market = tools.sources.market
    quotes = await price_process.quotes([*market.exchanges, *([market.own] if market.own else [])], symbol(args["pair"]))
    own = quotes.get(market.own.get("id", ""), {}) if market.own else {}
    if own.get("active") == "no":
        return registry.Found("halted", {"source": market.own["id"]}, KEEP_SECONDS)
    others = {name: Decimal(quote["last"]) for name, quote in quotes.items() if quote.get("last") and name != market.own.get("id")}
    if len(others) < FEWEST:
        return registry.Found(UNKNOWN)
    middle = median(others.values())
    odd_ones = sorted(name for name, price in others.items() if _percent(price, middle) > market.outlier_percent)
    values = {"median": _plain(middle), "outliers": ", ".join(odd_ones), "source": ", ".join(sorted(others))}
    ours = Decimal(own["last"]) if own.get("last") else None
    if ours is not None and _percent(ours, middle) > market.outlier_percent:
        told = market.tell_own_outlier
        return registry.Found("ours_odd", values | {"price": _plain(ours), "percent": _plain(_percent(ours, middle))}, KEEP_SECONDS) if told else registry.Found(UNKNOWN)
    seen = _number(args.get("price", "")) or ours
    if seen is None:
        return registry.Found(UNKNOWN)
    percent = _percent(seen, middle)
    return registry.Found("odd" if percent > market.outlier_percent else "usual", values | {"price": _plain(seen), "percent": _plain(percent)}, KEEP_SECONDS)


@registry.look_up("compare_order", possible=_has_own)
async def compare_order(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue, by our own book: an order waits in our book, not in another exchange's."""
    own, pair = tools.sources.market.own, symbol(args.get("pair", ""))
    limit, side = _number(args.get("price", "")), args.get("side", "")
    if not pair or limit is None or side not in ("buy", "sell"):
        return registry.Found(UNKNOWN)
    quote = (await price_process.quotes([own], pair)).get(own["id"], {})
    if quote.get("active") == "no":
        return registry.Found("halted", {"source": own["id"]}, KEEP_SECONDS)
    best = _number(quote.get("ask" if side == "buy" else "bid", "")) or _number(quote.get("last", ""))
    if best is None:
        return registry.Found(UNKNOWN)
    values = {"price": _plain(best), "percent": _plain(_percent(limit, best)), "source": own["id"]}
    if limit >= best if side == "buy" else limit <= best:
        return registry.Found("reached", values, KEEP_SECONDS)
    return registry.Found("near" if _percent(limit, best) <= NEAR_PERCENT else "far", values, KEEP_SECONDS)


@registry.look_up("coin_status", possible=_has_own)
async def coin_status(args: registry.Arguments, tools: registry.Tools) -> registry.Found:
    """Outcomes of the catalogue."""
    own = tools.sources.market.own
    states = await price_process.coin(own, args.get("coin", ""), args.get("network", ""))
    state = states.get("withdrawal" if args.get("direction") == "withdrawal" else "deposit")
    if state not in ("open", "paused"):
        return registry.Found(UNKNOWN)
    return registry.Found(state, {"source": own["id"]}, STATUS_SECONDS)


def _percent(price: Decimal, middle: Decimal) -> Decimal:
    return abs(price - middle) / middle * 100 if middle else Decimal(0)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", ""))
    except (InvalidOperation, AttributeError):
        return None
    return number if number.is_finite() and number > 0 else None


def _plain(number: Decimal) -> str:
    """At most six significant digits, without an exponent."""
    rounded = number.quantize(Decimal(1).scaleb(number.adjusted() - 5)) if number else number
    return f"{rounded.normalize():f}"
