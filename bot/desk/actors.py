"""Who acts on a ticket: an agent, the visitor, the bot, the worker, or somebody at an outside desk. Accounts: bot/desk/people.py."""
from __future__ import annotations

from dataclasses import dataclass

from bot.desk.people import Agent


@dataclass(frozen=True)
class Actor:
    """Somebody or something that acts."""

    name: str
    """As the audit log has it: `agent:<id>`, `visitor`, `bot`, `worker`, `operator`, `desk:<adapter>`."""
    shown_as: str = ""
    """What people at the desk see; empty: nothing."""
    agent: Agent | None = None

    def shown_to(self, language: str) -> str:
        """What a visitor of this language sees."""
        return self.agent.shown_to(language) if self.agent else self.shown_as


VISITOR, BOT, WORKER, OPERATOR = Actor("visitor"), Actor("bot"), Actor("worker"), Actor("operator")


def outside(desk: str, alias: str) -> Actor:
    """Somebody who works in a desk of another product; `desk` is the adapter's name."""
    return Actor(f"desk:{desk}", alias)


def of(who: Agent | Actor) -> Actor:
    """An account, or an actor as it is."""
    return who if isinstance(who, Actor) else Actor(f"agent:{who.pk}", who.shown_as, who)
