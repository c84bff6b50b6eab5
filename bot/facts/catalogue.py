"""Which checks exist, with their arguments, outcomes and values: for `bot check` and for authors; nothing here runs a check.

Standard library only, so that content can be checked without the app's environment.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
    values: tuple[str, ...] = ()
    """What it may find; the steps behind it may say `{found.<value>}`. One that is not known there is an empty text."""
    slow: bool = False
    """Whether it leaves this machine: then the bot says "let me look" and answers in a turn of its own."""
    personal: bool = False
    """Whether the answer is about the person who asks: then it is kept for nobody else."""
    note: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Arguments that take only certain values; a step gives them under `with:`."""


_SEEN = ("source", "age", "when")
"""Every look-up says where its answer comes from and how many seconds old it is; `when` says the latter in words."""
_CHAIN = ("network", "coin", "amount", "confirmations", "needed", "wait_low", "wait_high", "fee", "to", "minimum", "chain_status", *_SEEN)

FACTS: dict[str, Declaration] = {declaration.name: declaration for declaration in (
    Declaration(
        "read_reference",
        arguments=("reference", "address"),
        outcomes=("ok", "too_short", "too_long", "bad_checksum", "address", "hash", "other", UNKNOWN),
        values=("kind", "network", "networks", "expected", "length", "missing", "extra", "position", "character", "slip"),
        note="Reads, offline, what was given as a transaction hash (`reference`) or as an address (`address`). "
             "`address` and `hash` as outcomes: the other of the two was given. `other`: a number, a shortened or unrelated text.",
    ),
    Declaration(
        "compare_network",
        arguments=("address", "network"),
        outcomes=("fits", "other_network", "bad_address", UNKNOWN),
        values=("networks",),
        note="Whether an address can be on a chain, by its form alone: \"this is a TRON address, but you chose ERC20\".",
    ),
    Declaration(
        "official_channel",
        arguments=("text",),
        outcomes=("ours", "imitation", "not_ours", UNKNOWN),
        values=("shown", "like", "kind"),
        note="Judges links, e-mail addresses, handles and phone numbers in a message by `channels:` of data/exchange.yml; for cards "
             "(`when: {check: official_channel, outcome: imitation}`). `shown` cannot be tapped.",
    ),
    Declaration(
        "can_look_up",
        arguments=("what",),
        outcomes=("yes", UNKNOWN),
        note="Whether this deployment, and for `account` this visitor, has somebody to ask: so that nobody is asked for a hash, a pair or "
             "an order number that would not be looked up.",
        choices={"what": ("chain", "market", "account")},
    ),
    Declaration(
        "find_deposit",
        arguments=("tx_hash", "network", "coin", "address"),
        outcomes=("not_found", "pending", "confirming", "confirmed", "failed", "other_address", "other_network", "wrong_token", "below_minimum", UNKNOWN),
        values=_CHAIN, slow=True,
        note="Looks a deposit up on its chain. `confirmed`: enough confirmations, so it should have been credited. `other_address`, "
             "`wrong_token`: only where the address is known. `other_network`: it is on another chain than the one given.",
    ),
    Declaration(
        "find_withdrawal",
        arguments=("tx_hash", "network", "coin", "address"),
        outcomes=("not_found", "pending", "confirming", "confirmed", "failed", "other_address", "wrong_token", UNKNOWN),
        values=_CHAIN, slow=True,
        note="The same for coins that left us: `confirmed` means that the receiving side has to credit them.",
    ),
    Declaration(
        "compare_price",
        arguments=("pair", "price"),
        outcomes=("usual", "odd", "ours_odd", "halted", UNKNOWN),
        values=("price", "median", "percent", "outliers", *_SEEN), slow=True,
        note="Compares a price that somebody sees (`price`; without it, our own) with the median of several exchanges. `ours_odd` "
             "only where data/exchange.yml allows it to be told.",
    ),
    Declaration(
        "compare_order",
        arguments=("pair", "side", "price"),
        outcomes=("reached", "near", "far", "halted", UNKNOWN),
        values=("price", "percent", *_SEEN), slow=True,
        note="Whether the market has reached an order's limit price. `near`: within one per cent.",
    ),
    Declaration(
        "coin_status",
        arguments=("coin", "network", "direction"),
        outcomes=("open", "paused", UNKNOWN),
        values=_SEEN, slow=True,
        note="Whether deposits or withdrawals (`direction`) of a coin are open, by the exchange's public API.",
        choices={"direction": ("deposit", "withdrawal")},
    ),
    Declaration(
        "service_status",
        arguments=("component",),
        outcomes=("ok", "incident", "maintenance", UNKNOWN),
        values=("title", "incident", "since", *_SEEN), slow=True,
        note="What the status page says of a component, or of everything without one. `incident` is its number, `title` its name.",
        choices={"component": ("deposits", "withdrawals", "trading", "login")},
    ),
    Declaration(
        "account_state",
        arguments=(),
        outcomes=("normal", "locked", "hold", UNKNOWN),
        values=("until", *_SEEN), slow=True, personal=True,
        note="What the exchange's backend says of the logged-in account: `locked`, or `hold` (withdrawals wait), until `until`. Without "
             "an end both are `unknown`: what has none is told by people.",
    ),
    Declaration(
        "account_limits",
        arguments=(),
        outcomes=("known", UNKNOWN),
        values=("kyc_level", "daily_limit", "daily_used", "daily_left", "limit_coin", *_SEEN), slow=True, personal=True,
        note="The logged-in account's level of verification and its daily limit for withdrawals. `known`: all of the values are there.",
    ),
    Declaration(
        "deposit_record",
        arguments=("tx_hash",),
        outcomes=("in_funding", "in_spot", "credited", "seen", "review", "not_seen", UNKNOWN),
        values=("coin", "amount", *_SEEN), slow=True, personal=True,
        note="Whether the backend has the deposit, for the logged-in account, and in which of his accounts it was credited.",
    ),
    Declaration(
        "order_state",
        arguments=("order_id",),
        outcomes=("open", "partly_filled", "filled", "cancelled", "rejected", "not_found", UNKNOWN),
        values=("filled_percent", "reason", *_SEEN), slow=True, personal=True,
        note="The state of an order of the logged-in account.",
    ),
)}
