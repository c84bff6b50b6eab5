"""What the modules that answer around a ticket share: reading a message's topic, showing a card, turning a wish into an outcome. Synchronous."""
from __future__ import annotations

import json

from bot.conversations.engine import Understanding
from bot.conversations.log import Reply
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import content, say, shown
from bot.conversations.work import Job, Outcome
from bot.desk import aftercare, wishes
from bot.desk.models import Ticket
from bot.dialogue import lexicon, render
from bot.dialogue.side import fitting
from bot.dialogue.state import fresh
from bot.dialogue.talk import Talk
from bot.text import plain

ASK_STATUS = frozenset({"ticket_status", "response_time", "priority_question", "duplicate_ticket", "human_agent"})
"""Topics of somebody who asks how his ticket stands."""
ALARMS = {"account_compromised": "account_taken_over", "distress": "distress"}
"""Topics that make a waiting ticket urgent, and the fact that says so."""


def topic_of(payload: str) -> str | None:
    """The topic that a button's payload names, else what else it says (`/stop_cancel`: `stop_cancel`)."""
    if payload.startswith("/choose"):
        try:
            return json.loads(payload.removeprefix("/choose")).get("topic")
        except (ValueError, AttributeError):
            return None
    return payload.removeprefix("/")


def sure_topic(understood: Understanding | None) -> str | None:
    """The intent, if the engine is sure of it. Any other guess about somebody who waits is information for the ticket, no more."""
    return understood.intent if understood and understood.decision == "act" else None


def skips(text: str) -> bool:
    """Whether the whole message is a word for leaving a question out: no classifier is asked what it may mean besides."""
    return bool(lexicon.SKIP.fullmatch(plain(text.strip())))


def climbing(topic: str | None, ticket: Ticket, conversation: Conversation, language: str) -> wishes.Wish | None:
    """Supervisor, complaint and regulator in words: the facts can be read at any time, the steps are taken in their order."""
    if topic == "escalate_ticket":
        return wishes.up(ticket, conversation, language)
    if topic == "file_complaint":
        offered = (("button.complaint", aftercare.payload("complain", ticket)),)
        return wishes.Wish(card_of(topic, conversation, language, offered), wishes.noting(ticket, "asked_to_escalate"))
    if topic == "regulator":
        return wishes.Wish([*card_of(topic, conversation, language), wishes.last_resort(conversation, language)])
    return None


def card_of(topic: str, conversation: Conversation, language: str, buttons: tuple[tuple[str, str], ...] = (), said: str = "", ticket: Ticket | None = None) -> list[Reply]:
    """The card of the topic; of several the one that fits what was said and what the ticket is about."""
    state = speaking(conversation, language) | ({"fields": dict(ticket.fields), "last": {"name": ticket.flow}} if ticket else {})
    card = fitting(Talk(content(), state), topic, said)
    if card is None:
        return []
    made = shown(render.reply(content(), fresh(state), card.texts[0]), language)
    return [Reply(made.text, say("menu", language, buttons).buttons if buttons else made.buttons)]


def speaking(conversation: Conversation, language: str) -> dict:
    """The state in which a text is only rendered."""
    return {"lang": language, "timezone": conversation.timezone}


def asked_address(job: Job, ticket: Ticket) -> bool:
    """Whether the question where news shall go was asked last."""
    last = job.conversation.messages.filter(seq__lt=job.message.seq).exclude(author=Message.Author.USER).order_by("-seq").first()
    return bool(last) and [button["payload"] for button in last.buttons] == [aftercare.payload("here", ticket)]


def outcome_of(made: wishes.Wish, noted: dict, job: Job) -> Outcome:
    """The outcome of a turn that is a wish; `noted`: what is kept of the message (`trace_of`)."""
    person = job.conversation.owner == Conversation.Owner.HUMAN
    return Outcome(replies=made.replies, by="app", record=noted, effect=made.effect, author=Message.Author.SYSTEM if person else Message.Author.BOT)


def trace_of(understood: Understanding | None, language: str) -> dict:
    """What was understood, as it is kept with the message."""
    if understood is None:
        return {"language": language}
    return {"language": language, "intent": understood.intent or "", "confidence": understood.confidence, "decision": understood.decision or "",
            "score": understood.score, "ranking": understood.ranking[:10], "queued": understood.queued}
