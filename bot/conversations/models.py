"""What a conversation keeps: its messages, whose turn it is, the dialogue's state, and how each turn was understood. Tickets: bot/desk."""
from __future__ import annotations

import secrets

from django.db import models
from django.utils.timezone import now


def new_key() -> str:
    """A public name nobody can guess (144 random bits), recognisable in a URL or a log."""
    return "c_" + secrets.token_urlsafe(18)


class Conversation(models.Model):
    """One visitor on one channel, for good: problems come and go, the conversation stays."""

    class Owner(models.TextChoices):
        BOT = "bot", "bot"
        WAITING = "waiting", "waiting for a person"
        HUMAN = "human", "a person"

    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    channel = models.CharField(max_length=20)
    visitor = models.CharField(max_length=120, help_text="who, as the channel knows it")
    identity = models.CharField(max_length=120, blank=True, db_index=True, help_text="who, as the exchange vouches for it; the same on every channel; empty: unknown")
    profile = models.JSONField(default=dict, blank=True, help_text="fields the exchange vouches for: uid, email, phone; and name")
    language = models.CharField(max_length=10, blank=True, help_text="zh-Hans, zh-Hant, en; empty until known")
    language_chosen = models.BooleanField(default=False, help_text="asked for: what is typed no longer changes it")
    timezone = models.CharField(max_length=40, blank=True, help_text="IANA name; empty: the site's")
    owner = models.CharField(max_length=8, choices=Owner.choices, default=Owner.BOT)
    epoch = models.PositiveIntegerField(default=0, help_text="grows at each change of owner")
    state = models.JSONField(default=dict, help_text="what the engine needs back: slots, loop, requested_slot")
    last_seq = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0, help_text="number of the newest message that a person of the desk has read")
    check_due = models.BooleanField(default=False, help_text="a slow check must run before the next message")
    told_outage = models.BooleanField(default=False, help_text="the visitor knows that the engine is down")
    lease_holder = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    created = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "visitor"], name="one_conversation_per_visitor")]
        indexes = [models.Index(fields=["id"], name="conversation_check_due", condition=models.Q(check_due=True))]

    def __str__(self) -> str:
        return self.key

    @property
    def dialogue(self) -> dict | None:
        """The dialogue's state (docs/architecture.md), None before the first turn."""
        return (self.state.get("slots") or {}).get("dialogue")


class Message(models.Model):
    """One line of the log. Secrets were masked before it came here."""

    class Author(models.TextChoices):
        USER = "user", "user"
        BOT = "bot", "bot"
        AGENT = "agent", "agent"
        SYSTEM = "system", "system"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveIntegerField()
    client_id = models.CharField(max_length=64, null=True, help_text="the sender's own id: sent twice, answered once")
    author = models.CharField(max_length=6, choices=Author.choices)
    name = models.CharField(max_length=60, blank=True, help_text="an agent's alias")
    text = models.TextField(blank=True)
    payload = models.CharField(max_length=64, blank=True, help_text="the button that was pressed")
    buttons = models.JSONField(default=list)
    file = models.JSONField(null=True)
    reply_to = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(default=now)
    masked = models.JSONField(default=list, help_text="kinds of secrets that were taken out")
    advice = models.CharField(max_length=60, blank=True, help_text="the sentence to say about what was taken out")
    only_secret = models.BooleanField(default=False, help_text="nothing else was in it: the app answers itself")
    edited = models.BooleanField(default=False, help_text="the new wording of an earlier message: what differs is a correction")
    unanswered = models.BooleanField(default=False)
    failures = models.PositiveSmallIntegerField(default=0, help_text="turns the engine broke on")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_message_per_seq"),
            models.UniqueConstraint(fields=["conversation", "client_id"], name="one_message_per_client_id"),
        ]
        indexes = [models.Index(fields=["conversation", "seq"], name="message_unanswered",
                                condition=models.Q(unanswered=True))]

    def __str__(self) -> str:
        return f"{self.conversation_id}:{self.seq}"


class Offer(models.Model):
    """A button this conversation was shown: only such payloads fire."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="offers")
    payload = models.CharField(max_length=64)
    title = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "payload"], name="one_offer_per_payload")]


class ActionResult(models.Model):
    """What an action answered, stored with what it wrote, so that calling it again changes nothing."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="action_results")
    action = models.CharField(max_length=60)
    ordinal = models.PositiveSmallIntegerField(help_text="events of the turn before the call: the same in a replay")
    result = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "action", "ordinal"], name="one_result_per_call")]


class TurnRecord(models.Model):
    """How one message was understood and what became of it: for the trace, the talk command and reports."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="turn")
    intent = models.CharField(max_length=60, blank=True)
    confidence = models.FloatField(null=True)
    decision = models.CharField(max_length=10, blank=True, help_text="act, clarify, fallback")
    score = models.FloatField(null=True)
    ranking = models.JSONField(default=list)
    queued = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    language = models.CharField(max_length=10, blank=True)
    event = models.CharField(max_length=30, blank=True, help_text="what the dialogue did with it: started, answered, missed, clarified, ...")
    flow = models.CharField(max_length=60, blank=True)
    step = models.CharField(max_length=60, blank=True)
    owner = models.CharField(max_length=8, help_text="after the turn")
    by = models.CharField(max_length=10, help_text="who answered: engine, app, nobody")
    ms = models.FloatField(help_text="milliseconds from taking the message up to its commit")
    at = models.DateTimeField(default=now)


class WorkerLease(models.Model):
    """One row elects the process that sweeps, retries and keeps the clocks."""

    name = models.CharField(max_length=20, primary_key=True)
    holder = models.CharField(max_length=80, blank=True)
    until = models.DateTimeField(null=True)
