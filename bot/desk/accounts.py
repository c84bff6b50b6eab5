"""Makes and changes the accounts of people who work at the desk; for the `bot operator` command and the first start. Synchronous."""
from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.timezone import now
from django_otp.plugins.otp_totp.models import TOTPDevice

from bot.conversations.sentences import content
from bot.desk import audit, presence
from bot.desk.actors import OPERATOR
from bot.desk.models import Agent
from bot.desk.people import ROLES

FIRST = "operator"


def first() -> dict[str, str | None]:
    """The first supervisor with a random password where nobody can sign in yet: {"username", "password"}. The password is told once, here."""
    someone = Agent.objects.filter(is_active=True).exclude(password__startswith="!").exclude(password="").order_by("pk").first()
    if someone is not None:
        return {"username": someone.get_username(), "password": None}
    return change(FIRST, role="supervisor", reset=True)


@transaction.atomic
def change(name: str, *, role: str | None = None, alias: str | None = None, queues: Sequence[str] | None = None, at_once: int | None = None,
           active: bool | None = None, reset: bool = False, forget_factor: bool = False) -> dict[str, Any]:
    """Changes what is given and leaves the rest; a new name is a new account, which needs a role. Returns the account, with a password where one was made.

    Args:
        role: one of ROLES.
        alias: what visitors see.
        queues: names of data/exchange.yml; empty: all.
        at_once: conversations at the same time.
        active: False: may no longer sign in, open sessions end.
        reset: a new random password.
        forget_factor: the second factor is taken away (a lost phone).

    Raises LookupError, ValueError with what to do.
    """
    agent = Agent.objects.filter(username=name).first()
    if agent is None and role is None:
        raise LookupError(f"there is nobody named {name!r}; give --role ({', '.join(ROLES)}) to make the account")
    if role is not None and role not in ROLES:
        raise ValueError(f"there is no role {role!r}; there are: {', '.join(ROLES)}")
    unknown = [queue for queue in queues or () if queue not in content().exchange.queues]
    if unknown:
        raise ValueError(f"there is no queue {', '.join(unknown)}; there are: {', '.join(content().exchange.queues)}")
    made = agent is None
    agent = agent or Agent(username=name)
    given = {"alias": alias, "queues": None if queues is None else list(queues), "at_once": at_once, "is_active": active}
    for field, value in given.items():
        if value is not None:
            setattr(agent, field, value)
    password = secrets.token_urlsafe(12) if made or reset else None
    if password:
        agent.set_password(password)
    if active is False:
        agent.set_unusable_password()  # the sessions signed with the old one end
    agent.full_clean(exclude=["password", "queues"])
    agent.save()
    if role is not None:
        agent.groups.set([Group.objects.get(name=role)])
    if forget_factor:
        TOTPDevice.objects.filter(user=agent).delete()
    audit.record(OPERATOR, "account.changed", f"agent:{agent.pk}", {
        "role": role, "new": made, "password": bool(password), "active": active, "queues": given["queues"], "at_once": at_once, "second_factor_removed": forget_factor})
    return {"username": name, "password": password}


def listed() -> list[dict[str, Any]]:
    """Everybody: {"username", "alias", "roles", "queues", "at_once", "active", "second_factor", "presence"}."""
    with_factor = set(TOTPDevice.objects.filter(confirmed=True).values_list("user_id", flat=True))
    people = Agent.objects.select_related("presence").prefetch_related("groups").order_by("username")
    return [{"username": agent.username, "alias": agent.alias, "roles": sorted(group.name for group in agent.groups.all()), "queues": agent.queues,
             "at_once": agent.at_once, "active": agent.is_active and agent.has_usable_password(), "second_factor": agent.pk in with_factor,
             "presence": presence.status(getattr(agent, "presence", None), now())} for agent in people]
