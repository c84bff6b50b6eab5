"""What the app says while a visitor waits for a person: status, leaving the line, more information, raising it. No engine's turn, no promises."""
from __future__ import annotations

import json

from bot.conversations import dialogue
from bot.conversations.database import run
from bot.conversations.engine import Understanding
from bot.conversations.log import Reply
from bot.conversations.models import Conversation
from bot.conversations.sentences import content, say, shown
from bot.conversations.work import Job, Outcome
from bot.desk import tickets
from bot.desk.models import Ticket
from bot.dialogue import render
from bot.dialogue.state import fresh

STATUS, CANCEL, KEEP = '/choose{"topic":"ticket_status"}', "/stop_cancel", "/deny"
ASK_STATUS = frozenset({"ticket_status", "response_time", "priority_question", "duplicate_ticket", "human_agent"})
RAISE = frozenset({"escalate_ticket", "file_complaint"})
ALARMS = {"account_compromised": "account_taken_over", "distress": "distress"}
"""Topics that make a waiting ticket urgent, and the fact that says so."""
GUESSES = frozenset({"stop_cancel", "ticket_status"})
"""Topics for which a guess is enough: leaving is asked back, and telling the status changes nothing."""
BUTTONS = (("button.status", STATUS), ("button.cancel_waiting", CANCEL))


async def outcome(job: Job, understood: Understanding | None) -> Outcome:
    """The answer to a message of somebody who waits. `understood`: None for a button, a file, or with the engine away."""
    return await run(_outcome, job, understood)


def _outcome(job: Job, understood: Understanding | None) -> Outcome:
    conversation, message = job.conversation, job.message
    ticket = tickets.live(conversation.pk)
    language = dialogue.language(conversation.state)
    if ticket is None:
        # The desk closed it a moment ago: the next message is the bot's again.
        return Outcome(replies=[say("desk.returned", language)], by="app", effect=tickets.cancel_waiting)
    topic = _topic(message.payload) if message.payload else _sure_intent(understood)
    record = _record(understood, language)

    def answer(replies: list[Reply], effect=None) -> Outcome:
        return Outcome(replies=replies, by="app", record=record, effect=effect)

    if message.payload == CANCEL or (topic == "affirm" and _asked_to_leave(job)):
        return answer([say("waiting.cancelled", language, number=ticket.number)], tickets.cancel_waiting)
    if topic == "stop_cancel":
        return answer([say("waiting.cancel_ask", language, (("button.cancel_waiting", CANCEL), ("button.keep_waiting", KEEP)), number=ticket.number)])
    if topic in ASK_STATUS or message.payload == KEEP:
        return answer([say("waiting.status", language, BUTTONS, number=ticket.number)])
    if topic in RAISE:
        return answer([say("waiting.escalated", language, BUTTONS, number=ticket.number)],
                      _adding(ticket, facts=("asked_to_escalate",)))
    if topic in ALARMS:
        return answer([*_card(topic, language), say("waiting.status", language, BUTTONS, number=ticket.number)],
                      _adding(ticket, facts=(ALARMS[topic],)))
    if topic in content().cards and understood and understood.decision == "act":
        return answer(_card(topic, language))
    fields = dialogue.named_fields(conversation.state, understood.entities if understood else [])
    return answer([say("waiting.added", language, BUTTONS, number=ticket.number)], _adding(ticket, fields))


def _adding(ticket: Ticket, fields: dict | None = None, facts: tuple[str, ...] = ()):
    def add(conversation: Conversation) -> None:
        tickets.add(Ticket.objects.select_for_update().get(pk=ticket.pk), fields or {}, facts)
    return add


def _topic(payload: str) -> str | None:
    if payload.startswith("/choose"):
        try:
            return json.loads(payload.removeprefix("/choose")).get("topic")
        except (ValueError, AttributeError):
            return None
    return payload.removeprefix("/")


def _sure_intent(understood: Understanding | None) -> str | None:
    """The intent, if the engine is sure of it. Any other guess about somebody who waits is information for the ticket, no more."""
    if understood is None:
        return None
    likeliest = understood.ranking[0].get("name") if understood.ranking else None
    if understood.decision == "clarify" and likeliest in GUESSES and not understood.entities:
        return likeliest
    return understood.intent if understood.decision == "act" else None


def _asked_to_leave(job: Job) -> bool:
    last = job.conversation.messages.filter(seq__lt=job.message.seq, author="bot").order_by("-seq").first()
    return bool(last) and any(button["payload"] == KEEP for button in last.buttons)


def _card(topic: str, language: str) -> list[Reply]:
    card = content().cards.get(topic)
    return [shown(render.reply(content(), fresh({"lang": language}), card.texts[0]), language)] if card else []


def _record(understood: Understanding | None, language: str) -> dict:
    if understood is None:
        return {"language": language}
    return {"language": language, "intent": understood.intent or "", "confidence": understood.confidence, "decision": understood.decision or "",
            "score": understood.score, "ranking": understood.ranking[:10], "queued": understood.queued}
