"""What is on its way to and from outside desks. Rows name what happened; texts stay in the message log, and are made fit to leave when they leave."""
from __future__ import annotations

from django.db import models

MAIL = "mail"
"""The link of a ticket to its mail thread, which is no desk (bot/desk/mail). data/desks.yml cannot use the name."""


class Link(models.Model):
    """A ticket of ours and its counterpart at an outside desk, or its mail thread. One process at a time works on a link, in order: it holds the lease."""

    ticket = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, related_name="links")
    desk = models.CharField(max_length=30, help_text="name in data/desks.yml, or mail")
    generation = models.PositiveSmallIntegerField(default=1, help_text="grows when the ticket there can no longer be written to and another follows it")
    remote = models.CharField(max_length=40, blank=True, help_text="its number there; empty: not made yet")
    follows = models.CharField(max_length=40, blank=True, help_text="the number of the one before")
    told = models.JSONField(default=dict, help_text="conversation's id: up to which message rows were written for it")
    state = models.CharField(max_length=8, default="open", help_text="as last seen or set there: open, resolved")
    owner = models.CharField(max_length=60, blank=True, help_text="who had it there when last looked")
    seen = models.JSONField(default=list, help_text="numbers of the last things said there that were dealt with; of mail, their Message-IDs")
    look_at = models.DateTimeField(null=True, help_text="when to look there again; empty: when something is heard of it")
    lease_holder = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "desk"], name="one_link_per_desk"),
                       models.UniqueConstraint(fields=["desk", "remote"], name="one_link_per_remote", condition=~models.Q(remote=""))]
        indexes = [models.Index(fields=["look_at"], name="link_look_at")]

    def __str__(self) -> str:
        return f"{self.desk}:{self.remote or '-'}"

    @property
    def key(self) -> str:
        """What the outside desk keeps of us: the ticket's number, and from the second counterpart on which one it is."""
        return self.ticket.number if self.generation == 1 else f"{self.ticket.number}.{self.generation}"


class OutboxRow(models.Model):
    """Something an outside desk has to be told. Written in the transaction in which it happened."""

    class Kind(models.TextChoices):
        CREATE = "create", "the ticket itself"
        MESSAGE = "message", "a message of the conversation"
        HISTORY = "history", "what was said while the ticket was not followed"
        NOTE = "note", "a private note"
        CHANGE = "change", "state, priority, queue, fields"
        MERGE = "merge", "it became part of another ticket"
        LETTER = "letter", "what was said since the last one, by mail"

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    what = models.JSONField(default=dict, help_text="ids and numbers, never words")
    created = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    unsure = models.BooleanField(default=False, help_text="an attempt ended without our knowing how: look before doing it again")
    error = models.CharField(max_length=60, blank=True, help_text="the last one's code")
    done = models.DateTimeField(null=True)
    dead = models.DateTimeField(null=True, help_text="given up; waits for an operator, or for its desk to come back")
    refused = models.BooleanField(default=False, help_text="the desk will not have it as it is")
    dropped = models.CharField(max_length=200, blank=True, help_text="why an operator gave it up for good")

    class Meta:
        indexes = [models.Index(fields=["link", "id"], name="outbox_waiting", condition=models.Q(done=None))]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.link_id}: {self.kind}"


class OutsideDesk(models.Model):
    """How an outside desk is doing, for the worker and for operators."""

    name = models.CharField(max_length=30, primary_key=True)
    cursor = models.TextField(blank=True, help_text="up to where its changes were read")
    look_at = models.DateTimeField(null=True, help_text="when to ask for changes again")
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    failing_since = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=60, blank=True)
    heard = models.DateTimeField(null=True, help_text="when it last answered")

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """A webhook that was taken: written before it is answered, worked on later."""

    desk = models.CharField(max_length=30)
    name = models.CharField(max_length=100, help_text="the sender's own id: sent twice, kept once")
    remotes = models.JSONField(default=list)
    received = models.DateTimeField()
    done = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="one_delivery")]
        indexes = [models.Index(fields=["id"], name="delivery_waiting", condition=models.Q(done=None))]

    def __str__(self) -> str:
        return f"{self.desk}: {self.name}"
