"""The visitor's side of a ticket: what he is told of it, and what he may do while it is worked on and after. Decides nothing about people."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.conversations import clock
from bot.conversations.log import Reply, append_outbound
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import content, say
from bot.desk import contact, estimates, figures, moments, promises, tickets
from bot.desk.actors import VISITOR
from bot.desk.aftercare import payload
from bot.desk.events import tell
from bot.desk.models import Ticket
from bot.dialogue.model import Text


def handed_over(ticket: Ticket, conversation: Conversation) -> None:
    """The turn that handed the conversation over is being committed: its owner changes, and he is told when somebody will answer.

    In the commit's transaction, on the locked conversation.
    """
    if ticket.state not in tickets.LIVE or conversation.owner != Conversation.Owner.BOT:
        return
    tickets.settle(conversation)
    promises.begin(ticket, conversation)
    contact.begin(ticket, conversation)
    other = tickets.may_be_the_same(ticket)
    asked = [same_question(ticket, other, conversation.language)] if other else contact.question(ticket, conversation)
    append_outbound(conversation.pk, Message.Author.SYSTEM, asked)


def said(conversation: Conversation, message: Message) -> None:
    """The visitor wrote while people have his case: followers hear of it, and an answer is owed. In the commit's transaction."""
    ticket = tickets.live(conversation.pk)
    if ticket is None:
        return
    if ticket.state == Ticket.State.TAKEN:
        promises.owe_reply(ticket)
    tell(ticket, "said", VISITOR, seq=message.seq)


def same_question(ticket: Ticket, other: Ticket, language: str) -> Reply:
    """Asks whether two tickets are about one thing; nothing is merged without a yes."""
    title = content().title(other.flow) if other.flow else content().title("human_agent")
    return say("same.ask", language, (("button.same", payload("same", ticket, i=other.number)), ("button.other", payload("other", ticket))),
               number=other.number, age=age(other, language), title=title)


def status(ticket: Ticket, language: str, buttons: tuple[tuple[str, str], ...] = ()) -> Reply:
    """Number, age, state and place in the line. No promise."""
    if ticket.state == Ticket.State.OPEN and not ticket.awaiting:
        return say("waiting.status", language, buttons, number=ticket.number, position=estimates.position(ticket), **about(ticket, language))
    key = "waiting.status_taken" if ticket.state in tickets.LIVE else "waiting.status_closed"
    return say(key, language, buttons, number=ticket.number, **about(ticket, language))


def about(ticket: Ticket, language: str) -> dict[str, Any]:
    """The arguments `age` and `stands` of sentences that tell how a ticket stands."""
    return {"age": age(ticket, language), "stands": state_of(ticket)}


def age(ticket: Ticket, language: str) -> str | Text:
    """When it was opened, as it is said: `刚刚`, `3 hours ago`."""
    return moments.age(ticket.created, clock.now(), language) or content().replies["age.now"]


def state_of(ticket: Ticket) -> Text:
    """How it stands, in words."""
    if ticket.state in tickets.LIVE and ticket.awaiting:
        key = "awaiting"
    elif ticket.state in tickets.LIVE and ticket.level != Ticket.Level.DESK:
        key = ticket.level
    elif ticket.state in (Ticket.State.OPEN, Ticket.State.TAKEN, Ticket.State.RESOLVED):
        key = ticket.state
    else:
        key = "returned"
    return content().replies[f"ticket.state.{key}"]


def may_reopen(ticket: Ticket) -> bool:
    """Whether a reply still opens it again."""
    closed = ticket.state in (Ticket.State.RESOLVED, Ticket.State.RETURNED) and ticket.closed and not ticket.erased
    return bool(closed) and clock.now() - ticket.closed <= timedelta(days=figures.of("reopen_days"))
