"""What was said and offered to the visitor last, for words that mean something only after it: a typed label, a yes, the same answer again. Synchronous."""
from __future__ import annotations

import copy
import dataclasses

from bot.conversations import dialogue
from bot.conversations.models import Conversation, Message
from bot.conversations.work import Job
from bot.desk import wishes
from bot.dialogue import around_ticket

LATELY = 3
"""Of the last so many bubbles a button may be named, or a question answered."""
LONGEST_LABEL = 30


def lately(job: Job, most: int = LATELY) -> list[Message]:
    """What was said to him last, newest first."""
    return list(job.conversation.messages.filter(seq__lt=job.message.seq).exclude(author=Message.Author.USER).order_by("-seq")[:most])


def asked(job: Job, payload: str, behind: bool = False) -> bool:
    """Whether the newest bubble with buttons offers this one; `behind`: or any of the last ones."""
    offering = [said for said in lately(job) if said.buttons]
    return any(button["payload"] == payload for said in (offering if behind else offering[:1]) for button in said.buttons)


def said(job: Job, text: str, most: int = LATELY) -> bool:
    """Whether one of the last bubbles says just this."""
    return any(each.text == text for each in lately(job, most))


def typed(job: Job) -> str:
    """The payload of the button whose title he typed instead of pressing it, around a ticket; "" for any other message."""
    message, conversation = job.message, job.conversation
    if message is None or message.payload or message.file or message.masked or not 0 < len(message.text.strip()) <= LONGEST_LABEL:
        return ""
    if conversation.owner == Conversation.Owner.HUMAN:
        return ""
    if conversation.owner == Conversation.Owner.BOT and (dialogue.in_question(dialogue.heard_in(conversation, "")) or not wishes.recent(conversation)):
        return ""
    named = around_ticket.label(message.text)
    shown = [button for each in lately(job) for button in each.buttons]
    return next((button["payload"] for button in shown if named and around_ticket.label(button["title"]) == named), "")


def pressing(job: Job, payload: str) -> Job:
    """The job as if the button had been pressed. What is kept of the message stays as it was typed."""
    message = copy.copy(job.message)
    message.payload = payload
    return dataclasses.replace(job, message=message)
