"""What people do with a ticket: take, move, give back to the queue, answer, ask for a field, resolve, return to the bot. Synchronous; each is one transaction."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bot.conversations import clock, owner
from bot.conversations.log import Reply, append_outbound, known
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import content, say
from bot.desk import actors, aftercare, promises
from bot.desk.actors import VISITOR, Actor
from bot.desk.events import tell
from bot.desk.models import Ticket
from bot.desk.people import Agent
from bot.desk.tickets import LIVE, NotPossible, add, settle
from bot.safety.guard import guard

Who = Agent | Actor
"""An account of ours, or somebody at an outside desk (bot/desk/actors.py)."""

FAULTY = "faulty"
"""The source of a field whose last answer could not be read."""


def take(ticket: Ticket, by: Who, over: bool = False, held_by: int | None = None) -> None:
    """Whoever takes it answers from now on; the bot is silent. Of two who take it at once one wins, the other is told.

    `over`: also from a colleague; `held_by`: but only from this one, whom the taker saw. Raises NotPossible.
    """
    actor = actors.of(by)
    with transaction.atomic():
        conversation, ticket = _locked(ticket, "taken")
        if ticket.state == Ticket.State.TAKEN:
            if ticket.assignee_id == _id(actor) and (actor.agent or ticket.assignee_id is None):
                return
            if not over or held_by not in (None, ticket.assignee_id):
                name = ticket.assignee.shown_as if ticket.assignee else "somebody at another desk"
                raise NotPossible(f"{ticket.number} is with {name} already.", "taken", number=ticket.number, name=name)
        elsewhere = conversation.tickets.filter(state=Ticket.State.TAKEN).exclude(pk=ticket.pk).exclude(assignee_id=_id(actor)).first()
        if elsewhere and not over:
            raise NotPossible(f"The visitor is talking with a colleague about {elsewhere.number}: have {ticket.number} merged into it, or wait.", "visitor_busy", number=elsewhere.number,
                              name=elsewhere.assignee.shown_as if elsewhere.assignee else "")
        ticket.state, ticket.assignee, ticket.taken, ticket.aside = Ticket.State.TAKEN, actor.agent, clock.now(), False
        ticket.save(update_fields=["state", "assignee", "taken", "aside"])
        settle(conversation)
        _say(conversation, "desk.taken", name=actor.shown_to(conversation.language))
        promises.watched(ticket)
        tell(ticket, "taken", actor, over=over)


def transfer(ticket: Ticket, by: Who, *, queue: str | None = None, to: Agent | None = None) -> None:
    """Gives it to another queue, where it waits again, or to a colleague, who has it at once. Raises NotPossible."""
    actor = actors.of(by)
    if queue is not None and queue not in content().exchange.queues:
        raise NotPossible(f'There is no queue "{queue}".', "no_such_queue")
    with transaction.atomic():
        conversation, ticket = _locked(ticket, "moved")
        ticket.queue = queue or ticket.queue
        ticket.state, ticket.assignee = (Ticket.State.TAKEN, to) if to else (Ticket.State.OPEN, None)
        ticket.taken = clock.now() if to else ticket.taken
        ticket.save(update_fields=["queue", "state", "assignee", "taken"])
        settle(conversation)
        if to:
            _say(conversation, "desk.taken", name=to.shown_to(conversation.language))
        else:
            _say(conversation, "desk.moved")
        promises.watched(ticket)
        tell(ticket, "transferred", actor, queue=ticket.queue, to=to.pk if to else None)


def release(ticket: Ticket, by: Who, why: str = "released") -> None:
    """Back to its queue: somebody else goes on. `why`: released, or vanished (the agent's console fell silent). Raises NotPossible."""
    actor = actors.of(by)
    with transaction.atomic():
        conversation, ticket = _locked(ticket, "released")
        if ticket.state != Ticket.State.TAKEN:
            raise NotPossible(f"{ticket.number} is in its queue.", "in_queue", number=ticket.number)
        had = ticket.assignee_id
        ticket.state, ticket.assignee = Ticket.State.OPEN, None
        ticket.save(update_fields=["state", "assignee"])
        settle(conversation)
        _say(conversation, "desk.vanished" if why == "vanished" else "desk.moved")
        promises.watched(ticket)
        if why == "vanished":
            promises.notify(ticket, "vanished", "supervisors", agent=had)
        tell(ticket, "released", actor, why=why, agent=had)


def reply(ticket: Ticket, by: Who, text: str, key: str | None = None, file: Mapping[str, Any] | None = None) -> int:
    """The person's words to the visitor, under the alias, with secrets masked wherever they were written. Returns the message's number. Raises NotPossible.

    `key`: the sender's own name for this reply (8 to 64 letters, digits, -, _): sent twice, it is said once.
    `file`: a stored upload's description (bot/conversations/uploads.py); the text may be empty then.
    """
    actor, text = actors.of(by), guard(text.replace("\x00", "").strip(), asked="tx_hash").text
    if not text and not file:
        raise NotPossible("Write something first.", "text_empty")
    with transaction.atomic():
        conversation, ticket = _locked(ticket, "answered")
        said = known(conversation.pk, key) if key else None
        if said is not None:
            return said
        if ticket.state != Ticket.State.TAKEN or ticket.assignee_id != _id(actor):
            raise NotPossible(f"{ticket.number}: take the ticket first; until then the visitor hears the bot or a colleague.", "take_first", number=ticket.number)
        seq = append_outbound(conversation.pk, Message.Author.AGENT, [Reply(text, file=dict(file) if file else None)], name=actor.shown_to(conversation.language), client_id=key)[0]
        if ticket.first_reply is None:
            ticket.first_reply = clock.now()
            ticket.save(update_fields=["first_reply"])
        promises.answered(ticket)
        tell(ticket, "replied", actor, seq=seq)
        return seq


def await_field(ticket: Ticket, by: Who, name: str) -> int:
    """The bot asks the visitor for a field and fills it in; the clocks stand still until it has an answer. Returns the question's number. Raises NotPossible."""
    actor = actors.of(by)
    field = content().fields.get(name)
    if field is None:
        raise NotPossible(f'There is no field "{name}".', "no_such_field")
    with transaction.atomic():
        conversation, ticket = _locked(ticket, "asked about")
        ticket.awaiting = name
        ticket.save(update_fields=["awaiting"])
        seq = append_outbound(conversation.pk, Message.Author.SYSTEM, [aftercare.question(ticket, field, conversation.language)])[0]
        promises.pause(ticket)
        tell(ticket, "awaiting", actor, field=name, seq=seq)
        return seq


def tried(ticket: Ticket, name: str) -> None:
    """The visitor's answer to what was asked could not be read; he was told how to mend it. In the caller's transaction."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    ticket.fields[name] = {"value": None, "said": None, "source": FAULTY, "declined": False}
    ticket.save(update_fields=["fields"])


def filled(ticket: Ticket, name: str, record: Mapping[str, Any]) -> None:
    """The visitor answered what was asked, or would not: the clocks go on. In the caller's transaction, on the locked conversation."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if ticket.awaiting == name:
        ticket.awaiting = ""
        ticket.save(update_fields=["awaiting"])
        promises.resume(ticket)
    ticket.fields.pop(name, None)
    add(ticket, {name: record})
    tell(ticket, "filled", VISITOR, field=name, declined=bool(record.get("declined")))


def resolve(ticket: Ticket, by: Who, reason: str = Ticket.Resolution.SOLVED) -> None:
    """The problem is dealt with; the bot answers again, starts clean, and asks how it was unless that would hurt. Raises NotPossible."""
    if reason not in Ticket.Resolution.values:
        raise NotPossible(f'There is no such reason as "{reason}"; there are: {", ".join(Ticket.Resolution.values)}.', "no_such_reason")
    _close(ticket, Ticket.State.RESOLVED, "resolved", by, reason)


def give_back(ticket: Ticket, by: Who) -> None:
    """The bot answers again, without a claim that the problem is solved. Raises NotPossible."""
    _close(ticket, Ticket.State.RETURNED, "returned", by)


def _close(ticket: Ticket, state: str, verb: str, by: Who, reason: str = "") -> None:
    actor = actors.of(by)
    with transaction.atomic():
        conversation, ticket = _locked(ticket, verb)
        ticket.state, ticket.closed, ticket.resolution, ticket.awaiting = state, clock.now(), reason, ""
        ticket.assignee = actor.agent or ticket.assignee
        ticket.save(update_fields=["state", "closed", "resolution", "awaiting", "assignee"])
        settle(conversation)
        append_outbound(conversation.pk, Message.Author.SYSTEM, aftercare.closing(ticket, conversation.language))
        promises.closed(ticket)
        tell(ticket, verb, actor, reason=reason)


def _locked(ticket: Ticket, verb: str) -> tuple[Conversation, Ticket]:
    conversation = owner.locked(ticket.conversation_id)
    ticket = Ticket.objects.select_for_update(of=("self",)).select_related("assignee").get(pk=ticket.pk)
    if ticket.conversation_id != conversation.pk:
        return _locked(ticket, verb)  # it moved to another conversation a moment ago
    if ticket.state not in LIVE:
        raise NotPossible(f"{ticket.number} is {ticket.get_state_display()}: it can no longer be {verb}.", "closed", number=ticket.number, state=ticket.state)
    return conversation, ticket


def _say(conversation: Conversation, key: str, **arguments: object) -> None:
    append_outbound(conversation.pk, Message.Author.SYSTEM, [say(key, conversation.language, **arguments)])


def _id(actor: Actor) -> int | None:
    return actor.agent.pk if actor.agent else None
