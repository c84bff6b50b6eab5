"""An agent without a screen: lets `bot talk` and benchmarks speak for the desk. Nobody can log in as it."""
from __future__ import annotations

from bot.conversations.models import Conversation
from bot.desk import handling, tickets
from bot.desk.models import Agent

USERNAME = "stand-in"


def say(key: str, text: str) -> tuple[int, int]:
    """Takes the conversation's ticket and answers: (the conversation's id, the message's number).

    Raises Conversation.DoesNotExist, and NotPossible without an open ticket.
    """
    conversation = Conversation.objects.get(key=key)
    ticket = tickets.live(conversation.pk)
    if ticket is None:
        raise tickets.NotPossible("There is no open ticket in this conversation, so no agent is in it.")
    agent, made = Agent.objects.get_or_create(username=USERNAME, defaults={"alias": "A", "is_active": False})
    if made:
        agent.set_unusable_password()
        agent.save(update_fields=["password"])
    handling.take(ticket, agent)
    return conversation.pk, handling.reply(ticket, agent, text)
