"""Who works on a conversation: one holder at a time, for a limited time. Synchronous: call through database.run."""
from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now

from bot.conversations.models import Conversation, Message, WorkerLease

LEASE_SECONDS = 30
"""Longer than any one job (an engine call of 8 s, a check of 3 s); a holder that died is replaced after it."""
WORKER_SECONDS = 10


class LeaseLost(Exception):
    """Somebody else works on this conversation now; what was prepared must not be written."""


def new_holder() -> str:
    """A name for this process that no other has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


def take(conversation_id: int, holder: str) -> bool:
    """Takes or prolongs the lease; False when somebody else has it."""
    free = Q(lease_holder="") | Q(lease_holder=holder) | Q(lease_until__lt=now())
    return bool(Conversation.objects.filter(free, pk=conversation_id).update(
        lease_holder=holder, lease_until=now() + timedelta(seconds=LEASE_SECONDS)))


def release(conversation_id: int, holder: str) -> None:
    """Gives the lease back, if it is still ours."""
    Conversation.objects.filter(pk=conversation_id, lease_holder=holder).update(lease_holder="", lease_until=None)


def release_if_done(conversation_id: int, holder: str) -> bool:
    """Gives the lease back unless there is more to do.

    Message and release go through the same row lock, so a message written meanwhile is either seen here or its
    writer finds the lease free.
    """
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update().get(pk=conversation_id)
        if conversation.lease_holder != holder:
            return True
        if conversation.check_due or Message.objects.filter(conversation_id=conversation_id, unanswered=True).exists():
            return False
        release(conversation_id, holder)
    return True


def break_all() -> int:
    """Frees every lease: for the start of the only process of a site (SQLite), whose earlier self may have been killed."""
    WorkerLease.objects.exclude(holder="").update(holder="", until=None)
    return Conversation.objects.exclude(lease_holder="").update(lease_holder="", lease_until=None)


def to_do(engine_is_there: bool, limit: int = 500) -> list[int]:
    """Conversations with something to do that nobody works on, the oldest first; without the engine, those that were not told of it."""
    free = Q(lease_holder="") | Q(lease_until__lt=now())
    if not engine_is_there:
        free &= Q(told_outage=False)
    waiting = Message.objects.filter(unanswered=True).values("conversation_id")
    return list(Conversation.objects.filter(free).filter(Q(check_due=True) | Q(pk__in=waiting))
                .order_by("pk").values_list("pk", flat=True)[:limit])


def elect(holder: str, name: str = "worker") -> bool:
    """Whether this process has the site's job `name` for the next WORKER_SECONDS."""
    WorkerLease.objects.get_or_create(name=name)
    free = Q(holder="") | Q(holder=holder) | Q(until__lt=now())
    return bool(WorkerLease.objects.filter(free, name=name).update(
        holder=holder, until=now() + timedelta(seconds=WORKER_SECONDS)))


def resign(holder: str, name: str = "worker") -> None:
    """Lets another process have the job at once."""
    WorkerLease.objects.filter(name=name, holder=holder).update(holder="", until=None)
