"""What happens to a ticket: opened, taken, answered, resolved, returned, cancelled. Synchronous; each function is one transaction."""
from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from bot.conversations import owner
from bot.conversations.log import Reply, append_outbound
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import say
from bot.desk import priority
from bot.desk.models import Agent, Ticket
from bot.desk.numbers import new_number
from bot.safety.personal import redact

EXPOSING = frozenset({"seed", "key"})
"""Kinds of masked secrets that put assets at risk by having been typed anywhere."""
LIVE = (Ticket.State.OPEN, Ticket.State.TAKEN)
TRANSCRIPT_MESSAGES = 400
NUMBER_TRIES = 5


class NotPossible(Exception):
    """The ticket is not in a state for this; the text tells an operator why."""


def hand_over(conversation: Conversation, *, queue: str | None, facts: Iterable[str], fields: Mapping[str, Mapping],
              flow: str | None = None, tried: Iterable[str] = (), language: str = "") -> Ticket:
    """The ticket of this hand-off; asked for again in the same epoch, it is the same one.

    Runs in the caller's transaction, on the conversation as the turn saw it. The owner changes when the turn is committed with
    the reply that names the number, so that nobody is told of a ticket that is not there, and none is there untold.

    Args:
        queue: one of data/exchange.yml; None: general.
        facts: what the priority is computed from.
        fields: {name: {"value", "said", "source": said|read|verified, "declined"}}.
        flow: the problem it is about.
        tried: steps the user has been through.
        language: in which the user writes.
    """
    known = Ticket.objects.filter(conversation=conversation, epoch=conversation.epoch).first()
    if known:
        return known
    kept = dict(fields)
    kept["language"] = {"value": language or conversation.language or None, "said": None, "source": "read", "declined": False}
    if tried:
        kept["tried"] = {"value": ", ".join(tried), "said": None, "source": "read", "declined": False}
    weighed = priority.compute([*facts, *_exposed(conversation)], kept)
    for attempt in range(NUMBER_TRIES):
        try:
            with transaction.atomic():
                return Ticket.objects.create(
                    number=new_number(), conversation=conversation, epoch=conversation.epoch, flow=flow or "", queue=queue or "general",
                    priority=weighed.level, rank=weighed.rank, reasons=list(weighed.reasons), fields=kept,
                    transcript=transcript(conversation))
        except IntegrityError:
            # Either the number was taken (one in 10^8), or a replay of this very turn was faster.
            known = Ticket.objects.filter(conversation=conversation, epoch=conversation.epoch).first()
            if known:
                return known
            if attempt == NUMBER_TRIES - 1:
                raise
    raise AssertionError("unreachable")


def transcript(conversation: Conversation, after: int = 0) -> list[dict]:
    """The conversation so far, oldest first: [{"seq", "author", "name", "text", "file", "file_id", "at"}]. Secrets never were in it."""
    rows = Message.objects.filter(conversation_id=conversation.pk, seq__gt=after).order_by("-seq")[:TRANSCRIPT_MESSAGES]
    return [{"seq": row.seq, "author": row.author, "name": row.name, "text": redact(row.text),
             "file": (row.file or {}).get("name", ""), "file_id": (row.file or {}).get("id", ""), "at": row.at.isoformat(timespec="seconds")} for row in reversed(rows)]


def take(ticket: Ticket, agent: Agent) -> None:
    """The agent answers from now on; the bot is silent. Taking over from a colleague is possible. Raises NotPossible."""
    with transaction.atomic():
        conversation, ticket = _locked(ticket, "taken")
        if ticket.assignee_id == agent.pk and ticket.state == Ticket.State.TAKEN:
            return
        ticket.state, ticket.assignee = Ticket.State.TAKEN, agent
        ticket.save(update_fields=["state", "assignee"])
        owner.change(conversation, Conversation.Owner.HUMAN)
        _tell(conversation, "desk.taken", name=agent.shown_as)


def reply(ticket: Ticket, agent: Agent, text: str) -> int:
    """The agent's words to the visitor, under the alias. Returns the message's number. Raises NotPossible."""
    text = text.strip()
    if not text:
        raise NotPossible("Write something first.")
    with transaction.atomic():
        conversation, ticket = _locked(ticket, "answered")
        if ticket.state != Ticket.State.TAKEN or ticket.assignee_id != agent.pk:
            raise NotPossible(f"{ticket.number}: take the ticket first; until then the visitor hears the bot or a colleague.")
        return append_outbound(conversation.pk, Message.Author.AGENT, [Reply(text)], name=agent.shown_as)[0]


def resolve(ticket: Ticket, agent: Agent) -> None:
    """The problem is solved; the bot answers again. Raises NotPossible."""
    _close(ticket, Ticket.State.RESOLVED, "resolved", agent, "desk.resolved", number=ticket.number)


def give_back(ticket: Ticket, agent: Agent) -> None:
    """The bot answers again, without a claim that the problem is solved. Raises NotPossible."""
    _close(ticket, Ticket.State.RETURNED, "returned", agent, "desk.returned")


def cancel_waiting(conversation: Conversation) -> None:
    """The visitor does not want to wait any longer. Runs in the caller's transaction, on the locked row."""
    conversation.tickets.filter(state=Ticket.State.OPEN).update(state=Ticket.State.CANCELLED, closed=now())
    owner.change(conversation, Conversation.Owner.BOT)


def add(ticket: Ticket, fields: Mapping[str, Mapping] = {}, facts: Iterable[str] = ()) -> None:
    """What the visitor told while waiting: fields that were empty, and facts that may raise the priority. In the caller's transaction."""
    for name, record in fields.items():
        if not (ticket.fields.get(name) or {}).get("value"):
            ticket.fields[name] = dict(record)
    weighed = priority.compute([*(r for r in ticket.reasons if not r.startswith("evidence_") and r != "no_evidence"), *facts], ticket.fields)
    ticket.priority, ticket.rank, ticket.reasons = weighed.level, weighed.rank, list(weighed.reasons)
    ticket.save(update_fields=["fields", "priority", "rank", "reasons"])


def live(conversation_id: int) -> Ticket | None:
    """The ticket that is being waited for or worked on."""
    return Ticket.objects.filter(conversation_id=conversation_id, state__in=LIVE).order_by("-pk").first()


def _close(ticket: Ticket, state: str, verb: str, agent: Agent, sentence: str, **arguments: object) -> None:
    with transaction.atomic():
        conversation, ticket = _locked(ticket, verb)
        ticket.state, ticket.closed, ticket.assignee = state, now(), agent
        ticket.save(update_fields=["state", "closed", "assignee"])
        owner.change(conversation, Conversation.Owner.BOT)
        _tell(conversation, sentence, **arguments)


def _locked(ticket: Ticket, verb: str) -> tuple[Conversation, Ticket]:
    conversation = owner.locked(ticket.conversation_id)
    ticket = Ticket.objects.get(pk=ticket.pk)
    if ticket.state not in LIVE:
        raise NotPossible(f"{ticket.number} is {ticket.get_state_display()}: it can no longer be {verb}.")
    return conversation, ticket


def _tell(conversation: Conversation, key: str, **arguments: object) -> None:
    append_outbound(conversation.pk, Message.Author.SYSTEM, [say(key, conversation.language, **arguments)])


def _exposed(conversation: Conversation) -> list[str]:
    masked = Message.objects.filter(conversation_id=conversation.pk, author=Message.Author.USER).exclude(masked=[]).values_list("masked", flat=True)
    return ["secret_exposed"] if any(EXPOSING & set(kinds) for kinds in masked) else []
