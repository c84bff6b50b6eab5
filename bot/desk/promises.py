"""What visitors are promised, and the clocks behind it: a promise's sentence, its row and its timers are written in one transaction. Synchronous.

Every function runs in the caller's transaction, on the locked conversation. Timers are fired by bot/desk/timers.py.
"""
from __future__ import annotations

from datetime import datetime, timedelta

from bot.conversations import clock
from bot.conversations.log import Reply, append_outbound
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import say
from bot.desk import estimates, figures, moments
from bot.desk.hours import NeverOpen
from bot.desk.models import Notice, Promise, Ticket, Timer

FRACTIONS = {Timer.Kind.HALF: 0.5, Timer.Kind.WARN: 0.8, Timer.Kind.BREACH: 1.0}
TOLD = (Promise.Kind.FIRST_REPLY, Promise.Kind.SUPERVISOR, Promise.Kind.COMPLAINT)
"""Kinds whose sentence the visitor has read; of these he is told again at half time."""
OWED = (Promise.State.RUNNING, Promise.State.PAUSED)
NEWS = (Notice.Kind.WARN, Notice.Kind.URGENT, Notice.Kind.REOPENED)
"""What is news to the team only until somebody has the ticket, or has answered."""
LONGEST_SECONDS = 24 * 3600
"""Of the silent clocks after a broken promise: each is twice as long as the one before."""


def begin(ticket: Ticket, conversation: Conversation) -> list[int]:
    """A hand-off was made: when somebody will answer, said and kept. Returns the numbers of the messages."""
    _review(ticket)
    if ticket.promises.filter(state__in=OWED).exists():
        return []  # joined: its clocks run on
    now = clock.now()
    budget, calendar = _terms(ticket, conversation, now)
    promise = _start(ticket, Promise.Kind.FIRST_REPLY, budget, calendar, now)
    if ticket.priority == Ticket.Priority.URGENT:
        notify(ticket, Notice.Kind.URGENT)
    promise.seq = append_outbound(conversation.pk, Message.Author.SYSTEM, [_sentence(promise, ticket, conversation, now)])[0]
    promise.save()
    return [promise.seq]


def promise(ticket: Ticket, conversation: Conversation, kind: str, reply: Reply, minutes: int, calendar: str) -> int:
    """Says `reply` and starts its clock. Returns the message's number."""
    _review(ticket)
    ticket.promises.filter(state__in=OWED, kind=kind).update(state=Promise.State.DROPPED, running_since=None, ended=clock.now())
    made = _start(ticket, kind, minutes * 60, calendar, clock.now())
    made.seq = append_outbound(conversation.pk, Message.Author.SYSTEM, [reply])[0]
    made.save(update_fields=["seq"])
    return made.seq


def terms(ticket: Ticket, conversation: Conversation) -> tuple[int, str]:
    """(minutes, calendar) for a reply that is owed from now on."""
    seconds, calendar = _terms(ticket, conversation, clock.now())
    return seconds // 60, calendar


def owe_reply(ticket: Ticket) -> None:
    """The visitor waits for an answer: if no clock runs for it, one is started, without a word about it."""
    _review(ticket)
    if not ticket.awaiting and not ticket.promises.filter(state__in=OWED, kind__in=(Promise.Kind.FIRST_REPLY, Promise.Kind.NEXT_REPLY)).exists():
        now = clock.now()
        _start(ticket, Promise.Kind.NEXT_REPLY, *_terms(ticket, ticket.conversation, now), now)


def watched(ticket: Ticket) -> None:
    """The ticket changed hands: somebody is still owed an answer, unless he was the last to get one."""
    _review(ticket)
    if ticket.state == Ticket.State.TAKEN:
        _seen_to(ticket, Notice.Kind.URGENT, Notice.Kind.REOPENED)
    if ticket.state == Ticket.State.OPEN or ticket.first_reply is None or _wrote_last(ticket):
        owe_reply(ticket)


def answered(ticket: Ticket) -> None:
    """An agent wrote to the visitor: the clocks for a reply are over."""
    _seen_to(ticket, Notice.Kind.WARN, audience=Notice.Audience.TEAM)
    _end(ticket, Promise.State.KEPT, kinds=(Promise.Kind.FIRST_REPLY, Promise.Kind.NEXT_REPLY, *_higher(ticket)))


def pause(ticket: Ticket) -> None:
    """A named field is awaited from the visitor: the clocks stand still, and he is reminded."""
    now = clock.now()
    for each in ticket.promises.filter(state=Promise.State.RUNNING):
        each.spent_seconds = min(each.budget_seconds, each.spent_seconds + round(_elapsed(each, now)))
        each.state, each.running_since = Promise.State.PAUSED, None
        each.save(update_fields=["spent_seconds", "state", "running_since"])
        each.timers.filter(fired=None).update(at=None)
    ticket.timers.filter(kind=Timer.Kind.REMIND, fired=None).delete()
    Timer.objects.create(ticket=ticket, kind=Timer.Kind.REMIND, at=now + timedelta(hours=figures.of("remind_hours")))


def resume(ticket: Ticket) -> None:
    """The field came, or was declined: the clocks go on with what was left."""
    now = clock.now()
    ticket.timers.filter(kind=Timer.Kind.REMIND, fired=None).delete()
    for each in ticket.promises.filter(state=Promise.State.PAUSED):
        each.state, each.running_since = Promise.State.RUNNING, now
        each.due = _after(each, each.budget_seconds)
        each.save(update_fields=["state", "running_since", "due"])
        _set_timers(each)
    owe_reply(ticket)


def raised(ticket: Ticket) -> None:
    """The ticket became urgent: what is owed is owed sooner, the team hears of it, and so does a visitor who waits for the first answer."""
    notify(ticket, Notice.Kind.URGENT)
    now, budget = clock.now(), figures.urgent_reply_minutes() * 60
    for each in ticket.promises.filter(state=Promise.State.RUNNING, kind__in=(Promise.Kind.FIRST_REPLY, Promise.Kind.NEXT_REPLY)):
        if each.due > now + timedelta(seconds=budget):
            each.calendar, each.spent_seconds, each.running_since, each.budget_seconds = Promise.Calendar.ALWAYS, 0, now, budget
            each.due = _after(each, budget)
            if each.kind == Promise.Kind.FIRST_REPLY and ticket.state == Ticket.State.OPEN:
                each.seq = append_outbound(ticket.conversation_id, Message.Author.SYSTEM, [_sentence(each, ticket, ticket.conversation, now)])[0]
            each.save()
            _set_timers(each)


def drop(ticket: Ticket) -> None:
    """Nobody waits for this any longer."""
    _seen_to(ticket, *NEWS)
    _end(ticket, Promise.State.DROPPED)
    ticket.timers.filter(fired=None).delete()


def closed(ticket: Ticket) -> None:
    """The ticket was dealt with: whatever was owed is over."""
    _seen_to(ticket, *NEWS)
    _end(ticket, Promise.State.KEPT)
    ticket.timers.filter(fired=None).delete()


def reopened(ticket: Ticket) -> None:
    """A closed ticket waits in its queue again."""
    notify(ticket, Notice.Kind.REOPENED)
    owe_reply(ticket)


def broke(promise: Promise, now: datetime) -> bool:
    """Its time is over: a longer clock takes over, silently. Returns whether it is the first one broken for this ticket."""
    ticket = promise.ticket
    first = not ticket.promises.filter(state=Promise.State.BROKEN).exists()
    promise.state, promise.running_since, promise.ended = Promise.State.BROKEN, None, now
    promise.save(update_fields=["state", "running_since", "ended"])
    _start(ticket, Promise.Kind.NEXT_REPLY, min(LONGEST_SECONDS, 2 * promise.budget_seconds), promise.calendar, now)
    return first


def notify(ticket: Ticket, kind: str, audience: str = Notice.Audience.TEAM, **details: object) -> Notice:
    """A line for the team. Never a visitor's words."""
    return Notice.objects.create(ticket=ticket, queue=ticket.queue, kind=kind, audience=audience, details=details, at=clock.now())


def _seen_to(ticket: Ticket, *kinds: str, **like: str) -> None:
    """What was to be pointed out has been done."""
    Notice.objects.filter(ticket=ticket, kind__in=kinds, done=None, **like).update(done=clock.now())


def left_minutes(promise: Promise, now: datetime) -> float:
    """Minutes until it breaks, as the clock on the wall counts them."""
    return max(0.0, (promise.due - now).total_seconds() / 60)


def _sentence(promise: Promise, ticket: Ticket, conversation: Conversation, now: datetime) -> Reply:
    language = conversation.language
    if promise.calendar == Promise.Calendar.ALWAYS and ticket.priority != Ticket.Priority.URGENT:
        opens = _opens(now)
        if opens and opens > now:
            return say("promise.closed", language, opens=moments.shown(opens, conversation, now), hours=promise.budget_seconds // 3600)
        return say("promise.email", language, hours=promise.budget_seconds // 3600)
    found = estimates.first_reply(ticket, now, left_minutes(promise, now))
    promise.low_minutes, promise.high_minutes = found.low, found.high
    if found.high is None:
        return say("promise.urgent" if ticket.priority == Ticket.Priority.URGENT else "promise.full", language, position=found.position)
    return say("promise.range" if found.low else "promise.within", language, position=found.position, low=max(1, found.low), high=found.high)


def _terms(ticket: Ticket, conversation: Conversation, now: datetime) -> tuple[int, str]:
    """(seconds, calendar) for a reply."""
    if ticket.priority == Ticket.Priority.URGENT:
        return figures.urgent_reply_minutes() * 60, Promise.Calendar.ALWAYS
    if conversation.channel == "email":
        return figures.email_reply_minutes() * 60, Promise.Calendar.ALWAYS
    if figures.hours().is_open(now):
        return figures.first_reply_minutes() * 60, Promise.Calendar.HOURS
    return figures.outside_hours_minutes() * 60, Promise.Calendar.ALWAYS


def _start(ticket: Ticket, kind: str, seconds: int, calendar: str, now: datetime) -> Promise:
    made = Promise(ticket=ticket, kind=kind, calendar=calendar, made=now, budget_seconds=seconds, running_since=now)
    made.due = _after(made, seconds)
    made.save()
    _set_timers(made)
    return made


def _set_timers(promise: Promise) -> None:
    kinds = FRACTIONS if promise.kind in TOLD else {kind: FRACTIONS[kind] for kind in (Timer.Kind.WARN, Timer.Kind.BREACH)}
    over = set(promise.timers.exclude(fired=None).values_list("kind", flat=True))
    promise.timers.filter(fired=None).delete()
    Timer.objects.bulk_create([
        Timer(ticket_id=promise.ticket_id, promise=promise, kind=kind, at=_after(promise, fraction * promise.budget_seconds))
        for kind, fraction in kinds.items() if kind not in over])


def _review(ticket: Ticket) -> None:
    if not ticket.timers.filter(kind=Timer.Kind.REVIEW, fired=None).exists():
        Timer.objects.create(ticket=ticket, kind=Timer.Kind.REVIEW, at=clock.now() + timedelta(hours=figures.of("review_hours")))


def _after(promise: Promise, seconds: float) -> datetime:
    """When the promise will have used `seconds` of its budget."""
    left = max(0.0, seconds - promise.spent_seconds)
    if promise.calendar == Promise.Calendar.HOURS:
        try:
            return figures.hours().add(promise.running_since, left)
        except NeverOpen:
            pass
    return promise.running_since + timedelta(seconds=left)


def _elapsed(promise: Promise, now: datetime) -> float:
    if promise.calendar == Promise.Calendar.HOURS:
        return figures.hours().between(promise.running_since, now)
    return max(0.0, (now - promise.running_since).total_seconds())


def _end(ticket: Ticket, state: str, kinds: tuple[str, ...] = ()) -> None:
    ending = ticket.promises.filter(state__in=OWED)
    if kinds:
        ending = ending.filter(kind__in=kinds)
    pks = list(ending.values_list("pk", flat=True))
    Promise.objects.filter(pk__in=pks).update(state=state, running_since=None, ended=clock.now())
    Timer.objects.filter(promise_id__in=pks, fired=None).delete()


def _higher(ticket: Ticket) -> tuple[str, ...]:
    """What a reply by whoever has an escalated ticket keeps besides."""
    agent = ticket.assignee
    return (Promise.Kind.SUPERVISOR, Promise.Kind.COMPLAINT) if agent is None or agent.may("supervise_desk") else ()


def _opens(now: datetime) -> datetime | None:
    try:
        return figures.hours().next_open(now)
    except NeverOpen:
        return None


def _wrote_last(ticket: Ticket) -> bool:
    last = (Message.objects.filter(conversation_id=ticket.conversation_id, author__in=(Message.Author.USER, Message.Author.AGENT))
            .order_by("-seq").values_list("author", flat=True).first())
    return last == Message.Author.USER
