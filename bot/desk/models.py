"""Agents and tickets. How a ticket is made, taken and closed: bot/desk/tickets.py."""
from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.timezone import now

from bot.conversations.models import Conversation


class Agent(AbstractUser):
    """Somebody who works at the desk. Visitors see the alias, never the name."""

    alias = models.CharField(max_length=40, blank=True, help_text="the name visitors see")

    @property
    def shown_as(self) -> str:
        """The alias, or a neutral number: never the login name."""
        return self.alias or f"#{self.pk}"


class Ticket(models.Model):
    """A problem handed over to people."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        TAKEN = "taken", "taken"
        RESOLVED = "resolved", "resolved"
        RETURNED = "returned", "returned to the bot"
        CANCELLED = "cancelled", "cancelled by the user"

    class Priority(models.TextChoices):
        URGENT = "urgent", "urgent"
        HIGH = "high", "high"
        NORMAL = "normal", "normal"
        LOW = "low", "low"

    number = models.CharField(max_length=12, unique=True, help_text="TK-, 8 digits, a check digit")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="tickets")
    epoch = models.PositiveIntegerField(help_text="the conversation's epoch at the hand-off")
    flow = models.CharField(max_length=60, blank=True)
    queue = models.CharField(max_length=40)
    priority = models.CharField(max_length=6, choices=Priority.choices)
    rank = models.PositiveSmallIntegerField(help_text="0 for urgent to 3 for low, to sort by")
    reasons = models.JSONField(default=list, help_text="the facts the priority was computed from")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    fields = models.JSONField(default=dict, help_text="name: value, said, source (said, read, verified), declined")
    transcript = models.JSONField(default=list, help_text="the conversation up to the hand-off, redacted")
    assignee = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets")
    created = models.DateTimeField(default=now)
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "epoch"], name="one_ticket_per_hand_off")]
        indexes = [models.Index(fields=["state", "queue", "rank", "created"], name="ticket_line")]
        ordering = ["rank", "created"]

    def __str__(self) -> str:
        return self.number
