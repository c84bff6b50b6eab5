"""What the app says with no ticket waiting: about one put aside or closed lately, and about a ticket's number. Synchronous but for its entry."""
from __future__ import annotations

from bot import references
from bot.conversations import around, dialogue, offered
from bot.conversations.database import run
from bot.conversations.engine import Understanding
from bot.conversations.log import Reply
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import content, say
from bot.conversations.work import Job, Outcome
from bot.desk import aftercare, case, tickets, wishes
from bot.desk.models import Ticket

MOST_BESIDE_NUMBER = 24
"""Characters beside a ticket's number of a message that is about nothing else, whatever it was taken for."""
MOST_BACK = 6
"""Bubbles back in which the same answer counts as given before."""


async def about_recent(job: Job, understood: Understanding | None) -> Outcome | None:
    """The bot owns the conversation: what is said to a message that is about a ticket put aside or closed lately. None: the engine answers."""
    return await run(_about_recent, job, understood)


def names_number(message: Message) -> bool:
    """Whether a ticket's number is written in the message."""
    return bool(message.text and not message.payload and _numbers(message.text))


def _about_recent(job: Job, understood: Understanding | None) -> Outcome | None:
    conversation, message = job.conversation, job.message
    ticket = wishes.recent(conversation)
    language = dialogue.language(dialogue.heard_in(conversation, message.text if not message.payload else ""))
    noted = around.trace_of(understood, language)
    numbered = about_number(job, understood, language) if names_number(message) else []
    if numbered:
        return Outcome(replies=numbered, by="app", record=noted)
    if ticket is None:
        return None
    topic = around.topic_of(message.payload) if message.payload else around.sure_topic(understood)
    if topic == "ticket_status":
        return Outcome(replies=[_stands(ticket, language)], by="app", record=noted)
    if message.payload or message.file:
        return None
    if around.asked_address(job, ticket) and "@" in message.text:
        return around.outcome_of(wishes.address(ticket, message.text, language), noted, job)
    about = content().flow_for(topic) if topic else None
    if topic == "feedback_unresolved" or (about and about.name == ticket.flow and not _another(ticket, understood)):
        made = wishes.reopen(ticket, conversation, language)
        if made:
            return around.outcome_of(made, noted, job)
    climbs = around.climbing(topic, ticket, conversation, language)
    if climbs:
        return around.outcome_of(climbs, noted, job)
    if offered.asked(job, aftercare.payload("hush", ticket)) and not about and topic not in content().cards and topic not in ("human_agent", *around.ALARMS):
        return around.outcome_of(wishes.comment(ticket, message.text, language), noted, job)
    return None


def about_number(job: Job, understood: Understanding | None, language: str) -> list[Reply]:
    """What is said to somebody who asks how the ticket of a number stands: his own is told. Of any other, nobody learns whether there is one."""
    topic = around.sure_topic(understood)
    number = next(iter(_numbers(job.message.text)), None)
    if number is None or topic == "human_agent" or (topic and topic not in around.ASK_STATUS and len(job.message.text) - len(number) > MOST_BESIDE_NUMBER):
        return []
    ticket = wishes.own(job.conversation, number)
    if ticket:
        return [_stands(ticket, language)]
    buttons = (("button.human", "/human_agent"), ("button.menu", '/choose{"topic":"help_menu"}')) if job.conversation.owner == Conversation.Owner.BOT else ()
    first = say("number.unseen", language, buttons, number=number)
    again = offered.said(job, first.text, MOST_BACK) or offered.said(job, say("number.unseen_again", language, number=number).text, MOST_BACK)
    return [say("number.unseen_again", language, buttons, number=number) if again else first]


def _numbers(text: str) -> list[str]:
    """The ticket numbers written in a text, in our form, whether or not they could be one of ours."""
    return [found.value for found in references.find(text) if found.kind == "ticket_no"]


def _stands(ticket: Ticket, language: str) -> Reply:
    """How a ticket stands, with what can be done about it."""
    if ticket.state in tickets.LIVE:
        return case.status(ticket, language)
    return case.status(ticket, language, (("button.not_solved", aftercare.payload("reopen", ticket)),) if case.may_reopen(ticket) else ())


def _another(ticket: Ticket, understood: Understanding | None) -> bool:
    """Whether the message names something that the ticket is not about."""
    for entity in understood.entities if understood else ():
        known = (ticket.fields.get(entity.get("entity", "")) or {}).get("value")
        if entity.get("entity") in tickets.REFERENCES and known and entity.get("value") != known:
            return True
    return False
