"""Finds the messages that were not understood, with what their writers did next, in the message log. Writes nothing; the file is label_file's.

What is needed was kept of each turn when it was made (TurnRecord: decision, ranking, what the dialogue did); it goes when its message goes.
"""
from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.conversations.models import Message, TurnRecord
from bot.insight.label_file import Unclear
from bot.insight.outcomes import OUTSIDE
from bot.safety.guard import guard
from bot.safety.personal import redact

EVENTS = ("missed", "clarified")
"""What the dialogue does with a message that it does not understand: asks again in other words, or asks which topic is meant."""
NEXT = 3
"""Messages after an unclear one that are looked at for what was meant,"""
WITHIN = timedelta(minutes=30)
"""and for how long."""
MOST = 5_000
MOST_CHARACTERS = 300


def find(since: datetime, flows: Mapping[str, str]) -> list[Unclear]:
    """Messages not understood since then, newest first, at most MOST. `flows`: the topic of each flow, by the flow's name."""
    turns = (TurnRecord.objects.filter(event__in=EVENTS, at__gte=since, message__author=Message.Author.USER, message__payload="", message__only_secret=False)
             .exclude(message__text="").select_related("message").order_by("-at", "-pk")[:MOST])
    return [one for turn in turns if (one := _of(turn, flows)).text]


def masked(text: str) -> str:
    """One line without secrets, personal data and invisible characters."""
    line = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn"))
    return redact(guard(" ".join(line.split())[:MOST_CHARACTERS]).text)


def _of(turn: TurnRecord, flows: Mapping[str, str]) -> Unclear:
    message = turn.message
    chosen = said = ""
    later = Message.objects.filter(conversation_id=message.conversation_id, author=Message.Author.USER, seq__gt=message.seq, at__lte=message.at + WITHIN)
    for following in later.select_related("turn").order_by("seq")[:NEXT]:
        chosen, said = _topic(following, flows), _understood(following, flows)
        if chosen or said:
            break
    return Unclear(masked(message.text), message.at, f"{turn.flow}.{turn.step}" if turn.flow else "", OUTSIDE if turn.decision == "fallback" else _guess(turn.ranking), chosen, said)


def _topic(message: Message, flows: Mapping[str, str]) -> str:
    """The topic of a pressed button; a person counts as none, for everybody may press that."""
    if not message.payload.startswith("/choose{"):
        return ""
    try:
        topic = json.loads(message.payload.removeprefix("/choose")).get("topic")
    except (ValueError, AttributeError):
        return ""
    return flows.get(topic, topic) if isinstance(topic, str) and topic != "human_agent" else ""


def _understood(message: Message, flows: Mapping[str, str]) -> str:
    """The topic that a message started."""
    turn = getattr(message, "turn", None)
    if message.payload or turn is None or turn.event != "started":
        return ""
    return flows.get(turn.flow, "")


def _guess(ranking: Iterable[dict]) -> str:
    first = next(iter(ranking), None)
    return str(first.get("name") or "") if isinstance(first, dict) else ""
