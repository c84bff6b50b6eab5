"""The worker's look at the clocks: fires what is due, finds agents who vanished and tickets nobody watches. Each in a transaction of its own."""
from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from bot.conversations import clock, faults, owner
from bot.conversations.log import append_outbound
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import content, say
from bot.desk import case, contact, estimates, figures, handling, promises, tickets
from bot.desk.actors import WORKER
from bot.desk.aftercare import payload
from bot.desk.events import tell
from bot.desk.models import Notice, Promise, Ticket, Timer
from bot.desk.people import Presence

AT_ONCE = 200
UNWATCHED_AFTER = timedelta(minutes=2)
"""A hand-off that is still without its commit: the turn that made the ticket will not come back."""
MOST_REMINDERS = 3


def tick() -> list[int]:
    """Everything that is due now. Returns the conversations in which something was said or changed."""
    now = clock.now()
    changed = []
    for pk in list(Timer.objects.filter(fired=None, at__lte=now).order_by("at", "pk").values_list("pk", flat=True)[:AT_ONCE]):
        changed += _fire(pk, now)
        faults.reach("after_timer")
    return changed + _vanished(now) + _unwatched(now)


def _fire(pk: int, now: datetime) -> list[int]:
    with transaction.atomic():
        found = Timer.objects.filter(pk=pk).values_list("ticket__conversation_id", flat=True).first()
        if found is None:
            return []
        conversation = owner.locked(found)
        timer = Timer.objects.select_for_update(of=("self",)).select_related("promise").filter(pk=pk).first()
        if timer is None or timer.fired or timer.at is None or timer.at > now:
            return []
        ticket = Ticket.objects.select_for_update().get(pk=timer.ticket_id)
        timer.fired = now
        timer.save(update_fields=["fired"])
        if ticket.state not in tickets.LIVE or ticket.conversation_id != conversation.pk:
            return []
        FIRES[timer.kind](timer, ticket, conversation, now)
    return [conversation.pk]


def _half(timer: Timer, ticket: Ticket, conversation: Conversation, now: datetime) -> None:
    promise = timer.promise
    if promise.due <= now:
        return  # the worker was away; what comes next says more
    if promise.kind != Promise.Kind.FIRST_REPLY:
        _say(conversation, "promise.half_waiting", number=ticket.number)
    elif ticket.state == Ticket.State.TAKEN:
        _say(conversation, "promise.half_taken")
    else:
        found = estimates.first_reply(ticket, now, promises.left_minutes(promise, now))
        if found.high is None:
            _say(conversation, "promise.half_full", position=found.position)
        else:
            _say(conversation, "promise.half", position=found.position, low=max(1, found.low), high=found.high)


def _warn(timer: Timer, ticket: Ticket, conversation: Conversation, now: datetime) -> None:
    promises.notify(ticket, Notice.Kind.WARN, _audience(timer.promise), promise=timer.promise.kind, due=timer.promise.due.isoformat(timespec="seconds"))


def _breach(timer: Timer, ticket: Ticket, conversation: Conversation, now: datetime) -> None:
    promise = timer.promise
    first = promises.broke(promise, now)
    promises.notify(ticket, Notice.Kind.BREACH, Notice.Audience.SUPERVISORS, promise=promise.kind, due=promise.due.isoformat(timespec="seconds"))
    if first or promise.kind in promises.TOLD:
        choices = [("button.keep_waiting", payload("keep", ticket)), ("button.supervisor", payload("up", ticket)), ("button.aside", payload("aside", ticket))]
        if contact.by_mail() and not ticket.contact.get("address"):
            choices.append(("button.email", payload("mail", ticket)))
        _say(conversation, "promise.broken", tuple(choices), number=ticket.number)
    else:
        _say(conversation, "promise.broken_again", number=ticket.number)
    tell(ticket, "broken", WORKER, promise=promise.kind, due=promise.due.isoformat(timespec="seconds"))


def _review(timer: Timer, ticket: Ticket, conversation: Conversation, now: datetime) -> None:
    promises.watched(ticket)
    if ticket.awaiting:
        return
    promises.notify(ticket, Notice.Kind.REVIEW, Notice.Audience.SUPERVISORS, hours=round((now - ticket.created).total_seconds() / 3600))
    if not Timer.objects.filter(ticket=ticket, kind=Timer.Kind.REVIEW).exclude(fired=None).exclude(pk=timer.pk).exists():
        choices = (("button.supervisor", payload("up", ticket)), ("button.keep_waiting", payload("keep", ticket)))
        _say(conversation, "review.day", choices if ticket.level == Ticket.Level.DESK else (), number=ticket.number, hours=figures.of("review_hours"))


def _remind(timer: Timer, ticket: Ticket, conversation: Conversation, now: datetime) -> None:
    field = content().fields.get(ticket.awaiting)
    if field is None:
        return
    _say(conversation, "await.remind", (("button.skip", payload("skip", ticket)),), label=field.label)
    if Timer.objects.filter(ticket=ticket, kind=Timer.Kind.REMIND).exclude(fired=None).count() < MOST_REMINDERS:
        Timer.objects.create(ticket=ticket, kind=Timer.Kind.REMIND, at=now + timedelta(hours=figures.of("remind_hours")))


FIRES = {Timer.Kind.HALF: _half, Timer.Kind.WARN: _warn, Timer.Kind.BREACH: _breach, Timer.Kind.REVIEW: _review, Timer.Kind.REMIND: _remind}


def _vanished(now: datetime) -> list[int]:
    """Conversations whose agent's console fell silent go back to their queues."""
    since = now - timedelta(minutes=figures.of("vanish_minutes"))
    gone = Presence.objects.filter(agent_id=OuterRef("assignee_id"), seen__lt=since)
    changed = []
    for ticket in Ticket.objects.filter(Exists(gone), state=Ticket.State.TAKEN)[:AT_ONCE]:
        try:
            handling.release(ticket, WORKER, "vanished")
        except tickets.NotPossible:
            continue
        changed.append(ticket.conversation_id)
    return changed


def _unwatched(now: datetime) -> list[int]:
    """Live tickets without a timer: hand-offs whose turn never came to its end, and tickets of an older release."""
    watched = Timer.objects.filter(ticket_id=OuterRef("pk"), fired=None)
    changed = []
    for pk, conversation_id in Ticket.objects.filter(~Exists(watched), state__in=tickets.LIVE, created__lt=now - UNWATCHED_AFTER).values_list(
            "pk", "conversation_id")[:AT_ONCE]:
        with transaction.atomic():
            conversation = owner.locked(conversation_id)
            ticket = Ticket.objects.select_for_update().get(pk=pk)
            if ticket.state not in tickets.LIVE or ticket.conversation_id != conversation_id:
                continue
            if conversation.owner == Conversation.Owner.BOT and not ticket.aside:
                _say(conversation, "ticket.opened", number=ticket.number)
                case.handed_over(ticket, conversation)
            else:
                promises.watched(ticket)
        changed.append(conversation_id)
    return changed


def _audience(promise: Promise) -> str:
    return Notice.Audience.TEAM if promise.kind in (Promise.Kind.FIRST_REPLY, Promise.Kind.NEXT_REPLY) else Notice.Audience.SUPERVISORS


def _say(conversation: Conversation, key: str, buttons: tuple[tuple[str, str], ...] = (), **arguments: object) -> None:
    append_outbound(conversation.pk, Message.Author.SYSTEM, [say(key, conversation.language, buttons, **arguments)])
