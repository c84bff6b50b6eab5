"""What works while the engine is away: asking for a person, giving what a ticket needs, and opening it. Everything else waits in the log."""
from __future__ import annotations

from bot.conversations import dialogue
from bot.conversations.models import Conversation, Message
from bot.conversations.work import Job, Outcome
from bot.dialogue.wording import BUTTON_WORDS
from bot.text import fold, normalise

PERSON, LEAVE = "/human_agent", "/stop_cancel"


def outcome(job: Job) -> Outcome | None:
    """What can be done about the job's message, or None: it waits until the engine is back. Synchronous: it may open a ticket.

    The first message that waits may be any problem. As soon as one behind it asks for a person, all up to that one belong to the
    ticket: they are in its transcript, and answering them one by one later would be talking past the visitor.
    """
    conversation = job.conversation
    if job.message is None or conversation.owner != Conversation.Owner.BOT:
        return None
    state = dialogue.heard_in(conversation, "" if job.message.payload else job.message.text, job.message.edited)
    if state["slots"]["dialogue"].get("collect"):
        if job.message.payload == LEAVE:
            return dialogue.leave_ticket(conversation, state, "app")
        if asks_for_person(job.message):
            return dialogue.ask_for_person(conversation, state, "", "app")
        return dialogue.answer_ticket(conversation, state, job.message, "app")
    waiting = (job.message, *job.later)
    for place, message in enumerate(waiting):
        if asks_for_person(message):
            belonging = waiting[:place + 1]
            told = " ".join(each.text for each in belonging if not each.payload and not asks_for_person(each))
            made = dialogue.ask_for_person(conversation, state, told, "app")
            made.answered = tuple(each.seq for each in belonging)
            return made
    return None


def asks_for_person(message: Message) -> bool:
    """The button, or the plain words for it."""
    if message.payload:
        return message.payload == PERSON
    return fold(normalise(message.text)) in {fold(word) for word in BUTTON_WORDS["human"]}
