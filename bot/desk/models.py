"""Tickets (and, for Django, the tables of people.py, watch.py, ledger.py and outbox/models.py). How a ticket is made, taken and closed: bot/desk/tickets.py."""
from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from bot.conversations.models import Conversation
from bot.desk.ledger import AuditContent, AuditEntry, AuditHead
from bot.desk.notes import Note
from bot.desk.outbox.models import Delivery, Link, OutboxRow, OutsideDesk
from bot.desk.people import Agent, Presence
from bot.desk.watch import Notice, Promise, Timer

__all__ = ["Agent", "AuditContent", "AuditEntry", "AuditHead", "Complaint", "Delivery", "Link", "Note", "Notice", "OutboxRow", "OutsideDesk", "Paper", "Presence", "Promise", "Reference", "Ticket", "Timer"]


class Ticket(models.Model):
    """A problem handed over to people."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        TAKEN = "taken", "taken"
        RESOLVED = "resolved", "resolved"
        RETURNED = "returned", "returned to the bot"
        CANCELLED = "cancelled", "cancelled by the user"
        MERGED = "merged", "part of another ticket"

    class Level(models.TextChoices):
        DESK = "desk", "desk"
        SUPERVISOR = "supervisor", "supervisor"
        COMPLAINT = "complaint", "official complaint"

    class Resolution(models.TextChoices):
        SOLVED = "solved", "solved"
        ANSWERED = "answered", "the question was answered"
        NOT_OURS = "not_ours", "another platform has to act"
        NO_ANSWER = "no_answer", "the visitor did not answer"
        LOSS = "loss", "the loss is confirmed"
        OTHER = "other", "other"

    class Priority(models.TextChoices):
        URGENT = "urgent", "urgent"
        HIGH = "high", "high"
        NORMAL = "normal", "normal"
        LOW = "low", "low"

    number = models.CharField(max_length=12, unique=True, help_text="TK-, 8 digits, a check digit")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="tickets")
    epoch = models.PositiveIntegerField(help_text="the conversation's epoch at the last hand-off to this ticket")
    identity = models.CharField(max_length=140, db_index=True, default="", help_text="whose it is: the same in all conversations of one person")
    flow = models.CharField(max_length=60, blank=True)
    queue = models.CharField(max_length=40)
    priority = models.CharField(max_length=6, choices=Priority.choices)
    rank = models.PositiveSmallIntegerField(help_text="0 for urgent to 3 for low, to sort by")
    reasons = models.JSONField(default=list, help_text="the facts the priority was computed from")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    fields = models.JSONField(default=dict, help_text="name: value, said, source (said, read, verified), declined")
    transcript = models.JSONField(default=list, help_text="the conversation up to the last hand-off, redacted")
    transcript_to = models.PositiveIntegerField(default=0, help_text="number of the last message in it")
    aside = models.BooleanField(default=False, help_text="the visitor goes on with the bot meanwhile; an agent may still take it")
    assignee = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets")
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.DESK)
    awaiting = models.CharField(max_length=60, blank=True, help_text="the field asked of the visitor; clocks stand still meanwhile")
    contact = models.JSONField(default=dict, help_text="way (here, telegram, email) and address; empty until asked and answered")
    resolution = models.CharField(max_length=10, choices=Resolution.choices, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True, help_text="satisfaction, 1 to 5")
    comment = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    reopened = models.PositiveSmallIntegerField(default=0, help_text="times")
    created = models.DateTimeField(default=now)
    offered = models.DateTimeField(null=True, blank=True, help_text="when it was offered to its assignee, who has not taken it yet")
    taken = models.DateTimeField(null=True, blank=True, help_text="when somebody last took it")
    first_reply = models.DateTimeField(null=True, blank=True)
    escalated = models.DateTimeField(null=True, blank=True, help_text="when it came to its present level")
    erased = models.DateTimeField(null=True, blank=True, help_text="when retention took its contents")
    closed = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "epoch"], name="one_ticket_per_hand_off")]
        indexes = [models.Index(fields=["state", "queue", "rank", "created"], name="ticket_line"),
            models.Index(fields=["state", "rank", "created"], name="ticket_all_lines"),
            models.Index(fields=["-created"], name="ticket_newest"),
            models.Index(fields=["rank", "created", "id"], name="ticket_live", condition=models.Q(state__in=("open", "taken"))),
            models.Index(fields=["queue", "rank", "created", "id"], name="ticket_live_of_queue", condition=models.Q(state__in=("open", "taken"))),
            models.Index(fields=["queue", "rank", "-created", "-id"], name="ticket_closed", condition=models.Q(closed__isnull=False))]
        ordering = ["rank", "created"]

    @property
    def vouched(self) -> bool:
        """Whether the exchange said whose it is (bot/desk/tickets.py: identity_of)."""
        return self.identity.startswith("id:")

    def __str__(self) -> str:
        return self.number


class Reference(models.Model):
    """Something a ticket can be recognised by: a hash, an order, an address."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="references")
    kind = models.CharField(max_length=20, help_text="the field's name")
    value = models.CharField(max_length=200, help_text="normalised as the field's reader has it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "kind", "value"], name="one_row_per_reference")]
        indexes = [models.Index(fields=["kind", "value"], name="reference_value")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"


class Complaint(models.Model):
    """An official complaint: the ticket's last step inside the house."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="complaint")
    made = models.DateTimeField()
    answered = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"complaint of {self.ticket_id}"


class Paper(models.Model):
    """A document that is being made for a visitor, and then is a file in his conversation. The worker makes it (bot/desk/papers.py)."""

    class Kind(models.TextChoices):
        RECORD = "record", "the record of a conversation"
        DOSSIER = "dossier", "the file of a complaint"

    kind = models.CharField(max_length=7, choices=Kind.choices)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="papers")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="papers")
    asked = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    seq = models.PositiveIntegerField(null=True, help_text="the message that brought it; empty: still to be made")

    class Meta:
        indexes = [models.Index(fields=["asked"], name="paper_to_make", condition=models.Q(seq=None))]

    def __str__(self) -> str:
        return f"{self.kind} of {self.conversation_id}"
