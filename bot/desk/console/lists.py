"""The lists of tickets: views, filters, search, counts. Synchronous; every query is answered from an index."""
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import content
from bot.desk import search
from bot.desk.console.http import Refusal
from bot.desk.models import Agent, Promise, Reference, Ticket
from bot.desk.priority import LEVELS
from bot.desk.tickets import FOUND_BY, LIVE

PAGE = 50
VIEWS = ("mine", "unassigned", "all", "closed")
PREVIEW_CHARACTERS = 120
_NUMBER = re.compile(r"(?:TK-?)?(\d{3,9})", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """What a list is asked for; empty strings mean everything."""

    view: str = "mine"
    queue: str = ""
    priority: str = ""
    text: str = ""
    after: str = ""
    """The number of the last ticket of the page before."""


def page(agent: Agent, language: str, asked: Asked) -> dict:
    """{"tickets": [row], "more", "counts"}: at most PAGE rows. Raises Refusal."""
    if asked.view not in VIEWS:
        raise Refusal(422, "bad_request")
    rows = _searched(asked.text) if asked.text.strip() else _viewed(agent, asked.view)
    if asked.queue:
        rows = rows.filter(queue=asked.queue)
    elif not asked.text.strip() and asked.view != "mine" and agent.queues:
        rows = rows.filter(queue__in=agent.queues)
    if asked.priority in LEVELS:
        rows = rows.filter(rank=LEVELS.index(asked.priority))  # what the indexes have
    newest_first = bool(asked.text.strip()) or asked.view == "closed"
    rows = _ordered(rows, newest_first, asked.after)
    ids = list(rows.values_list("pk", flat=True)[:PAGE + 1])
    return {"tickets": shown(_whole(ids[:PAGE]), language), "more": len(ids) > PAGE, "counts": counts(agent)}


def _whole(ids: list[int]) -> list[Ticket]:
    """These tickets in this order, with what a row of a list shows: only they are joined and read whole, not all that were sorted."""
    found = Ticket.objects.select_related("assignee", "conversation").defer("transcript", "fields", "contact", "comment", "conversation__state", "conversation__profile").in_bulk(ids)
    return [found[each] for each in ids if each in found]


def counts(agent: Agent) -> dict:
    """How many live tickets there are: {"mine", "unassigned", "all", "queues": {name: unassigned ones}}."""
    lines = Ticket.objects.filter(state__in=LIVE).order_by().values_list("state", "queue").annotate(n=Count("*"))
    found = {"mine": Ticket.objects.filter(assignee=agent, state__in=LIVE).count(), "unassigned": 0, "all": 0, "queues": {}}
    for state, queue, n in lines:
        waiting = n if state == Ticket.State.OPEN else 0
        found["queues"][queue] = found["queues"].get(queue, 0) + waiting
        if agent.works_on(queue):
            found["all"] += n
            found["unassigned"] += waiting
    return found


def shown(tickets: Iterable[Ticket], language: str) -> list[dict]:
    """Tickets as rows of a list."""
    tickets = list(tickets)
    last = _last_messages(tickets)
    due = _due(tickets)
    return [row(ticket, language, last.get(ticket.conversation_id), due.get(ticket.pk)) for ticket in tickets]


def row(ticket: Ticket, language: str, last: Message | None, due: Promise | None) -> dict:
    """One ticket as a list shows it."""
    return {
        "number": ticket.number, "title": title(ticket, language), "queue": ticket.queue, "priority": ticket.priority, "state": ticket.state,
        "assignee": _who(ticket) if ticket.state != Ticket.State.OPEN else None, "offered": _who(ticket) if ticket.state == Ticket.State.OPEN else None,
        "level": ticket.level, "awaiting": ticket.awaiting, "created": moment(ticket.created), "closed": moment(ticket.closed),
        "language": ticket.conversation.language, "channel": ticket.conversation.channel, "due": clock_of(due),
        "last": {"author": last.author, "text": " ".join(last.text.split())[:PREVIEW_CHARACTERS], "file": bool(last.file), "at": moment(last.at), "seq": last.seq} if last else None,
    }


def _who(ticket: Ticket) -> dict | None:
    return {"id": ticket.assignee_id, "alias": ticket.assignee.shown_as} if ticket.assignee else None


def title(ticket: Ticket, language: str) -> str:
    """What the ticket is about, in the agent's language."""
    return content().title(ticket.flow).of(language) if ticket.flow else ""


def clock_of(promise: Promise | None) -> dict | None:
    """The clock that runs out first, for the page: {"kind", "due", "paused", "budget"} (seconds)."""
    if promise is None:
        return None
    return {"kind": promise.kind, "due": moment(promise.due), "paused": promise.state == Promise.State.PAUSED, "made": moment(promise.made)}


def moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def _viewed(agent: Agent, view: str) -> QuerySet[Ticket]:
    if view == "mine":
        return Ticket.objects.filter(assignee=agent, state__in=LIVE)
    if view == "unassigned":
        return Ticket.objects.filter(state=Ticket.State.OPEN)
    return Ticket.objects.filter(state__in=LIVE) if view == "all" else Ticket.objects.exclude(state__in=LIVE).filter(closed__isnull=False)


def _searched(text: str) -> QuerySet[Ticket]:
    """Tickets of that number, with that reference, or in whose conversation the words were said."""
    text = text.strip()[:200]
    wanted = set(Reference.objects.filter(kind__in=FOUND_BY, value=text).values_list("ticket_id", flat=True)[:PAGE * 4])
    found = _NUMBER.fullmatch(text)
    if found:
        first = f"TK-{found[1]}"
        # ":" follows "9": all numbers that begin so.
        wanted |= set(Ticket.objects.filter(number__gte=first, number__lt=f"{first}:").order_by("number").values_list("pk", flat=True)[:PAGE * 4])
    # Ids first, not one query with an OR: of that the database would read every ticket.
    return Ticket.objects.filter(Q(pk__in=wanted) | Q(conversation_id__in=search.conversations(text)))


def _ordered(rows: QuerySet[Ticket], newest_first: bool, after: str) -> QuerySet[Ticket]:
    last = Ticket.objects.filter(number=after).only("rank", "created", "pk").first() if after else None
    if newest_first:
        if last:
            rows = rows.filter(Q(created__lt=last.created) | Q(created=last.created, pk__lt=last.pk))
        return rows.order_by("-created", "-pk")
    if last:
        rows = rows.filter(Q(rank__gt=last.rank) | Q(rank=last.rank, created__gt=last.created) | Q(rank=last.rank, created=last.created, pk__gt=last.pk))
    return rows.order_by("rank", "created", "pk")


def _last_messages(tickets: list[Ticket]) -> dict[int, Message]:
    """Of each conversation what the visitor or an agent wrote last."""
    newest = Message.objects.filter(conversation=OuterRef("pk"), author__in=(Message.Author.USER, Message.Author.AGENT)).order_by("-seq").values("pk")[:1]
    ids = Conversation.objects.filter(pk__in={ticket.conversation_id for ticket in tickets}).annotate(newest=Subquery(newest)).values_list("newest", flat=True)
    rows = Message.objects.filter(pk__in=[each for each in ids if each]).only("conversation_id", "author", "text", "file", "at", "seq")
    return {message.conversation_id: message for message in rows}


def _due(tickets: list[Ticket]) -> dict[int, Promise]:
    """Of each ticket the promise that breaks first."""
    waiting = (Promise.State.RUNNING, Promise.State.PAUSED)
    rows = Promise.objects.filter(ticket__in=[ticket.pk for ticket in tickets], state__in=waiting).order_by("-due")
    return {promise.ticket_id: promise for promise in rows}
