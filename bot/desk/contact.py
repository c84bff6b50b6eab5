"""Where the visitor wants to be told: here, by e-mail or in Telegram. One question at the hand-off, which may be left unanswered. Sends nothing itself."""
from __future__ import annotations

from collections.abc import Callable

from bot.config import config
from bot.conversations import owner
from bot.conversations.log import Reply
from bot.conversations.models import Conversation
from bot.conversations.sentences import content, say
from bot.desk import tickets
from bot.desk.actors import VISITOR
from bot.desk.aftercare import payload
from bot.desk.events import tell
from bot.desk.models import Ticket
from bot.dialogue import collect
from bot.dialogue.fields import Read
from bot.dialogue.render import masked

HERE, EMAIL, TELEGRAM = "here", "email", "telegram"
Linker = Callable[[int], str | None]
"""Conversation's number -> the address that opens its chat in Telegram, or None. Blocks for a database call at most."""
Follows = Callable[[int], bool]
"""Conversation's number -> whether a Telegram chat follows it, confirmed by its visitor."""
_linker: list[Linker] = []
_follows: list[Follows] = []


def register(linker: Linker, follows: Follows) -> None:
    """Called by the Telegram channel when it runs; without it Telegram is not offered."""
    _linker[:], _follows[:] = [linker], [follows]


def begin(ticket: Ticket, conversation: Conversation) -> None:
    """A new ticket of somebody who has connected Telegram already: he is told there. In the caller's transaction, on the locked conversation."""
    if not ticket.contact and _follows and _follows[0](conversation.pk):
        ticket.contact = save(ticket, TELEGRAM)


def connected(conversation_id: int) -> None:
    """The visitor has connected Telegram: the ticket says that he can be reached there; an e-mail address he gave is kept. In the caller's transaction."""
    ticket = _live(conversation_id)
    if ticket:
        save(ticket, TELEGRAM, ticket.contact.get("address", ""))


def disconnected(conversation_id: int) -> None:
    """Telegram was taken back: by e-mail where there is an address, else here. In the caller's transaction."""
    ticket = _live(conversation_id)
    if ticket and ticket.contact.get("way") == TELEGRAM:
        address = ticket.contact.get("address", "")
        save(ticket, EMAIL if address else HERE, address)


def by_mail() -> bool:
    """Whether e-mail is offered: somebody has set it up (docs/mail.md)."""
    return config().mail_server is not None


def question(ticket: Ticket, conversation: Conversation) -> list[Reply]:
    """The question, unless it was answered, nothing is to be chosen, or the visitor is in no state for questions."""
    if ticket.contact or conversation.channel == "email" or "distress" in ticket.reasons:
        return []
    buttons = [("button.here", payload("here", ticket))]
    if by_mail():
        buttons.append(("button.email", payload("mail", ticket)))
    if _linker and conversation.channel != TELEGRAM:
        buttons.append(("button.telegram", payload("telegram", ticket)))
    if len(buttons) == 1:
        return []
    return [say("contact.ask", conversation.language, tuple(buttons))]


def email_question(ticket: Ticket, language: str) -> Reply:
    """Asks for the address; the way out is to stay here."""
    return say("contact.email_ask", language, (("button.skip", payload("here", ticket)),), number=ticket.number)


def telegram_link(conversation: Conversation) -> str | None:
    """Where the visitor goes to be told in Telegram."""
    return _linker[0](conversation.pk) if _linker else None


def read_email(text: str) -> str | None:
    """The address in a message, None where there is none that can be used."""
    found = collect.plain(content(), "email", text)
    return found.value if isinstance(found, Read) else None


def save(ticket: Ticket, way: str, address: str = "") -> dict[str, str]:
    """Keeps the answer and returns it. In the caller's transaction, on the locked conversation."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    ticket.contact = {"way": way, **({"address": address} if address else {})}
    ticket.save(update_fields=["contact"])
    tell(ticket, "contact", VISITOR, way=way, address=masked(address) if address else "")
    return ticket.contact


def saved(ticket: Ticket, way: str, language: str, address: str = "") -> Reply:
    """What is said to it: that the page may be closed."""
    if way == EMAIL:
        return say("contact.email", language, number=ticket.number, address=masked(address))
    return say("contact.here", language, number=ticket.number)


def _live(conversation_id: int) -> Ticket | None:
    owner.locked(conversation_id)
    return tickets.live(conversation_id)
