"""Who works at the desk: accounts, the roles they have, and whether somebody is there right now. Routing and presence rules: bot/desk/presence.py."""
from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

ROLES: dict[str, tuple[str, ...]] = {
    "agent": ("see_desk", "work_desk"),
    "supervisor": ("see_desk", "work_desk", "supervise_desk", "read_audit"),
    "auditor": ("see_desk", "read_audit"),
}
"""Role (a Django group of that name) -> permissions of the desk. An auditor reads and changes nothing."""
MOST_AT_ONCE = 5


class Agent(AbstractUser):
    """Somebody who works at the desk. Visitors see the alias, never the name."""

    alias = models.CharField(max_length=40, blank=True, help_text="the name visitors see")
    queues = models.JSONField(default=list, blank=True, help_text="names of the queues this person works on; empty: all")
    at_once = models.PositiveSmallIntegerField(default=MOST_AT_ONCE, help_text="conversations this person can hold at the same time")

    class Meta(AbstractUser.Meta):
        permissions = [
            ("see_desk", "may read tickets and conversations"),
            ("work_desk", "may take, answer and close tickets"),
            ("supervise_desk", "may assign to others and edit canned replies"),
            ("read_audit", "may read and export the audit log"),
        ]

    @property
    def shown_as(self) -> str:
        """What colleagues see: the alias, or a neutral number; never the login name."""
        return self.shown_to("en")

    def shown_to(self, language: str) -> str:
        """What a visitor sees who reads zh-Hans, zh-Hant or en (empty: Chinese)."""
        return self.alias or f"{'Agent' if language == 'en' else '客服'} {self.pk}"

    def works_on(self, queue: str) -> bool:
        """Whether tickets of this queue are this person's work."""
        return not self.queues or queue in self.queues

    def may(self, permission: str) -> bool:
        """Whether one of the desk's permissions (ROLES) is this person's."""
        return self.has_perm(f"desk.{permission}")


class Presence(models.Model):
    """What an agent's console last said of itself. Whoever has not been heard of for a while is offline, whatever it said."""

    class Said(models.TextChoices):
        ONLINE = "online", "online"
        AWAY = "away", "away"
        OFFLINE = "offline", "offline"

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="presence")
    said = models.CharField(max_length=7, choices=Said.choices, default=Said.OFFLINE)
    seen = models.DateTimeField(help_text="the last heartbeat")

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.said}"


def make_roles(**_: object) -> None:
    """The groups of ROLES with their permissions; called after every migrate."""
    from django.contrib.auth.models import Group, Permission

    known = {each.codename: each for each in Permission.objects.filter(content_type__app_label="desk", content_type__model="agent")}
    for role, names in ROLES.items():
        group, _made = Group.objects.get_or_create(name=role)
        group.permissions.set([known[name] for name in names if name in known])
