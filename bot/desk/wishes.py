"""What a visitor may wish of his ticket, by button or in words: wait on, climb, rate, reopen, tell one thing from two, leave an address, have the record.

`wish` decides and answers; what changes the database is the Wish's effect, which the caller runs in the transaction that logs the answer.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.conversations import clock
from bot.conversations.log import Reply
from bot.conversations.models import Conversation
from bot.conversations.sentences import say
from bot.desk import aftercare, case, contact, figures, handling, ladder, promises, tickets
from bot.desk.actors import VISITOR
from bot.desk.aftercare import payload
from bot.desk.events import tell
from bot.desk.models import Notice, Paper, Ticket
from bot.dialogue.state import record

Effect = Callable[[Conversation], None]
MOST_COMMENT = 1000
"""Characters kept of what somebody says about the service."""


@dataclass(frozen=True)
class Wish:
    """The answer to a wish, and what it does."""

    replies: list[Reply] = field(default_factory=list)
    effect: Effect | None = None


def wish(deed: str, conversation: Conversation, named: Mapping, language: str) -> Wish | None:
    """What comes of a button of the desk's; None for one that means nothing (any more) here.

    Args:
        deed: the payload's `do`.
        named: the payload's other values: `t` the ticket's number.
    """
    ticket = own(conversation, named.get("t"))
    if deed in ALONE:
        return ALONE[deed](conversation, language)
    if ticket is None or deed not in WISHES:
        return None
    return WISHES[deed](ticket, conversation, language, named)


def _keep(ticket: Ticket, conversation: Conversation, language: str, named: Mapping) -> Wish:
    return Wish([case.status(ticket, language)])


def up(ticket: Ticket, conversation: Conversation, language: str, named: Mapping = {}) -> Wish:
    """To a supervisor if the ladder allows it; else it is noted, and said when it will be possible."""
    if ticket.level != Ticket.Level.DESK:
        choices = (("button.complaint", payload("complain", ticket)),) if ladder.step(ticket).up == "complaint" else ()
        return Wish([say("ladder.already", language, choices, number=ticket.number, stands=case.state_of(ticket))])
    if not ladder.step(ticket).up:
        return Wish([say("ladder.not_yet", language, number=ticket.number, hours=figures.of("upgrade_hours"))], noting(ticket, "asked_to_escalate"))
    return Wish([], lambda _: ladder.escalate(ticket, VISITOR))


def complain(ticket: Ticket, conversation: Conversation, language: str, named: Mapping = {}) -> Wish:
    """An official complaint, where the ladder has come so far; else the step before it."""
    if ticket.level == Ticket.Level.COMPLAINT:
        return Wish([say("ladder.already", language, number=ticket.number, stands=case.state_of(ticket)), last_resort(conversation, language)])
    now = ladder.step(ticket).up
    if now == "complaint":
        return Wish([], lambda _: ladder.complain(ticket, VISITOR))
    if now == "supervisor":
        return Wish([say("ladder.complaint_first", language, number=ticket.number)], lambda _: ladder.escalate(ticket, VISITOR))
    return up(ticket, conversation, language)


def last_resort(conversation: Conversation, language: str) -> Reply:
    """Regulator and police of the visitor's region."""
    found = ladder.region(conversation)
    return say("ladder.last", language, regulator=found["regulator"], police=found["police"])


def _aside(ticket: Ticket, conversation: Conversation, language: str, named: Mapping) -> Wish:
    if ticket.state != Ticket.State.OPEN:
        return Wish([case.status(ticket, language)])
    return Wish([say("case.aside", language, (("button.status", '/choose{"topic":"ticket_status"}'), ("button.menu", '/choose{"topic":"help_menu"}')),
                     number=ticket.number)], lambda _: tickets.step_aside(ticket))


def reopen(ticket: Ticket, conversation: Conversation, language: str, named: Mapping = {}) -> Wish | None:
    """A closed ticket goes on under its number; after `reopen_days` a new one is the way."""
    if not case.may_reopen(ticket):
        return None
    replies = [say("ticket.reopened", language, (("button.other", payload("close", ticket)),), number=ticket.number)]
    return Wish(replies, lambda _: tickets.reopen(ticket, VISITOR, "not_solved"))


def _close_again(ticket: Ticket, conversation: Conversation, language: str, named: Mapping) -> Wish | None:
    """It was opened again for something else."""
    if ticket.state != Ticket.State.OPEN or not ticket.reopened:
        return None
    return Wish([say("case.other", language, number=ticket.number)], lambda _: tickets.close_again(ticket))


def rate(ticket: Ticket, conversation: Conversation, language: str, named: Mapping) -> Wish | None:
    """A score from 1 to 5."""
    score = named.get("n")
    if ticket.state in tickets.LIVE or not isinstance(score, int) or score not in aftercare.SCORES or not aftercare.may_rate(ticket):
        return None

    def keep(_: Conversation) -> None:
        Ticket.objects.filter(pk=ticket.pk).update(score=score)
        ticket.score = score
        if score <= figures.of("low_score"):
            promises.notify(ticket, Notice.Kind.LOW_SCORE, Notice.Audience.SUPERVISORS, score=score)
        tell(ticket, "rated", VISITOR, score=score)
    low = score <= figures.of("low_score")
    buttons = [("button.skip", payload("hush", ticket))]
    if low:
        buttons.insert(0, ("button.supervisor", payload("up", ticket)))
    return Wish([say("survey.low" if low else "survey.comment", language, tuple(buttons), number=ticket.number)], keep)


def comment(ticket: Ticket, text: str, language: str) -> Wish:
    """What somebody says about the service, kept with his score."""
    def keep(_: Conversation) -> None:
        Ticket.objects.filter(pk=ticket.pk, comment="").update(comment=text[:MOST_COMMENT])
        tell(ticket, "rated", VISITOR, score=ticket.score, comment=text[:MOST_COMMENT])
    return Wish([say("survey.thanks", language)], keep)


def _hush(ticket: Ticket, conversation: Conversation, language: str, named: Mapping) -> Wish:
    return Wish([say("survey.thanks", language)])


def _same(ticket: Ticket, conversation: Conversation, language: str, named: Mapping) -> Wish | None:
    other = own(conversation, named.get("i"))
    if other is None or ticket.state not in tickets.LIVE or other.state not in tickets.LIVE:
        return None

    def merge(_: Conversation) -> None:
        tickets.merge(ticket, other, VISITOR)
    return Wish([say("same.merged", language, number=other.number), *contact.question(other, conversation)], merge)


def _other(ticket: Ticket, conversation: Conversation, language: str, named: Mapping) -> Wish:
    return Wish([say("same.other", language), *contact.question(ticket, conversation)])


def _here(ticket: Ticket, conversation: Conversation, language: str, named: Mapping) -> Wish:
    way = contact.TELEGRAM if conversation.channel == contact.TELEGRAM else contact.HERE
    return Wish([contact.saved(ticket, way, language)], lambda _: contact.save(ticket, way))


def _mail(ticket: Ticket, conversation: Conversation, language: str, named: Mapping) -> Wish | None:
    if not contact.by_mail():
        return None
    return Wish([contact.email_question(ticket, language)])


def address(ticket: Ticket, text: str, language: str) -> Wish:
    """The visitor's e-mail address, or what is wrong with what he wrote."""
    given = contact.read_email(text)
    if given is None:
        return Wish([say("field.email_shape", language, (("button.skip", payload("here", ticket)),))])
    return Wish([contact.saved(ticket, contact.EMAIL, language, given)], lambda _: contact.save(ticket, contact.EMAIL, given))


def _telegram(ticket: Ticket, conversation: Conversation, language: str, named: Mapping) -> Wish:
    link = contact.telegram_link(conversation)
    if link is None:
        return _here(ticket, conversation, language, named)
    # The ticket says "telegram" when the visitor has confirmed who came with the link (contact.connected).
    return Wish([say("contact.telegram", language, number=ticket.number, address=link)])


def _skip(ticket: Ticket, conversation: Conversation, language: str, named: Mapping) -> Wish | None:
    name = ticket.awaiting
    if not name:
        return None
    return Wish([say("await.declined", language)], lambda _: handling.filled(ticket, name, record(None, None)))


def _record(conversation: Conversation, language: str) -> Wish:
    def ask(_: Conversation) -> None:
        if not Paper.objects.filter(conversation=conversation, kind=Paper.Kind.RECORD, seq=None).exists():
            Paper.objects.create(kind=Paper.Kind.RECORD, conversation=conversation, asked=clock.now())
    return Wish([say("record.making", language)], ask)


def noting(ticket: Ticket, *facts: str) -> Effect:
    """The effect that puts facts on an open ticket."""
    def note(_: Conversation) -> None:
        found = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if found.state in tickets.LIVE:
            tickets.add(found, facts=facts)
    return note


def own(conversation: Conversation, number: object) -> Ticket | None:
    """A ticket of this person's; anybody else's does not exist."""
    if not isinstance(number, str):
        return None
    return Ticket.objects.filter(number=number, identity=tickets.identity_of(conversation), erased=None).first()


ALONE = {"record": _record}
WISHES = {
    "keep": _keep, "up": up, "complain": complain, "aside": _aside, "reopen": reopen, "close": _close_again, "rate": rate, "hush": _hush,
    "same": _same, "other": _other, "here": _here, "mail": _mail, "telegram": _telegram, "skip": _skip,
}
"""A payload's `do` -> what it does."""


def recent(conversation: Conversation) -> Ticket | None:
    """The ticket that what the visitor says with no ticket open may still be about: put aside, or closed lately."""
    since = clock.now() - timedelta(days=figures.of("reopen_days"))
    found = Ticket.objects.filter(conversation=conversation, erased=None)
    return (found.filter(state=Ticket.State.OPEN, aside=True).order_by("-pk").first()
            or found.filter(state__in=(Ticket.State.RESOLVED, Ticket.State.RETURNED), closed__gte=since).order_by("-closed").first())
