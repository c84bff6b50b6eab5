"""Who answers in a conversation: the bot, nobody yet (waiting), or a person. Each change is a new epoch. Synchronous, inside a transaction."""
from __future__ import annotations

from bot.conversations.models import Conversation


def change(conversation: Conversation, owner: str) -> None:
    """Gives the conversation to `owner`. The caller holds the row's lock; nothing happens when the owner stays the same."""
    if conversation.owner == owner:
        return
    conversation.owner = owner
    conversation.epoch += 1
    conversation.save(update_fields=["owner", "epoch"])


def bump(conversation: Conversation) -> int:
    """A new epoch with the same owner: whatever is being prepared for the old one is not said. Returns it. The caller holds the row's lock."""
    conversation.epoch += 1
    conversation.save(update_fields=["epoch"])
    return conversation.epoch


def clean(conversation: Conversation) -> None:
    """The bot's memory of an unfinished problem, forgotten: it starts clean when a conversation comes back to it. The language stays."""
    conversation.state, conversation.check_due = {}, False
    conversation.save(update_fields=["state", "check_due"])


def locked(conversation_id: int) -> Conversation:
    """The conversation as it is now, locked until the transaction ends."""
    return Conversation.objects.select_for_update().get(pk=conversation_id)
