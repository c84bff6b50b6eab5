"""Takes a letter to the mail server. Knows no waiting and no retrying: bot/desk/outbox/courier.py does.

A letter whose attempt was cut off is sent again under the same Message-ID: mail has no way to ask whether it was taken.
"""
from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.core.validators import validate_email
from django.db import transaction

from bot.config import config
from bot.conversations import faults, owner
from bot.conversations.database import run
from bot.conversations.log import append_outbound
from bot.conversations.metrics import METRICS
from bot.conversations.models import Message
from bot.desk.actors import WORKER
from bot.desk.adapters.base import NotAllowed, Refused, Unreachable
from bot.desk.events import tell
from bot.desk.mail import letters
from bot.desk.models import Ticket
from bot.desk.outbox.queue import Job

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 20
"""For each exchange with the server."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class AddressRefused(Exception):
    """The address takes no mail; no attempt will change that."""


def set_up() -> bool:
    """Whether mail may be offered to visitors."""
    return config().mail_server is not None


async def deliver(job: Job, holder: str, changed: Callable[[int], None]) -> None:
    """Sends the row's letter. An address that is refused is not asked again: ticket and conversation say so.

    Raises a DeskError, and LeaseLost.
    """
    letter = await run(letters.make, job, holder)
    if letter is None:
        return
    try:
        await run(_send, letter)
        METRICS.count("mail_sent")
    except AddressRefused:
        conversation = await run(undeliverable, job.link.ticket_id, letter.to[0])
        if conversation is not None:
            changed(conversation)
    faults.reach("mail_sent")


def undeliverable(ticket_id: int, address: str) -> int | None:
    """Mail to this address came back, or was refused: agents see it in the ticket, the visitor in the conversation, and nothing more is sent there.

    Returns the conversation's id; None where the ticket goes by another address meanwhile.
    """
    with transaction.atomic():
        conversation = owner.locked(Ticket.objects.values_list("conversation_id", flat=True).get(pk=ticket_id))
        ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
        if ticket.contact.get("address") != address:
            return None
        said = letters.refused(ticket, conversation.language)
        ticket.contact = {"way": "here", "bounced": address}
        ticket.save(update_fields=["contact"])
        append_outbound(conversation.pk, Message.Author.SYSTEM, [said])
        tell(ticket, "contact", WORKER, way="here", bounced=True)
        METRICS.count("mail_bounced")
        return conversation.pk


def _send(letter: EmailMessage) -> None:
    """Blocks; raises AddressRefused and DeskErrors."""
    url = urlsplit(config().mail_server.get_secret_value())
    try:
        validate_email(letter.to[0])
        letter.connection = get_connection(
            "django.core.mail.backends.smtp.EmailBackend", host=url.hostname, port=url.port or (465 if url.scheme == "smtps" else 587),
            username=unquote(url.username or ""), password=unquote(url.password or ""), timeout=TIMEOUT_SECONDS,
            use_ssl=url.scheme == "smtps", use_tls=url.scheme == "smtp" and url.hostname not in LOOPBACK)
        letter.send()
    except (ValidationError, BadHeaderError):
        raise AddressRefused from None
    except smtplib.SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _ in error.recipients.values()):
            raise AddressRefused from None
        raise Unreachable("smtp_later") from None
    except smtplib.SMTPAuthenticationError:
        raise NotAllowed("smtp_login") from None
    except smtplib.SMTPNotSupportedError:
        raise NotAllowed("smtp_no_tls") from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError, smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
        if error.smtp_code >= 500:
            raise Refused(f"smtp_{error.smtp_code}") from None
        raise Unreachable(f"smtp_{error.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable("smtp_" + type(error).__name__.lower()[:40]) from None
