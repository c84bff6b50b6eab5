"""Hashes, addresses, links and numbers that people paste: what they are and what is wrong with them, offline."""
from __future__ import annotations

from bot.references.addresses import networks_of
from bot.references.reading import Reading, find, read
from bot.references.tickets import check_ticket_number, make_ticket_number

__all__ = ["Reading", "check_ticket_number", "find", "make_ticket_number", "networks_of", "read"]
