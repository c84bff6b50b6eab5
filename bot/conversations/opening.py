"""Opens a visitor's conversation and says the first words in it. Synchronous: call through database.run."""
from __future__ import annotations

from django.db import transaction

from bot.conversations import dialogue, log, owner
from bot.conversations.models import Conversation, Message


def open_conversation(channel: str, visitor: str, language: str | None = None, zone: str | None = None) -> Conversation:
    """The conversation of this visitor on this channel; a new one begins with the greeting. Arguments as log.open_conversation."""
    conversation = log.open_conversation(channel, visitor, language, zone)
    if conversation.last_seq == 0:
        with transaction.atomic():
            conversation = owner.locked(conversation.pk)
            if conversation.last_seq == 0:
                log.append_outbound(conversation.pk, Message.Author.BOT, dialogue.greeting(conversation))
    return conversation
