"""An answer to a field that a person asked for, while somebody waits or talks to that person."""
from __future__ import annotations

from bot.conversations import around
from bot.conversations.database import run
from bot.conversations.models import Message
from bot.conversations.sentences import content, say
from bot.conversations.work import Job, Outcome
from bot.desk import aftercare, handling, tickets, wishes
from bot.desk.models import Ticket
from bot.dialogue import collect
from bot.dialogue.fields import Read, Trouble, may_be
from bot.dialogue.state import record, wanted


async def to_person(job: Job) -> Outcome:
    """Somebody talks to a person: the bot is silent, but for a field that the person had it ask for, and what to do about a secret."""
    return await run(_to_person, job)


def _to_person(job: Job) -> Outcome:
    message = job.message
    ticket = tickets.live(job.conversation.pk)
    language = job.conversation.language
    advice = [say(message.advice, language)] if message.advice else []
    if ticket and ticket.awaiting and message.text and not message.payload and not message.only_secret:
        made = around.outcome_of(value(ticket, message.text, language), {"language": language}, job)
        made.replies = advice + made.replies
        return made
    return Outcome(replies=advice, by="app" if advice else "nobody", author=Message.Author.SYSTEM)


def value(ticket: Ticket, text: str, language: str) -> wishes.Wish:
    """An answer to the field an agent asked for. What cannot be read twice is kept as it was said: a person can read it."""
    name, field = ticket.awaiting, content().fields[ticket.awaiting]
    if around.skips(text):
        return _declined(ticket, language)
    found = collect.plain(content(), name, text)
    if not isinstance(found, Read):
        # The agent's question is the only thing asked: a faulty value is told once, and then left to the agent.
        faulty = isinstance(found, Trouble) and not _told_twice(ticket, name)
        if faulty:
            return wishes.Wish([say(f"field.{found.code}", language, (("button.skip", aftercare.payload("skip", ticket)),), **found.figures)],
                               lambda _: handling.tried(ticket, name))
        if not may_be(wanted(field, content()), text):
            return _declined(ticket, language)
        found = Read(text.strip()[:200], text.strip()[:200])
    return wishes.Wish([say("await.filled", language, label=field.label)], lambda _: handling.filled(ticket, name, record(found.value, found.said)))


def _declined(ticket: Ticket, language: str) -> wishes.Wish:
    name = ticket.awaiting
    return wishes.Wish([say("await.declined", language)], lambda _: handling.filled(ticket, name, record(None, None)))


def _told_twice(ticket: Ticket, name: str) -> bool:
    return (ticket.fields.get(name) or {}).get("source") == handling.FAULTY
