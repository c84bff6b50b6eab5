"""How urgent a ticket is, computed from facts with its reasons (docs: Priorities). Nobody chooses it, the visitor least of all."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEVELS = ("urgent", "high", "normal", "low")

FACTS: dict[str, tuple[str, str]] = {
    "assets_leaving": ("urgent", "assets leave the account without consent"),
    "account_taken_over": ("urgent", "somebody else is in the account"),
    "secret_exposed": ("urgent", "a seed phrase or private key was given away"),
    "distress": ("urgent", "the user may be in danger"),
    "funds_at_risk": ("high", "the user's own funds are at risk"),
    "withdrawal_held": ("normal", "a withdrawal waits or is refused"),
    "order_stuck": ("normal", "an order does not fill or cannot be cancelled"),
    "execution_disputed": ("normal", "the user disputes the price or moment of a fill"),
    "login_blocked": ("normal", "the user cannot get into the account"),
    "account_locked": ("normal", "the account is locked"),
    "withdrawals_held": ("normal", "withdrawals stay off although no security hold explains it"),
    "contact_lost": ("normal", "the user has lost the registered e-mail or phone"),
    "second_factor_lost": ("normal", "the user has lost the second factor"),
    "verification_stuck": ("normal", "the identity check does not get on"),
    "money_missing_unclear": ("normal", "money is missing, it is not clear where"),
    "asked_for_person": ("normal", "the user asked for a person"),
    "asked_to_escalate": ("normal", "the user asked for a supervisor"),
    "information": ("low", "a question"),
    "display": ("low", "something is shown wrongly"),
}
"""Fact -> level and what it means. Facts of NEEDS_EVIDENCE are below."""

NEEDS_EVIDENCE: dict[str, str] = {
    "money_missing": "money is not where it should be",
    "wrong_network_or_address": "money went to a wrong network or address",
    "memo_missing": "money arrived without its memo or tag",
}
"""High with evidence, normal as a claim without."""

EVIDENCE = ("tx_hash", "order_id")
"""Fields that can be looked up."""


@dataclass(frozen=True)
class Priority:
    """A level of LEVELS and the facts it rests on, the weightiest first."""

    level: str
    reasons: tuple[str, ...]

    @property
    def rank(self) -> int:
        """0 for urgent to 3 for low."""
        return LEVELS.index(self.level)


def compute(facts: Iterable[str], fields: Mapping[str, Mapping]) -> Priority:
    """The priority that facts give.

    Args:
        facts: names from FACTS and NEEDS_EVIDENCE; an unknown one counts as normal and stays among the reasons.
        fields: the ticket's fields; a value in one of EVIDENCE is evidence.
    """
    evidence = [f"evidence_{name}" for name in EVIDENCE if (fields.get(name) or {}).get("value")]
    judged = []
    for fact in dict.fromkeys(facts):
        if fact in NEEDS_EVIDENCE:
            judged.append((LEVELS.index("high" if evidence else "normal"), [fact, *(evidence or ["no_evidence"])]))
        else:
            judged.append((LEVELS.index(FACTS.get(fact, ("normal", ""))[0]), [fact]))
    if not judged:
        return Priority("normal", ("asked_for_person",))
    judged.sort(key=lambda pair: pair[0])
    reasons = dict.fromkeys(reason for _, group in judged for reason in group)
    return Priority(LEVELS[judged[0][0]], tuple(reasons))


def explain(reason: str) -> str:
    """A reason in words, for operators."""
    if reason.startswith("evidence_"):
        return f"{reason.removeprefix('evidence_')} was given"
    if reason == "no_evidence":
        return "nothing to look it up by yet"
    return NEEDS_EVIDENCE.get(reason) or FACTS.get(reason, ("", reason.replace("_", " ")))[1]
