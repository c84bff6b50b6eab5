"""What the channel keeps: updates until they are handled, chats, what is still to be sent, long buttons, and one-time links. Messages are in the log."""
from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from bot.conversations.models import Conversation


class Update(models.Model):
    """The durable inbox. A row is written before the update is acknowledged, with secrets masked; handled, it keeps its number only."""

    update_id = models.BigIntegerField(primary_key=True)
    chat_id = models.BigIntegerField(null=True)
    album = models.CharField(max_length=64, blank=True, help_text="media_group_id: parts of one album are handled together")
    body = models.JSONField(default=dict, help_text="bot/channels/telegram/reading.py; emptied when handled")
    waiting = models.BooleanField(default=True)
    failures = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["chat_id", "update_id"], name="update_waiting", condition=models.Q(waiting=True))]


class Chat(models.Model):
    """A private chat with one Telegram user; both have the same id."""

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=80, blank=True, help_text="@username, or the first name: shown when a link is confirmed")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="telegram_chats",
                                     help_text="the chat's own: anonymous to the exchange")
    linked = models.ForeignKey(Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="linked_telegram_chats",
                               help_text="the website's conversation that goes on here, once its visitor confirmed it")
    blocked = models.DateTimeField(null=True, blank=True, help_text="since when the user has blocked the bot")

    @property
    def current_id(self) -> int:
        """The conversation that what is written here belongs to."""
        return self.linked_id or self.conversation_id


class Feed(models.Model):
    """How far a conversation's log has been put into the outgoing queue of a chat."""

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="feeds")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="telegram_feeds")
    seq = models.PositiveIntegerField(default=0)
    live = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chat", "conversation"], name="one_feed_per_chat")]


class Outgoing(models.Model):
    """The durable outgoing queue: one call of the Bot API each. A chat's calls go out in the order of their ids."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENDING = "sending", "tried; not known whether it was carried out"
        SENT = "sent", "sent"
        FAILED = "failed", "refused by Telegram"

    chat_id = models.BigIntegerField()
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.CASCADE, related_name="telegram_outgoing")
    seq = models.PositiveIntegerField(null=True, help_text="the message of the log")
    part = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, help_text="text, file, delete, used")
    body = models.JSONField(default=dict, help_text="bot/channels/telegram/rendering.py; emptied when sent")
    priority = models.PositiveSmallIntegerField(default=1, help_text="0 people's words, 1 the bot's, 2 whatever nobody waits for")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    above = models.BigIntegerField(default=0, help_text="the highest message id that was known when it was first tried: its own is higher")
    message_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chat_id", "conversation", "seq", "part"], name="one_call_per_part")]
        indexes = [models.Index(fields=["id"], name="outgoing_waiting", condition=models.Q(state__in=("waiting", "sending")))]


class LongButton(models.Model):
    """A payload of more than the 64 bytes that Telegram lets a button carry; the button carries the token."""

    token = models.CharField(max_length=24, unique=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="telegram_buttons")
    payload = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "payload"], name="one_token_per_payload")]


class Link(models.Model):
    """A one-time code that takes a visitor of the website to Telegram. Only its hash is kept."""

    code = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the code")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="telegram_links", help_text="the website's")
    made = models.DateTimeField(default=now)
    chat = models.ForeignKey(Chat, null=True, on_delete=models.CASCADE, related_name="links", help_text="who used the code")
    used = models.DateTimeField(null=True)
    confirmed = models.DateTimeField(null=True, help_text="the visitor said on the website that it is him")
    ended = models.DateTimeField(null=True, help_text="refused, undone, or replaced by a later one")

    class Meta:
        indexes = [models.Index(fields=["conversation", "-id"], name="link_of_conversation")]
