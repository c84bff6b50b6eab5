"""What the team should know now, as the console's bell shows it: who is told of what, and that somebody has seen to it. Synchronous."""
from __future__ import annotations

from django.db.models import Q, QuerySet

from bot.conversations import clock
from bot.desk.console.lists import moment
from bot.desk.models import Agent, Notice

MOST = 50


def waiting(agent: Agent) -> QuerySet[Notice]:
    """Notices nobody has seen to that are this person's business: the team's of his queues, and for supervisors theirs. The newest first."""
    if not agent.may("work_desk"):
        return Notice.objects.none()
    audiences = [Notice.Audience.TEAM] + ([Notice.Audience.SUPERVISORS] if agent.may("supervise_desk") else [])
    rows = Notice.objects.filter(audience__in=audiences, done=None)
    return rows.filter(Q(queue="") | Q(queue__in=agent.queues)) if agent.queues else rows


def count(agent: Agent) -> int:
    """How many wait; MOST stands for that many or more."""
    return len(waiting(agent).values_list("pk", flat=True)[:MOST])


def page(agent: Agent) -> dict:
    """{"notices": [{"id", "kind", "number", "at"}]}: at most MOST."""
    return {"notices": [{"id": each.pk, "kind": each.kind, "number": each.ticket.number if each.ticket else None, "at": moment(each.at)}
                        for each in waiting(agent).select_related("ticket").defer("ticket__transcript")[:MOST]]}


def seen_to(agent: Agent, notice: int) -> dict[str, int]:
    """Somebody has seen to a notice of his: it is shown to nobody any more."""
    waiting(agent).filter(pk=notice).order_by().update(done=clock.now(), done_by=agent)
    return {"notice": notice}
