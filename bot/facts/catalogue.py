"""Which checks exist, with their arguments and outcomes: for `bot check` and for authors; nothing here runs a check.

Standard library only, so that content can be checked without the app's environment.
"""
from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = "unknown"
"""The outcome every check can have: no answer in time, a failure, or nothing to look at."""


@dataclass(frozen=True)
class Declaration:
    """What a flow may write about a check."""

    name: str
    arguments: tuple[str, ...]
    """Names a step may give under `args:`; a missing or empty one is "not known"."""
    outcomes: tuple[str, ...]
    """Names a step may give under `outcomes:`, UNKNOWN among them."""
    slow: bool = False
    """Whether it leaves this machine: then the bot says "let me look" and answers in a turn of its own."""
    note: str = ""


FACTS: dict[str, Declaration] = {declaration.name: declaration for declaration in (
    Declaration(
        "read_reference",
        arguments=("reference", "address"),
        outcomes=("ok", "too_short", "too_long", "bad_checksum", "address", "hash", "other", UNKNOWN),
        note="Reads, offline, what was given as a transaction hash (`reference`) or as an address (`address`). "
             "`address` and `hash` as outcomes: the other of the two was given. `other`: a number, a shortened or unrelated text.",
    ),
)}
