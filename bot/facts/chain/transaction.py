"""What a chain knows of a transaction, in words that all chains share, and what to think of two answers. What it means for a deposit is deposit.py's."""
from __future__ import annotations

from dataclasses import dataclass, replace

ABSENT, PENDING, FAILED, INCLUDED = "absent", "pending", "failed", "included"
_ORDER = (ABSENT, PENDING)


@dataclass(frozen=True)
class Transfer:
    """One movement of coins within a transaction."""

    to: str
    """The receiving address as its chain writes it (EVM: lower case)."""
    amount: int
    """In the asset's smallest unit."""
    contract: str = ""
    """The token's contract (EVM: lower case); empty for the chain's own coin."""


@dataclass(frozen=True)
class Transaction:
    """An answer about a transaction hash."""

    state: str
    """ABSENT, PENDING (seen, in no block), FAILED (in a block, moved nothing) or INCLUDED."""
    block: int | None = None
    height: int | None = None
    """The newest block's number when it was asked."""
    transfers: tuple[Transfer, ...] = ()
    opaque: bool = False
    """Coins may have moved inside a contract where this kind of server does not show it."""
    fee: str = ""
    """Of a pending one: "low" when today's blocks take better paid ones first, "normal" otherwise; empty when unknown."""
    blocks_to_wait: tuple[int, int] | None = None
    """Of a pending one: the usual range until a block takes it, where the chain tells."""

    @property
    def confirmations(self) -> int:
        """Blocks that contain or follow it."""
        return max(0, self.height - self.block + 1) if self.block is not None and self.height is not None else 0


def merge(one: Transaction, other: Transaction) -> Transaction | None:
    """What both together say: the more careful of two that only differ by a moment; None if they contradict each other."""
    if {one.state, other.state} == {ABSENT, PENDING}:
        return one if one.state == PENDING else other  # not every node hears of a transaction at once
    if {one.state, other.state} == {PENDING, INCLUDED}:
        return one if one.state == PENDING else other  # a block apart
    if (one.state, one.block, sorted(one.transfers, key=repr)) != (other.state, other.block, sorted(other.transfers, key=repr)):
        return None
    if one.height is None or other.height is None:
        return one
    return replace(one, height=min(one.height, other.height))
