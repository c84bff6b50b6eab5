"""Where answers to a ticket's mails go: an address that names the ticket and that nobody can make up. Bound to the visitor's address as well."""
from __future__ import annotations

import base64
import hmac
import re

from bot.config import config
from bot.desk.models import Ticket

_LOCAL = re.compile(r"(.+)\+(tk)(\d{8,10})-([a-z2-7]{20})")
CHARACTERS = 20
"""Of the signature: 100 bits."""


def address(ticket: Ticket) -> str:
    """`reply+tk123456789-<signature>@in.example.com`; empty where answers are not read."""
    base = config().mail_reply_to
    if not base:
        return ""
    local, _, domain = base.partition("@")
    return f"{local}+{ticket.number.replace('-', '').lower()}-{_signature(ticket)}@{domain}"


def read(recipient: str) -> Ticket | None:
    """The ticket that a mail to this address is about; None for an address that is not one of ours, or no longer."""
    local, _, domain = recipient.strip().lower().rpartition("@")
    base, _, home = (config().mail_reply_to or "").lower().partition("@")
    found = _LOCAL.fullmatch(local)
    if not found or not base or (found[1], domain) != (base, home):
        return None
    ticket = Ticket.objects.filter(number=f"TK-{found[3]}", erased=None).first()
    if ticket is None or not ticket.contact.get("address") or not hmac.compare_digest(found[4], _signature(ticket)):
        return None
    return ticket


def _signature(ticket: Ticket) -> str:
    said = f"mail:{ticket.number}:{ticket.contact.get('address', '')}".encode()
    digest = hmac.digest(config().secret_key.get_secret_value().encode(), said, "sha256")
    return base64.b32encode(digest).decode().lower()[:CHARACTERS]
