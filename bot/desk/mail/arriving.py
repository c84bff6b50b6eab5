"""Answers to letters: the mail server hands them over by LMTP, and each is in the message log before it is said to be taken."""
from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from collections.abc import Callable

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import transaction

from bot.config import config
from bot.conversations import inbound, owner, uploads
from bot.conversations.database import run
from bot.conversations.images import Unfit
from bot.conversations.log import Inbound, append_outbound
from bot.conversations.metrics import METRICS
from bot.conversations.models import Message
from bot.conversations.sentences import say
from bot.desk import case, tickets
from bot.desk.actors import VISITOR
from bot.desk.mail import reading, sending, tokens
from bot.desk.mail.following import CAME_BY_MAIL
from bot.desk.models import Ticket
from bot.desk.outbox.models import MAIL, Link
from bot.safety.limits import limits

logger = logging.getLogger(__name__)
MOST_BYTES = 25 * 1024 * 1024
SECONDS = 120
"""A connection that says nothing for so long is closed."""
REMEMBERED = 20
TAKEN, LATER = "250 2.0.0 taken", "451 4.3.0 try again later"


class Letterbox:
    """The listener. `changed` is told of each conversation in which something happened."""

    def __init__(self, changed: Callable[[int], None]) -> None:
        self._changed = changed
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listens, where MAIL_LISTEN says so. Raises OSError where somebody else listens there."""
        if not config().mail_listen:
            return
        host, _, port = config().mail_listen.rpartition(":")
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: LMTP(self, data_size_limit=MOST_BYTES, hostname="bot", ident="bot", loop=loop, timeout=SECONDS, enable_SMTPUTF8=True), host.strip("[]"), int(port))

    async def stop(self) -> None:
        if self._server:
            self._server.close()
            self._server = None

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient at a time"
        try:
            known = await run(tokens.read, address[:320]) is not None
        except Exception as error:
            logger.error("mail: an address could not be looked up", extra={"error": type(error).__name__})
            return LATER
        if not known:
            METRICS.count("mail_refused")
            return "550 5.1.1 no such address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        try:
            return await self._take(envelope.rcpt_tos[0], envelope.mail_from, envelope.content)
        except reading.Unreadable:
            return "554 5.6.0 this mail cannot be read"
        except Exception as error:
            # Its own text may quote the mail.
            logger.error("mail: an answer could not be taken; its server will bring it again", extra={"error": type(error).__name__})
            return LATER

    async def _take(self, recipient: str, sender: str | None, content: bytes) -> str:
        mail = await asyncio.to_thread(reading.read, content, sender)
        ticket = await run(tokens.read, recipient)
        if ticket is None:
            return "550 5.1.1 no such address"
        METRICS.count(f"mail_{mail.kind}")
        if mail.kind == "bounce":
            conversation = await run(sending.undeliverable, ticket.pk, ticket.contact["address"])
            if conversation is not None:
                self._changed(conversation)
            return TAKEN
        if mail.kind == "automatic" or not (mail.text or mail.files):
            return TAKEN  # answering a machine begins a loop
        if _plain(mail.sender) != _plain(ticket.contact["address"]):
            return "550 5.7.1 please write from the address that the ticket's mail goes to"
        if await limits().wait("messages", None, f"mail:{ticket.number}"):
            return "451 4.7.1 too many mails; try again later"
        await self._bring(ticket, mail, mail.message_id or hashlib.sha256(content).hexdigest())
        return TAKEN

    async def _bring(self, ticket: Ticket, mail: reading.Mail, name: str) -> None:
        key = CAME_BY_MAIL + hashlib.sha256(name.encode()).hexdigest()[:32]
        conversation_id = await run(_opened, ticket, mail.message_id, mail.text)
        unfit = mail.left_out
        for number, (shown, content) in enumerate(mail.files):
            try:
                kept = await run(uploads.keep, conversation_id, io.BytesIO(content))
            except Unfit:
                unfit += 1
                continue
            accepted = await inbound.receive(Inbound(conversation_id, f"{key}-{number}", file=kept.described(shown), quiet=bool(mail.text) or number < len(mail.files) - 1))
            if accepted.duplicate:
                kept.discard()
        if mail.text:
            await inbound.receive(Inbound(conversation_id, key, text=mail.text))
        if unfit:
            await run(_left_out, conversation_id, f"{key}-unfit")
        self._changed(conversation_id)


def _opened(ticket: Ticket, message_id: str, text: str) -> int:
    """Remembers the mail for the thread, and opens a closed ticket again: an answer to its mail is about it. Returns the conversation's id."""
    with transaction.atomic():
        conversation_id = owner.locked(ticket.conversation_id).pk
        link = Link.objects.select_for_update(of=("self",)).filter(ticket_id=ticket.pk, desk=MAIL).first()
        known = link is not None and message_id in link.seen
        if link is not None and message_id and not known:
            link.seen = [*link.seen, message_id][-REMEMBERED:]
            link.save(update_fields=["seen"])
        ticket = Ticket.objects.get(pk=ticket.pk)
        # A figure alone answers the question how it was.
        if not known and case.may_reopen(ticket) and not (text.isdigit() and len(text) == 1):
            tickets.reopen(ticket, VISITOR, "mail")
    return conversation_id


def _left_out(conversation_id: int, key: str) -> None:
    """Says once that something attached was not kept."""
    with transaction.atomic():
        conversation = owner.locked(conversation_id)
        if not Message.objects.filter(conversation_id=conversation_id, client_id=key).exists():
            append_outbound(conversation_id, Message.Author.SYSTEM, [say("mail.unfit", conversation.language)], client_id=key)


def _plain(address: str) -> str:
    """As it is compared: small letters, without a tag after a plus sign."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
