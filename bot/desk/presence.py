"""Who is there: online, away or offline by heartbeat, and how many conversations a queue's people can still take. Assigns nothing. Synchronous."""
from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from bot.desk.models import Agent, Ticket
from bot.desk.people import Presence

HEARTBEAT_SECONDS = 15
"""How often a console says that it is there."""
GONE_SECONDS = 45
"""Silence after which somebody is offline: two heartbeats may get lost."""

_HELD = Count("tickets", filter=Q(tickets__state__in=(Ticket.State.OPEN, Ticket.State.TAKEN)), distinct=True)
"""Conversations somebody has, those he was only offered included."""


def beat(agent: Agent, said: str, now: datetime) -> str:
    """A console's heartbeat; returns what it said before (`offline` after a silence). `said`: online, away or offline."""
    before = status(Presence.objects.filter(agent=agent).first(), now)
    Presence.objects.update_or_create(agent=agent, defaults={"said": said, "seen": now})
    return before


def status(presence: Presence | None, now: datetime) -> str:
    """online, away or offline."""
    if presence is None or now - presence.seen > timedelta(seconds=GONE_SECONDS):
        return Presence.Said.OFFLINE
    return presence.said


def there(now: datetime, *said: str) -> QuerySet[Agent]:
    """Active people whose console was heard of lately and says one of `said` (default: online)."""
    return Agent.objects.filter(
        is_active=True, presence__said__in=said or (Presence.Said.ONLINE,), presence__seen__gte=now - timedelta(seconds=GONE_SECONDS))


def workers() -> QuerySet[Agent]:
    """Active people who may take tickets, each with `held`, the number of conversations he has."""
    may = Q(is_superuser=True) | Q(groups__permissions__codename="work_desk")
    return Agent.objects.filter(may, is_active=True).select_related("presence").annotate(held=_HELD).order_by("alias", "pk")


def online(queue: str, now: datetime) -> int:
    """How many people are online who work on this queue."""
    return sum(agent.works_on(queue) for agent in there(now))


def capacity(queue: str, now: datetime) -> int:
    """How many conversations the people online for this queue can hold in all, those they hold already included."""
    return sum(agent.at_once for agent in there(now) if agent.works_on(queue))


def free(queue: str, now: datetime) -> int:
    """How many more conversations they could take at this moment."""
    return sum(max(0, agent.at_once - agent.held) for agent in _holding(now) if agent.works_on(queue))


class Team:
    """The people online with what each holds, looked at once and kept up to date while tickets are handed out."""

    def __init__(self, now: datetime) -> None:
        self._agents = {agent.pk: agent for agent in _holding(now)}

    def has(self, agent_id: int) -> bool:
        """Whether this person is online."""
        return agent_id in self._agents

    def least_loaded(self, queue: str, but: int | None = None) -> int | None:
        """Who should get the next ticket of this queue: the one with most room for what he can hold. None: nobody has room."""
        room = [(agent.held / agent.at_once, agent.held, agent.pk) for agent in self._agents.values()
                if agent.held < agent.at_once and agent.pk != but and agent.works_on(queue)]
        return min(room)[-1] if room else None

    def moved(self, old: int | None, new: int | None) -> None:
        """A ticket went from one to another."""
        for agent_id, step in ((old, -1), (new, 1)):
            if agent_id in self._agents:
                self._agents[agent_id].held += step


def _holding(now: datetime) -> QuerySet[Agent]:
    return there(now).filter(at_once__gt=0).annotate(held=_HELD)
