"""Looks into a conversation from outside: what became of one message, and the site's gauges. Synchronous; for tools, never for visitors."""
from __future__ import annotations

from typing import Any

from django.db.models import Count

from bot.conversations.models import Conversation, Message
from bot.desk.models import Ticket


def of(key: str, seq: int) -> dict[str, Any] | None:
    """What `bot talk` prints of a message (DESIGN: the bot command), with `answered`; None when there is no such message.

    Flow, step, owner and ticket are those after the turn; `ticket` is the conversation's newest.
    """
    message = Message.objects.select_related("conversation", "turn").filter(conversation__key=key, seq=seq).first()
    if message is None:
        return None
    conversation = message.conversation
    turn = getattr(message, "turn", None)
    answered = not message.unanswered and not conversation.check_due
    dialogue = conversation.dialogue or {}
    flow = dialogue.get("flow") or {}
    replies = conversation.messages.exclude(author=Message.Author.USER).filter(seq__gt=seq).order_by("seq")
    found = {
        "seq": seq, "user": message.text if message.author == Message.Author.USER else None, "answered": answered, "owner": conversation.owner,
        "language": dialogue.get("lang") or conversation.language or None, "flow": flow.get("name"), "step": flow.get("step"),
        "replies": [{"text": reply.text, "buttons": reply.buttons} for reply in replies], "ticket": _ticket(conversation),
        "stage": (conversation.state.get("slots") or {}).get("flow_stage"), "outcome": (dialogue.get("last") or {}).get("outcome"),
        "fields": {name: record.get("value") for name, record in (dialogue.get("fields") or {}).items()},
        "intent": None, "confidence": None, "decision": None, "queued": [], "ms": None,
    }
    if turn:
        found |= {"intent": turn.intent or None, "confidence": turn.confidence, "decision": turn.decision or None, "score": turn.score,
                  "ranking": turn.ranking, "queued": turn.queued, "actions": turn.actions, "by": turn.by, "event": turn.event, "ms": turn.ms}
    return found


def gauges() -> dict[str, float]:
    """Conversations by owner, open tickets, messages that wait."""
    counted: dict[str, float] = {"conversations": Conversation.objects.count(), "unanswered": Message.objects.filter(unanswered=True).count()}
    for row in Ticket.objects.filter(state__in=("open", "taken")).values("state").annotate(n=Count("pk")):
        counted[f'tickets{{state="{row["state"]}"}}'] = row["n"]
    return counted


def place(error: BaseException) -> str:
    """Where an error came from: file and line, without anybody's words."""
    step = error.__traceback__
    while step and step.tb_next:
        step = step.tb_next
    return f"{step.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno}" if step else "?"


def _ticket(conversation: Conversation) -> dict[str, Any] | None:
    ticket = conversation.tickets.order_by("-pk").first()
    if ticket is None:
        return None
    return {"number": ticket.number, "priority": ticket.priority, "reasons": ticket.reasons, "queue": ticket.queue, "state": ticket.state,
            "fields": {name: record.get("value") for name, record in ticket.fields.items()}}
