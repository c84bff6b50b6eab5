"""What the visitor is asked around a ticket: a field that an agent wants, whether it is solved, how it was. Sentences only; who may answer: bot/desk/case.py."""
from __future__ import annotations

import json

from bot.conversations.log import Reply
from bot.conversations.sentences import say, worded
from bot.desk.models import Ticket
from bot.dialogue.model import Field

PAYLOAD = "/desk"
"""Buttons the desk answers itself, whoever owns the conversation."""
HARD = frozenset({"assets_leaving", "account_taken_over", "secret_exposed", "distress"})
"""Facts after which nobody is asked how satisfied he is."""
SCORES = (1, 2, 3, 4, 5)


def payload(deed: str, ticket: Ticket | None = None, **more: object) -> str:
    """A button's payload: at most 64 bytes."""
    named = {"do": deed, **({"t": ticket.number} if ticket else {}), **more}
    return PAYLOAD + json.dumps(named, separators=(",", ":"))


def read(text: str) -> dict:
    """What a payload of the desk's says; empty for any other."""
    if not text.startswith(PAYLOAD + "{"):
        return {}
    try:
        named = json.loads(text.removeprefix(PAYLOAD))
    except ValueError:
        return {}
    return named if isinstance(named, dict) and isinstance(named.get("do"), str) else {}


def question(ticket: Ticket, field: Field, language: str) -> Reply:
    """The question for a field that an agent asked for."""
    return worded(field.ask, language, (("button.skip", payload("skip", ticket)),))


def closing(ticket: Ticket, language: str) -> list[Reply]:
    """What is said when an agent is done: with a way back, and, unless it would hurt, the question how it was."""
    if ticket.state == Ticket.State.RETURNED:
        return [say("desk.returned", language, (("button.not_solved", payload("reopen", ticket)),))]
    if ticket.resolution == Ticket.Resolution.LOSS:
        return [say("desk.loss", language, (("button.not_solved", payload("reopen", ticket)), ("button.supervisor", payload("up", ticket))), number=ticket.number)]
    said = [say("desk.resolved", language, (("button.not_solved", payload("reopen", ticket)),), number=ticket.number)]
    if may_ask_score(ticket):
        said.append(say("survey.ask", language, tuple((str(score), payload("rate", ticket, n=score)) for score in SCORES)))
    return said


def may_ask_score(ticket: Ticket) -> bool:
    """Not after a confirmed loss, a hack or distress, and once."""
    return ticket.score is None and may_rate(ticket)


def may_rate(ticket: Ticket) -> bool:
    """Whether a score may be given; a second one replaces the first."""
    return ticket.resolution != Ticket.Resolution.LOSS and not HARD & set(ticket.reasons)
