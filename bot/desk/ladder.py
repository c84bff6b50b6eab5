"""The escalation ladder: desk, supervisor, official complaint; the regulator is information, and comes last. Who may climb when. Synchronous."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from bot.conversations import clock, owner
from bot.conversations.models import Conversation
from bot.conversations.sentences import content, say
from bot.desk import figures, promises, tickets
from bot.desk.actors import VISITOR, Actor
from bot.desk.events import tell
from bot.desk.models import Complaint, Notice, Paper, Promise, Ticket
from bot.desk.tickets import LIVE, NotPossible
from bot.dialogue.model import Text

COMPLAINTS = "complaints"
"""The queue of official complaints, where data/exchange.yml has it."""


@dataclass(frozen=True)
class Step:
    """What a visitor may do now. `up`: supervisor, complaint or "" for nothing; `why`: what allows it."""

    up: str
    why: tuple[str, ...] = ()


def step(ticket: Ticket) -> Step:
    """The next step a visitor may take with a ticket, by its clocks, its age, his score and its priority."""
    why: list[str] = []
    if ticket.level == Ticket.Level.DESK:
        if ticket.promises.filter(state=Promise.State.BROKEN).exists():
            why.append("time_over")
        why += _unresolved(ticket, ticket.created)
        if ticket.score is not None and ticket.score <= figures.of("low_score"):
            why.append("low_score")
        if ticket.reopened:
            why.append("reopened")
        if ticket.priority == Ticket.Priority.URGENT:
            why.append("urgent")
        return Step("supervisor" if why else "", tuple(why))
    if ticket.level == Ticket.Level.SUPERVISOR:
        looked = set(ticket.promises.filter(kind=Promise.Kind.SUPERVISOR).values_list("state", flat=True))
        if Promise.State.BROKEN in looked:
            why.append("time_over")
        if Promise.State.KEPT in looked:
            why.append("answered")
        why += _unresolved(ticket, ticket.escalated or ticket.created)
        return Step("complaint" if why else "", tuple(why))
    return Step("")


def escalate(ticket: Ticket, actor: Actor) -> Ticket:
    """To the supervisors, who are told at once; the visitor gets their time. A visitor may when step() says so, staff always. Raises NotPossible."""
    with transaction.atomic():
        conversation, ticket = _locked(ticket)
        allowed = step(ticket)
        if ticket.level != Ticket.Level.DESK:
            raise NotPossible(f"{ticket.number} is with the supervisors already.")
        if actor == VISITOR and allowed.up != "supervisor":
            raise NotPossible(f"{ticket.number}: its time for a reply is not over, and nothing else calls for a supervisor yet.")
        _climb(ticket, conversation, Ticket.Level.SUPERVISOR)
        promises.notify(ticket, Notice.Kind.ESCALATED, Notice.Audience.SUPERVISORS, why=list(allowed.why))
        minutes, calendar = promises.terms(ticket, conversation)
        promises.promise(ticket, conversation, Promise.Kind.SUPERVISOR, say("promise.supervisor", conversation.language, number=ticket.number), minutes, calendar)
        tell(ticket, "escalated", actor, level=ticket.level, why=list(allowed.why))
    return ticket


def complain(ticket: Ticket, actor: Actor) -> Ticket:
    """An official complaint, with a file of everything that follows as soon as it is made. A visitor may when step() says so. Raises NotPossible."""
    with transaction.atomic():
        conversation, ticket = _locked(ticket)
        allowed = step(ticket)
        if ticket.level == Ticket.Level.COMPLAINT:
            raise NotPossible(f"{ticket.number} is an official complaint already.")
        if actor == VISITOR and allowed.up != "complaint":
            raise NotPossible(f"{ticket.number}: a supervisor has to look at it first.")
        now = clock.now()
        if COMPLAINTS in content().exchange.queues:
            ticket.queue = COMPLAINTS
        _climb(ticket, conversation, Ticket.Level.COMPLAINT)
        Complaint.objects.create(ticket=ticket, made=now)
        Paper.objects.create(kind=Paper.Kind.DOSSIER, conversation=conversation, ticket=ticket, asked=now)
        promises.notify(ticket, Notice.Kind.COMPLAINT, Notice.Audience.SUPERVISORS, why=list(allowed.why))
        days = figures.of("complaint_days")
        promises.promise(ticket, conversation, Promise.Kind.COMPLAINT, say("promise.complaint", conversation.language, number=ticket.number, days=days),
                         days * 24 * 60, Promise.Calendar.ALWAYS)
        tell(ticket, "complaint", actor, why=list(allowed.why))
    return ticket


def region(conversation: Conversation) -> Mapping[str, Text]:
    """Regulator and police (data/exchange.yml, `regions`) for where the visitor seems to be."""
    return content().exchange.region(conversation.timezone)


def _unresolved(ticket: Ticket, since: datetime) -> list[str]:
    late = ticket.state in LIVE and not ticket.awaiting and clock.now() - since >= timedelta(hours=figures.of("upgrade_hours"))
    return ["unresolved"] if late else []


def _climb(ticket: Ticket, conversation: Conversation, level: str) -> None:
    closed = ticket.state not in LIVE
    ticket.level, ticket.escalated = level, clock.now()
    ticket.state, ticket.assignee, ticket.aside, ticket.awaiting = Ticket.State.OPEN, None, False, ""
    if closed:
        ticket.closed, ticket.resolution = None, ""
        ticket.reopened += 1
        ticket.epoch = owner.bump(conversation)
    ticket.save()
    promises.resume(ticket)
    tickets.settle(conversation)


def _locked(ticket: Ticket) -> tuple[Conversation, Ticket]:
    conversation = owner.locked(ticket.conversation_id)
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if ticket.erased or ticket.state in (Ticket.State.MERGED, Ticket.State.CANCELLED):
        raise NotPossible(f"{ticket.number} is {ticket.get_state_display()}: it cannot be escalated.")
    return conversation, ticket
