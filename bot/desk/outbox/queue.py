"""The order of things on their way out: which is next, what came of it, when to try again, when to give up. Synchronous: call through database.run."""
from __future__ import annotations

import logging
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from bot.conversations import clock
from bot.conversations.leases import LeaseLost
from bot.conversations.metrics import METRICS
from bot.desk import promises
from bot.desk.adapters import config
from bot.desk.models import Notice
from bot.desk.outbox import leaving
from bot.desk.outbox.models import Link, OutboxRow, OutsideDesk

logger = logging.getLogger(__name__)
LEASE_SECONDS = 90
"""Longer than one row may take (courier.ROW_SECONDS)."""
FIRST_SECONDS, MOST_SECONDS = 2.0, 600.0
"""Of the pauses between attempts: each about twice the one before."""
SETTLE_SECONDS = 5.0
"""After an attempt that was cut off: what it sent may still be on its way into the desk. Desks that find new tickets late want longer."""
TIMEOUT_SECONDS = 30.0
"""After an attempt that got no answer in time: the desk may still be at it."""
GIVE_UP = timedelta(hours=24)
PAUSE_AFTER = 3
"""Failures in a row after which a desk is left alone for a while: it is the desk, not the row."""
MOST_PAUSE_SECONDS = 60.0


@dataclass(frozen=True)
class Job:
    """A row that is to be delivered, with its link as it is now."""

    row: OutboxRow
    link: Link
    unsure: bool
    """An earlier attempt may have done it."""


def due(limit: int = 50) -> list[int]:
    """Links with something to send or to look at, that nobody works on; the longest waiting first."""
    now = clock.now()
    paused = list(OutsideDesk.objects.filter(paused_until__gt=now).values_list("name", flat=True))
    free = Link.objects.filter(Q(lease_holder="") | Q(lease_until__lt=timezone.now())).exclude(desk__in=paused)
    firsts = OutboxRow.objects.filter(done=None).values("link").annotate(first=Min("pk")).values("first")
    sending = OutboxRow.objects.filter(pk__in=firsts, dead=None, next_at__lte=now).values("link")
    found = list(free.filter(pk__in=sending).order_by("pk").values_list("pk", flat=True)[:limit])
    found += free.filter(look_at__lte=now).exclude(remote="").exclude(pk__in=found).order_by("look_at").values_list("pk", flat=True)[:max(0, limit - len(found))]
    return found


def take(link_id: int, holder: str) -> bool:
    """Takes or prolongs the lease; False when somebody else has it."""
    free = Q(lease_holder="") | Q(lease_holder=holder) | Q(lease_until__lt=timezone.now())
    return bool(Link.objects.filter(free, pk=link_id).update(lease_holder=holder, lease_until=timezone.now() + timedelta(seconds=LEASE_SECONDS)))


def release(link_id: int, holder: str) -> None:
    """Gives the lease back, if it is still ours."""
    Link.objects.filter(pk=link_id, lease_holder=holder).update(lease_holder="", lease_until=None)


def break_all() -> int:
    """Frees every lease: for the start of the only process of a site (SQLite)."""
    return Link.objects.exclude(lease_holder="").update(lease_holder="", lease_until=None)


def next_job(link_id: int, holder: str, lags: Mapping[str, float]) -> Job | None:
    """The link's next row, when its time has come; it counts as tried from here on. Raises LeaseLost.

    Args:
        lags: desk -> Capabilities.lookup_lag.
    """
    now = clock.now()
    with transaction.atomic():
        link = held(link_id, holder)
        row = OutboxRow.objects.filter(link=link, done=None).order_by("pk").first()
        if row is None or row.dead or row.next_at > now or OutsideDesk.objects.filter(name=link.desk, paused_until__gt=now).exists():
            return None
        unsure = row.unsure
        # Should this process die now, the next one looks first, and not too soon.
        row.attempts, row.unsure, row.next_at = row.attempts + 1, True, now + timedelta(seconds=max(SETTLE_SECONDS, lags.get(link.desk, 0.0)))
        row.save(update_fields=["attempts", "unsure", "next_at"])
    return Job(row, link, unsure)


def created(link_id: int, holder: str, remote: str) -> None:
    """The ticket is there under this number."""
    with transaction.atomic():
        link = held(link_id, holder)
        link.remote, link.look_at = remote, next_look(link.desk)
        link.save(update_fields=["remote", "look_at"])


def follow_up(link_id: int, holder: str) -> Link:
    """The ticket there takes nothing any more: the next thing goes into one that follows it."""
    with transaction.atomic():
        link = held(link_id, holder)
        link.follows, link.remote, link.generation, link.state, link.seen = link.remote or link.follows, "", link.generation + 1, "open", []
        link.save(update_fields=["follows", "remote", "generation", "state", "seen"])
    return link


def done(job: Job, holder: str, state: str | None = None) -> None:
    """It is there. `state`: the ticket's there, where the row set it."""
    now = clock.now()
    with transaction.atomic():
        link = held(job.link.pk, holder)
        OutboxRow.objects.filter(pk=job.row.pk, done=None).update(done=now, error="", unsure=False)
        if state:
            link.state = state
            link.save(update_fields=["state"])
        heard(job.link.desk)


def failed(job: Job, code: str, *, unsure: bool, refused: bool = False, least_seconds: float = 0.0) -> None:
    """It did not work: again after a pause, or given up after GIVE_UP, at once when it was refused.

    Args:
        code: base.DeskError.code.
        unsure: it may have worked all the same.
        least_seconds: not before.
    """
    now = clock.now()
    row = OutboxRow.objects.get(pk=job.row.pk)
    row.error, row.unsure = code[:60], job.unsure or unsure
    row.next_at = now + timedelta(seconds=max(least_seconds, _pause(row.attempts, MOST_SECONDS)))
    row.save(update_fields=["error", "unsure", "next_at"])
    METRICS.count("outbox_failures")
    if refused or now - row.created >= GIVE_UP:
        give_up(row, refused)


def later(job: Job, code: str, seconds: float) -> None:
    """The desk asked to come back later; that is no failed attempt."""
    OutboxRow.objects.filter(pk=job.row.pk).update(error=code[:60], unsure=job.unsure, attempts=F("attempts") - 1,
                                                   next_at=clock.now() + timedelta(seconds=seconds))


def give_up(row: OutboxRow, refused: bool) -> None:
    """A dead letter: what follows it for the same ticket waits, and somebody is told."""
    with transaction.atomic():
        if not OutboxRow.objects.filter(pk=row.pk, dead=None, done=None).update(dead=clock.now(), refused=refused):
            return
        promises.notify(row.link.ticket, Notice.Kind.DEAD_LETTER, Notice.Audience.SUPERVISORS, desk=row.link.desk, row=row.pk, what=row.kind, error=row.error)
    METRICS.count("outbox_dead_letters")
    logger.error("an outside desk did not get something: see `bot outbox list`", extra={"ticket": row.link.ticket.number, "adapter": row.link.desk, "kind": row.kind})


def expire() -> int:
    """Gives up what a desk has not taken for GIVE_UP although nothing was wrong with it: the desk was away all the time."""
    firsts = OutboxRow.objects.filter(done=None).values("link").annotate(first=Min("pk")).values("first")
    old = OutboxRow.objects.filter(pk__in=firsts, dead=None, created__lte=clock.now() - GIVE_UP, link__desk__in=OutsideDesk.objects.exclude(failures=0).values("name"))
    for row in old.select_related("link__ticket")[:200]:
        give_up(row, refused=False)
    return len(old[:200])


def heard(desk: str) -> None:
    """A desk answered. What was given up because it was away is tried again."""
    with transaction.atomic():
        state = _desk(desk)
        was_away = state.failures > 0
        state.heard, state.failures, state.failing_since, state.paused_until, state.error = clock.now(), 0, None, None, ""
        state.save(update_fields=["heard", "failures", "failing_since", "paused_until", "error"])
        if was_away:
            OutboxRow.objects.filter(link__desk=desk, done=None, dead__isnull=False, refused=False).update(dead=None, next_at=clock.now())
    if was_away:
        logger.info("an outside desk answers again", extra={"adapter": desk})


def trouble(desk: str, code: str, seconds: float | None = None) -> None:
    """A desk did not answer, or would not have us. After PAUSE_AFTER times in a row, or for the `seconds` it asked for, it is left alone."""
    now = clock.now()
    with transaction.atomic():
        state = _desk(desk)
        state.error = code[:60]
        if seconds is not None:
            state.paused_until = now + timedelta(seconds=seconds)
        else:
            state.failures += 1
            state.failing_since = state.failing_since or now
            if state.failures >= PAUSE_AFTER:
                state.paused_until = now + timedelta(seconds=_pause(state.failures - PAUSE_AFTER + 1, MOST_PAUSE_SECONDS))
        state.save(update_fields=["error", "paused_until", "failures", "failing_since"])
    if seconds is None and state.failures == PAUSE_AFTER:
        logger.error("an outside desk does not answer", extra={"adapter": desk, "status": code})


def look_later(link_id: int, holder: str, at: datetime | None, begun: datetime) -> None:
    """When to look at the ticket there next, unless something was heard of it since `begun`."""
    with transaction.atomic():
        link = held(link_id, holder)
        if link.look_at is None or link.look_at <= begun:
            link.look_at = at
            link.save(update_fields=["look_at"])


def next_look(desk: str) -> datetime:
    """When an open ticket is looked at although nothing was heard of it."""
    return clock.now() + timedelta(seconds=config.desks().desks[desk].sweep_seconds)


def nudge(desk: str, remotes: Iterable[str]) -> int:
    """Something was heard of these tickets: they are looked at now. Returns how many are ours."""
    return Link.objects.filter(desk=desk, remote__in=list(remotes)).update(look_at=clock.now())


def gauges() -> dict[str, float]:
    """How much waits, for /metrics."""
    waiting = OutboxRow.objects.filter(done=None)
    oldest = waiting.order_by("pk").values_list("created", flat=True).first()
    return {"outbox_waiting": waiting.filter(dead=None).count(), "outbox_dead": waiting.filter(dead__isnull=False).count(),
            "outbox_oldest_seconds": max(0.0, (clock.now() - oldest).total_seconds()) if oldest else 0.0,
            "outside_desks_failing": OutsideDesk.objects.filter(failures__gte=PAUSE_AFTER).count()}


def closed_for_us(link: Link) -> bool:
    """Whether the ticket is over on our side."""
    return link.ticket.state not in leaving.LIVE


def _pause(attempt: int, most: float) -> float:
    # Jitter keeps the many that failed together from coming back together.
    return min(most, FIRST_SECONDS * 2 ** min(attempt - 1, 20)) * random.uniform(0.6, 1.2)


def held(link_id: int, holder: str) -> Link:
    """The link, locked, if it is still ours to work on. Raises LeaseLost."""
    link = Link.objects.select_for_update(of=("self",)).select_related("ticket__conversation").get(pk=link_id)
    if link.lease_holder != holder:
        raise LeaseLost
    return link


def _desk(name: str) -> OutsideDesk:
    OutsideDesk.objects.get_or_create(name=name)
    return OutsideDesk.objects.select_for_update().get(name=name)
