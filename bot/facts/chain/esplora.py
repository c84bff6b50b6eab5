"""Asks Bitcoin by the Esplora HTTP API. Source: Blockstream's esplora API.md (GET /tx/:txid, /blocks/tip/height, /fee-estimates)."""
from __future__ import annotations

from decimal import Decimal

from bot.facts.asking import Asker, NoAnswer, together
from bot.facts.chain.transaction import ABSENT, INCLUDED, PENDING, Transaction, Transfer
from bot.facts.sources import Endpoint

_LOW_BLOCKS = 6
"""A fee that is not expected within so many blocks (an hour) is called low."""


async def look(asker: Asker, endpoint: Endpoint, tx_hash: str) -> Transaction:
    """The transaction of a hash (64 hex digits). Raises NoAnswer."""
    sent, height = await together(
        asker.get(endpoint, f"/tx/{tx_hash.lower().removeprefix('0x')}", missing=None), asker.get(endpoint, "/blocks/tip/height"))
    height = int(height)
    if sent is None:
        return Transaction(ABSENT, height=height)
    transfers = tuple(Transfer(out["scriptpubkey_address"], int(out["value"])) for out in sent["vout"] if out.get("scriptpubkey_address"))
    if sent["status"]["confirmed"]:
        return Transaction(INCLUDED, int(sent["status"]["block_height"]), height, transfers)
    fee, wait = await _outlook(asker, endpoint, sent)
    return Transaction(PENDING, height=height, transfers=transfers, fee=fee, blocks_to_wait=wait)


async def _outlook(asker: Asker, endpoint: Endpoint, sent: dict) -> tuple[str, tuple[int, int] | None]:
    """How soon a block may take it, by what others pay: {"6": 12.3} is 12.3 sat/vB for the sixth block from now."""
    try:
        estimates = {int(blocks): Decimal(str(rate)) for blocks, rate in (await asker.get(endpoint, "/fee-estimates")).items()}
        rate = Decimal(int(sent["fee"])) * 4 / int(sent["weight"])
    except (NoAnswer, KeyError, ValueError, AttributeError, ArithmeticError):
        return "", None  # the outlook is an extra
    soon = sorted(blocks for blocks, asked in estimates.items() if rate >= asked)
    if not soon:
        return "low", None
    return ("low" if soon[0] > _LOW_BLOCKS else "normal"), (1, max(2, soon[0]))
