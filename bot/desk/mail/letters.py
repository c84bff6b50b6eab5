"""A letter: what was said since the last one, as a mail in the visitor's language. Synchronous: call through database.run.

What it covers is fixed before the first attempt, so that every attempt sends the same letter under the same Message-ID.
"""
from __future__ import annotations

import hmac
import re
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.db import transaction

from bot.config import config
from bot.conversations import owner
from bot.conversations.log import Reply
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import content, say
from bot.desk.mail import tokens
from bot.desk.mail.following import CAME_BY_MAIL, wanted
from bot.desk.models import Ticket
from bot.desk.outbox import queue
from bot.desk.outbox.models import Link, OutboxRow
from bot.desk.outbox.queue import Job
from bot.safety.guard import guard
from bot.safety.personal import redact

MOST_CHARACTERS = 20_000
"""Of one message; the rest is on the page."""
MOST_MESSAGES = 40
LINE = "— — — — — — — —"
"""Stands below the sentence that asks to write above it: what follows is ours (bot/desk/mail/reading.py)."""


def make(job: Job, holder: str) -> EmailMessage | None:
    """The row's letter; None where nothing is left to tell, or nobody to tell it to. Raises LeaseLost."""
    with transaction.atomic():
        conversation = owner.locked(job.link.ticket.conversation_id)
        link = queue.held(job.link.pk, holder)
        row = OutboxRow.objects.get(pk=job.row.pk)
        if "to" not in row.what:
            after = link.told.get(str(conversation.pk), 0)
            row.what = {"conversation": conversation.pk, "after": after, "to": conversation.last_seq}
            row.save(update_fields=["what"])
            link.told[str(conversation.pk)] = conversation.last_seq
            link.save(update_fields=["told"])
    ticket = link.ticket
    if ticket.erased or not ticket.contact.get("address"):
        return None
    told = _told(row.what)
    return _letter(ticket, link, row, told) if told else None


def _told(what: dict) -> list[Message]:
    """The messages it covers, but those he answered on the page: he has read them there."""
    rows = Message.objects.filter(conversation_id=what["conversation"], seq__gt=what["after"], seq__lte=what["to"]).order_by("seq")
    here = Message.objects.filter(conversation_id=what["conversation"], seq__gt=what["after"], author=Message.Author.USER)
    read = here.exclude(client_id__startswith=CAME_BY_MAIL).order_by("-seq").values_list("seq", flat=True).first() or 0
    return [row for row in rows if row.seq > read and wanted(row)][-MOST_MESSAGES:]


def _letter(ticket: Ticket, link: Link, row: OutboxRow, told: list[Message]) -> EmailMessage:
    settings, language = config(), Conversation.objects.values_list("language", flat=True).get(pk=row.what["conversation"])
    answer_to = tokens.address(ticket)
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]

    def words(key: str, **values: object) -> str:
        return say(key, language, **values).text.strip()
    parts = [f"{words('mail.above')}\n{LINE}"] if answer_to else []
    parts += [_shown(message, language) for message in told]
    parts.append("-- \n" + words("mail.end_answer" if answer_to else "mail.end", number=ticket.number))
    root = f"<{ticket.number.lower()}@{domain}>"
    last = link.seen[-1] if link.seen else root
    headers = {
        "From": settings.mail_from, "Message-ID": message_id(ticket, row, domain), "In-Reply-To": last,
        "References": " ".join(dict.fromkeys((root, last))),
        # Nobody's holiday program should answer (RFC 3834); Exchange wants it said in its own way.
        "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All",
    }
    return EmailMessage(
        subject=words("mail.subject", number=ticket.number), body="\n\n".join(parts) + "\n", to=[ticket.contact["address"]],
        # The envelope's sender: what cannot be delivered comes back to the ticket.
        from_email=answer_to or parseaddr(settings.mail_from)[1], reply_to=[answer_to] if answer_to else None, headers=headers)


def message_id(ticket: Ticket, row: OutboxRow, domain: str) -> str:
    """The same at every attempt: who is sent a letter twice sees it once where his program looks at the id."""
    mark = hmac.digest(config().secret_key.get_secret_value().encode(), f"letter:{row.pk}:{row.created.isoformat()}".encode(), "sha256").hex()[:16]
    return f"<{ticket.number.lower()}.{row.pk}.{mark}@{domain}>"


def _shown(message: Message, language: str) -> str:
    text = _masked(message.text)
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS] + "…\n" + say("mail.more", language).text.strip()
    if message.file:
        text = "\n".join(filter(None, (text, say("mail.file", language, name=str(message.file.get("name") or "")).text.strip())))
    name = " ".join(message.name.split())
    return f"{name}：\n{text}" if name and language.startswith("zh") else f"{name}:\n{text}" if name else text


def _masked(text: str) -> str:
    """Mail is read by every server on its way: no secrets, and personal data shortened; our own addresses stay."""
    ours = [re.escape(each) for each in (content().exchange.rest.get("channels") or {}).get("emails") or ()]
    pieces = re.split(f"({'|'.join(ours)})", guard(text, asked="tx_hash").text) if ours else [guard(text, asked="tx_hash").text]
    return "".join(piece if number % 2 else redact(piece) for number, piece in enumerate(pieces))


def refused(ticket: Ticket, language: str) -> Reply:
    """What is said in the conversation when mail does not reach him."""
    from bot.desk.aftercare import payload
    from bot.dialogue.render import masked

    return say("mail.bounced", language, (("button.email", payload("mail", ticket)),), number=ticket.number, address=masked(ticket.contact.get("address", "")))
