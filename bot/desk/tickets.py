"""How a ticket comes to be and is found again: opened, joined instead of doubled, added to, reopened, merged, cancelled. What agents do: bot/desk/handling.py."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from bot.conversations import clock, owner
from bot.conversations.log import append_outbound
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import say
from bot.desk import figures, priority, promises
from bot.desk.actors import VISITOR, Actor
from bot.desk.events import tell
from bot.desk.models import Reference, Ticket
from bot.desk.numbers import new_number
from bot.safety.personal import redact

EXPOSING = frozenset({"seed", "key"})
"""Kinds of masked secrets that put assets at risk by having been typed anywhere."""
LIVE = (Ticket.State.OPEN, Ticket.State.TAKEN)
REFERENCES = ("tx_hash", "order_id", "address")
"""Fields that tell one problem from another, the most telling first: an address receives more than one transfer, so a hash that differs outweighs it."""
FOUND_BY = (*REFERENCES, "incident")
"""What a ticket is found by: a known incident too, which many people's tickets share."""
TRANSCRIPT_MESSAGES = 400
NUMBER_TRIES = 5


class NotPossible(Exception):
    """The ticket is not in a state for this; the text tells an operator why.

    Args:
        why: in English.
        code: of the console's sentence that says the same, with `values` filled in (bot/desk/console/page/strings.json, error.<code>).
    """

    def __init__(self, why: str, code: str = "not_possible", **values: object) -> None:
        super().__init__(why)
        self.code, self.values = code, values


@dataclass(frozen=True)
class Opened:
    """The ticket of a hand-off; `how`: opened, joined (it was there, and open), or reopened."""

    ticket: Ticket
    how: str


def open(conversation: Conversation, *, queue: str | None, facts: Iterable[str], fields: Mapping[str, Mapping],
         flow: str | None = None, tried: Iterable[str] = (), language: str = "") -> Opened:
    """The ticket of this hand-off: a new one, or the one the same person has about the same reference. Asked for again in the same epoch, it is the same.

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
        return Opened(known, "opened")
    kept = dict(fields)
    kept["language"] = _read(language or conversation.language or None)
    if tried:
        kept["tried"] = _read(", ".join(tried))
    facts = [*facts, *_exposed(conversation)]
    same = about_the_same(identity_of(conversation), kept)
    if same:
        how = "joined" if same.state in LIVE else "reopened"
        return Opened(join(same, conversation, kept, facts), how)
    return Opened(_new(conversation, queue or "general", facts, kept, flow or ""), "opened")


def join(ticket: Ticket, conversation: Conversation, fields: Mapping[str, Mapping] = {}, facts: Iterable[str] = ()) -> Ticket:
    """This hand-off goes on in a ticket that is there. It keeps its number, age and clocks; the conversation becomes the one it is answered in.

    Runs in the caller's transaction, like open(). Returns the ticket as it is now.
    """
    with transaction.atomic():
        before = Ticket.objects.values_list("conversation_id", flat=True).get(pk=ticket.pk)
        left = owner.locked(before) if before != conversation.pk else None
        ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if ticket.state not in LIVE:
            _revive(ticket)
        ticket.transcript = [*ticket.transcript, *transcript(ticket.conversation, ticket.transcript_to)]
        if left:
            ticket.transcript = [*ticket.transcript, *transcript(conversation)]
        ticket.transcript_to = conversation.last_seq
        ticket.conversation, ticket.epoch, ticket.aside = conversation, conversation.epoch, False
        ticket.save()
        add(ticket, fields, facts)
        if left:
            settle(left)
            append_outbound(left.pk, Message.Author.SYSTEM, [say("desk.continued", left.language, number=ticket.number)])
        tell(ticket, "joined", VISITOR, conversation=conversation.key, moved=bool(left))
    return ticket


def reopen(ticket: Ticket, actor: Actor, why: str) -> Ticket:
    """A closed ticket is worked on again, under its old number. Raises NotPossible for one that is open, merged or erased."""
    with transaction.atomic():
        conversation = owner.locked(ticket.conversation_id)
        ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if ticket.state in LIVE or ticket.state == Ticket.State.MERGED or ticket.erased:
            raise NotPossible(f"{ticket.number} is {ticket.get_state_display()}: it cannot be reopened.", "closed", number=ticket.number, state=ticket.state)
        _revive(ticket)
        ticket.epoch = owner.bump(conversation)
        ticket.save()
        settle(conversation)
        promises.reopened(ticket)
        tell(ticket, "reopened", actor, why=why)
    return ticket


def close_again(ticket: Ticket) -> None:
    """It was reopened by mistake: closed as it was, without asking how it went. In the caller's transaction, on the locked conversation."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if ticket.state != Ticket.State.OPEN or not ticket.reopened:
        return
    ticket.state, ticket.closed, ticket.resolution = Ticket.State.RESOLVED, clock.now(), Ticket.Resolution.SOLVED
    ticket.reopened -= 1
    ticket.save(update_fields=["state", "closed", "resolution", "reopened"])
    promises.drop(ticket)
    settle(owner.locked(ticket.conversation_id))
    tell(ticket, "resolved", VISITOR, reason=ticket.resolution)


def merge(ticket: Ticket, into: Ticket, actor: Actor) -> Ticket:
    """Two tickets about one thing become one: `into` goes on with its number and clocks. Raises NotPossible. Returns `into`."""
    with transaction.atomic():
        conversation = owner.locked(ticket.conversation_id)
        first, second = (Ticket.objects.select_for_update().get(pk=pk) for pk in sorted((ticket.pk, into.pk)))
        ticket, into = (first, second) if first.pk == ticket.pk else (second, first)
        if ticket.pk == into.pk or ticket.state not in LIVE:
            raise NotPossible(f"{ticket.number} is {ticket.get_state_display()}: it cannot become part of {into.number}.", "same_ticket" if ticket.pk == into.pk else "closed", number=ticket.number, state=ticket.state)
        if into.state == Ticket.State.MERGED or into.erased:
            raise NotPossible(f"{into.number} is {into.get_state_display()}: nothing can become part of it.", "closed", number=into.number, state=into.state)
        ticket.state, ticket.merged_into, ticket.closed, ticket.awaiting = Ticket.State.MERGED, into, clock.now(), ""
        ticket.save(update_fields=["state", "merged_into", "closed", "awaiting"])
        promises.drop(ticket)
        owner.bump(conversation)
        into = join(into, conversation, ticket.fields, [reason for reason in ticket.reasons if not _computed(reason)])
        settle(conversation)
        if actor != VISITOR:  # who asked for it himself has his answer
            append_outbound(conversation.pk, Message.Author.SYSTEM, [say("desk.merged", conversation.language, number=ticket.number, into=into.number)])
        tell(ticket, "merged", actor, into=into.number)
    return into


def add(ticket: Ticket, fields: Mapping[str, Mapping] = {}, facts: Iterable[str] = ()) -> None:
    """What the visitor told meanwhile: fields that were empty, and facts that may raise the priority. In the caller's transaction, on the locked row."""
    for name, record in fields.items():
        if not (ticket.fields.get(name) or {}).get("value"):
            ticket.fields[name] = dict(record)
    before = ticket.priority
    weighed = priority.compute([*(r for r in ticket.reasons if not _computed(r)), *facts], ticket.fields)
    ticket.priority, ticket.rank, ticket.reasons = weighed.level, weighed.rank, list(weighed.reasons)
    ticket.save(update_fields=["fields", "priority", "rank", "reasons"])
    _refer(ticket)
    if ticket.priority == Ticket.Priority.URGENT != before:
        promises.raised(ticket)


def about(ticket: Ticket, flow: str, queue: str) -> None:
    """The visitor says at last what it is about: an open ticket without a problem goes where such problems go, and keeps its clocks.

    In the caller's transaction, on the locked row.
    """
    if ticket.flow or ticket.state != Ticket.State.OPEN:
        return
    ticket.flow, ticket.queue = flow, queue if ticket.queue == "general" else ticket.queue
    ticket.save(update_fields=["flow", "queue"])
    tell(ticket, "transferred", VISITOR, queue=ticket.queue, to=None)


def cancel_waiting(conversation: Conversation) -> None:
    """The visitor does not want to wait any longer. Runs in the caller's transaction, on the locked row."""
    cancelled = list(conversation.tickets.filter(state=Ticket.State.OPEN, aside=False))
    for ticket in cancelled:
        ticket.state, ticket.closed, ticket.awaiting = Ticket.State.CANCELLED, clock.now(), ""
        ticket.save(update_fields=["state", "closed", "awaiting"])
        promises.drop(ticket)
    settle(conversation)
    for ticket in cancelled:
        tell(ticket, "cancelled", VISITOR)


def step_aside(ticket: Ticket) -> None:
    """The visitor goes on with the bot; the ticket keeps its place and its clocks. In the caller's transaction, on the locked conversation."""
    Ticket.objects.filter(pk=ticket.pk).update(aside=True)
    settle(owner.locked(ticket.conversation_id))


def settle(conversation: Conversation) -> None:
    """Gives the conversation to whom its tickets say: a person while one is taken, waiting while one is open, else the bot, who then starts clean.

    Where the visitor put his ticket aside the bot keeps what it knows: it is asked to go on.
    In the caller's transaction, on the locked conversation.
    """
    live = list(conversation.tickets.filter(state__in=LIVE).values_list("state", "aside"))
    if any(state == Ticket.State.TAKEN for state, _ in live):
        due = Conversation.Owner.HUMAN
    elif any(not aside for _, aside in live):
        due = Conversation.Owner.WAITING
    else:
        due = Conversation.Owner.BOT
    if due == Conversation.Owner.BOT and conversation.owner != due and not live:
        owner.clean(conversation)
    owner.change(conversation, due)


def live(conversation_id: int) -> Ticket | None:
    """The ticket that is being waited for or worked on; of several the one handed over last."""
    return (Ticket.objects.filter(conversation_id=conversation_id, state__in=LIVE)
            .order_by("aside", "-state", "-epoch", "-pk").first())


def about_the_same(identity: str, fields: Mapping[str, Mapping], but: Ticket | None = None) -> Ticket | None:
    """The same person's ticket about the same reference: one that is open, else one that was closed lately enough to be reopened."""
    named = {kind: str(fields[kind]["value"])[:200] for kind in REFERENCES if (fields.get(kind) or {}).get("value")}
    if not named:
        return None
    since = clock.now() - timedelta(days=figures.of("reopen_days"))
    candidates = Ticket.objects.filter(identity=identity, references__kind__in=named, references__value__in=named.values(), erased=None).distinct()
    if but:
        candidates = candidates.exclude(pk=but.pk)
    candidates = [each for each in candidates.order_by("-pk")[:50]
                  if (each.state in LIVE or (each.state in (Ticket.State.RESOLVED, Ticket.State.RETURNED) and each.closed and each.closed >= since))
                  and _same_thing(each, named)]
    return min(candidates, key=lambda each: (each.state not in LIVE, -each.pk), default=None)


def may_be_the_same(ticket: Ticket) -> Ticket | None:
    """An older open ticket of the same person about the same kind of problem that nothing tells apart from this one: worth asking about."""
    others = Ticket.objects.filter(identity=ticket.identity, state__in=LIVE, flow=ticket.flow).exclude(pk=ticket.pk).order_by("-pk")[:20]
    mine = _named(ticket.fields)
    for other in others:
        theirs = _named(other.fields)
        if not any(kind in theirs and theirs[kind] != value for kind, value in mine.items()):
            return other
    return None


def identity_of(conversation: Conversation) -> str:
    """Whose tickets are the same person's: the exchange's word where there is one, else this conversation alone."""
    return f"id:{conversation.identity}" if conversation.identity else f"conversation:{conversation.pk}"


def transcript(conversation: Conversation, after: int = 0) -> list[dict]:
    """The conversation so far, oldest first: [{"seq", "author", "name", "text", "file", "file_id", "at"}]. Secrets never were in it."""
    rows = Message.objects.filter(conversation_id=conversation.pk, seq__gt=after).order_by("-seq")[:TRANSCRIPT_MESSAGES]
    return [{"seq": row.seq, "author": row.author, "name": row.name, "text": redact(row.text),
             "file": (row.file or {}).get("name", ""), "file_id": (row.file or {}).get("id", ""), "at": row.at.isoformat(timespec="seconds")} for row in reversed(rows)]


def _new(conversation: Conversation, queue: str, facts: list[str], fields: dict, flow: str) -> Ticket:
    weighed = priority.compute(facts, fields)
    for attempt in range(NUMBER_TRIES):
        try:
            with transaction.atomic():
                ticket = Ticket.objects.create(
                    number=new_number(), conversation=conversation, epoch=conversation.epoch, identity=identity_of(conversation), flow=flow, queue=queue,
                    priority=weighed.level, rank=weighed.rank, reasons=list(weighed.reasons), fields=fields, created=clock.now(),
                    transcript=transcript(conversation), transcript_to=conversation.last_seq)
                _refer(ticket)
                tell(ticket, "opened", VISITOR, queue=queue, priority=ticket.priority, reasons=ticket.reasons, flow=flow)
                return ticket
        except IntegrityError:
            # Either the number was taken (one in 10^8), or a replay of this very turn was faster.
            known = Ticket.objects.filter(conversation=conversation, epoch=conversation.epoch).first()
            if known:
                return known
            if attempt == NUMBER_TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _revive(ticket: Ticket) -> None:
    ticket.state, ticket.assignee, ticket.closed, ticket.resolution, ticket.aside = Ticket.State.OPEN, None, None, "", False
    ticket.reopened += 1


def _refer(ticket: Ticket) -> None:
    Reference.objects.bulk_create(
        [Reference(ticket=ticket, kind=kind, value=value) for kind, value in _named(ticket.fields, FOUND_BY).items()], ignore_conflicts=True)


def of_incident(number: str) -> list[str]:
    """The numbers of the open tickets that belong to a known incident, oldest first."""
    return list(Ticket.objects.filter(references__kind="incident", references__value=number, state__in=LIVE).order_by("created").values_list("number", flat=True))


def _named(fields: Mapping[str, Mapping], kinds: Iterable[str] = REFERENCES) -> dict[str, str]:
    return {kind: str(fields[kind]["value"])[:200] for kind in kinds if (fields.get(kind) or {}).get("value")}


def _same_thing(ticket: Ticket, named: Mapping[str, str]) -> bool:
    theirs = _named(ticket.fields)
    for kind in REFERENCES:
        if kind in named and kind in theirs:
            return named[kind] == theirs[kind]
    return False


def _computed(reason: str) -> bool:
    return reason.startswith("evidence_") or reason == "no_evidence"


def _read(value: str | None) -> dict:
    return {"value": value, "said": None, "source": "read", "declined": False}


def _exposed(conversation: Conversation) -> list[str]:
    masked = Message.objects.filter(conversation_id=conversation.pk, author=Message.Author.USER).exclude(masked=[]).values_list("masked", flat=True)
    return ["secret_exposed"] if any(EXPOSING & set(kinds) for kinds in masked) else []
