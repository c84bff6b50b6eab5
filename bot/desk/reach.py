"""Whether a visitor can be reached on a channel: what the ticket says of it, what the agent sees, and who follows up by e-mail instead.

Synchronous; in the caller's transaction.
"""
from __future__ import annotations

from django.utils.timezone import now

from bot.conversations import owner
from bot.conversations.log import append_outbound
from bot.conversations.models import Message
from bot.conversations.sentences import say
from bot.desk import actors, contact, tickets
from bot.desk.events import tell
from bot.desk.models import Ticket


def lost(conversation_id: int, channel: str) -> None:
    """Nothing reaches the visitor on this channel any more: the ticket says since when, whoever works on it sees it at once, and news
    goes to his e-mail address where one is known."""
    ticket = _note(conversation_id, channel, f"unreachable since {now():%Y-%m-%d %H:%M} UTC", "desk.unreachable")
    if ticket is None:
        return
    address = ticket.contact.get("address") or (ticket.fields.get("email") or {}).get("value")
    if address and contact.by_mail() and ticket.contact.get("way") != "email":
        ticket.contact = {"way": "email", "address": address}
        ticket.save(update_fields=["contact"])
        tell(ticket, "contact", actors.BOT, way="email")
    tell(ticket, "noted", actors.BOT, channel=channel, reachable=False)


def back(conversation_id: int, channel: str) -> None:
    """The visitor can be reached again."""
    ticket = _note(conversation_id, channel, "reachable", "desk.reachable")
    if ticket:
        tell(ticket, "noted", actors.BOT, channel=channel, reachable=True)


def _note(conversation_id: int, channel: str, value: str, sentence: str) -> Ticket | None:
    conversation = owner.locked(conversation_id)
    ticket = tickets.live(conversation_id)
    if ticket is not None:
        ticket.fields[channel] = {"value": value, "said": None, "source": "verified", "declined": False}
        ticket.save(update_fields=["fields"])
        append_outbound(conversation_id, Message.Author.SYSTEM, [say(sentence, conversation.language)])
    return ticket
