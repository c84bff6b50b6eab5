"""What the desk owes and when it must look again: promises made to visitors, their timers, and notices to the team. Rules: bot/desk/promises.py."""
from __future__ import annotations

from django.db import models


class Promise(models.Model):
    """A sentence that names or implies a time, and the clock behind it. Written with the sentence, in one transaction."""

    class Kind(models.TextChoices):
        FIRST_REPLY = "first_reply", "first reply"
        SUPERVISOR = "supervisor", "a supervisor's look"
        COMPLAINT = "complaint", "an answer to a complaint"
        NEXT_REPLY = "next_reply", "reply to what the visitor wrote last (nothing was said of it)"

    class State(models.TextChoices):
        RUNNING = "running", "running"
        PAUSED = "paused", "paused: a field is awaited from the visitor"
        KEPT = "kept", "kept"
        BROKEN = "broken", "broken"
        DROPPED = "dropped", "no longer owed"

    class Calendar(models.TextChoices):
        ALWAYS = "always", "every hour counts"
        HOURS = "hours", "only opening hours count"

    ticket = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, related_name="promises")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    calendar = models.CharField(max_length=6, choices=Calendar.choices)
    made = models.DateTimeField()
    seq = models.PositiveIntegerField(null=True, help_text="the message that said so; empty: nothing was said")
    budget_seconds = models.PositiveIntegerField()
    spent_seconds = models.PositiveIntegerField(default=0, help_text="before running_since")
    running_since = models.DateTimeField(null=True, help_text="empty while paused or over")
    due = models.DateTimeField(help_text="when it breaks if nothing happens; while paused, as it was")
    low_minutes = models.PositiveIntegerField(null=True, help_text="of the range that was named; empty: no number was named")
    high_minutes = models.PositiveIntegerField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ticket", "state"], name="promise_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind} {self.state}"


class Timer(models.Model):
    """The next look at a ticket. A live ticket always has one that has not fired."""

    class Kind(models.TextChoices):
        HALF = "half", "half of a promise's time"
        WARN = "warn", "80 % of it: the team is pinged"
        BREACH = "breach", "all of it"
        REVIEW = "review", "unresolved for a day"
        REMIND = "remind", "a field is still awaited"

    ticket = models.ForeignKey("desk.Ticket", on_delete=models.CASCADE, related_name="timers")
    promise = models.ForeignKey(Promise, null=True, on_delete=models.CASCADE, related_name="timers")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    at = models.DateTimeField(null=True, help_text="empty while its promise is paused")
    fired = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="timer_due", condition=models.Q(fired=None))]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind} {self.at}"


class Notice(models.Model):
    """Something the team should know now. The console shows it until somebody has seen to it."""

    class Kind(models.TextChoices):
        WARN = "warn", "a promise is about to break"
        BREACH = "breach", "a promise was broken"
        REVIEW = "review", "unresolved for a day"
        VANISHED = "vanished", "an agent's console fell silent; the conversation is back in its queue"
        ESCALATED = "escalated", "the visitor asked for a supervisor"
        COMPLAINT = "complaint", "an official complaint was made"
        LOW_SCORE = "low_score", "the visitor was not satisfied"
        REOPENED = "reopened", "the visitor says that it is not solved"
        URGENT = "urgent", "an urgent ticket came, or one became urgent"
        DEAD_LETTER = "dead_letter", "something could not be delivered to an outside desk"

    class Audience(models.TextChoices):
        TEAM = "team", "who works on the queue"
        SUPERVISORS = "supervisors", "supervisors"

    kind = models.CharField(max_length=11, choices=Kind.choices)
    audience = models.CharField(max_length=11, choices=Audience.choices, default=Audience.TEAM)
    ticket = models.ForeignKey("desk.Ticket", null=True, on_delete=models.CASCADE, related_name="notices")
    queue = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict, help_text="figures and ids, never a visitor's words")
    at = models.DateTimeField()
    done = models.DateTimeField(null=True)
    done_by = models.ForeignKey("desk.Agent", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["audience", "at"], name="notice_open", condition=models.Q(done=None))]
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.ticket_id}"
