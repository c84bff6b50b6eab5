"""What goes into the record of a conversation and into the file of a complaint. Synchronous; secrets never were in what it reads."""
from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from bot.conversations import clock
from bot.conversations.language import to_traditional
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import content
from bot.desk import ladder, moments
from bot.desk.models import AuditEntry, AuditHead, Ticket
from bot.dialogue.model import Text
from bot.records.document import Document, Section
from bot.safety.guard import guard

MOST_MESSAGES = 2000
HIDDEN = frozenset({"noted"})
"""Events that are the desk's own business."""
CHECK_CHARACTERS = 16

Say = Callable[..., str]


def of(conversation: Conversation, language: str) -> Document:
    """The whole conversation with the timeline of its tickets, for the visitor."""
    say = partial(_say, language)
    found = list(Ticket.objects.filter(conversation=conversation).order_by("pk"))
    return Document(say("record"), language, [
        _overview(say, conversation, found), *(part for ticket in found for part in _about(say, ticket, language)), _messages(say, conversation)], say("note"))


def dossier(ticket: Ticket, language: str) -> Document:
    """Everything about one ticket: fields, timeline, conversation, and where to turn last."""
    say = partial(_say, language)
    conversation = ticket.conversation
    section = ladder.region(conversation)
    last = Section(say("last"), [(say(name), _words(section[name], language)) for name in ("regulator", "police")])
    return Document(say("dossier", number=ticket.number), language, [
        _overview(say, conversation, [ticket]), *_about(say, ticket, language), _messages(say, conversation, ticket), last], say("note"))


def _overview(say: Say, conversation: Conversation, found: list[Ticket]) -> Section:
    zone = moments.zone_of(conversation)
    head = AuditHead.objects.filter(pk=1).first()
    return Section(say("overview"), [
        (say("conversation"), conversation.key), (say("made"), moments.full(clock.now(), zone)), (say("zone"), zone.key),
        (say("tickets"), ", ".join(ticket.number for ticket in found) or say("none")),
        (say("chain"), say("entry", seq=head.seq, chain=head.chain) if head else say("none"))])


def _about(say: Say, ticket: Ticket, language: str) -> list[Section]:
    zone = moments.zone_of(ticket.conversation)
    rows = [(say("state"), say(f"is.{ticket.state}")), (say("priority"), say(f"is.{ticket.priority}")), (say("level"), say(f"is.{ticket.level}")),
            (say("opened"), moments.full(ticket.created, zone)), *_moment(say, "first_reply", ticket.first_reply, zone), *_moment(say, "closed", ticket.closed, zone)]
    rows += [(say("promised"), moments.full(each.due, zone)) for each in ticket.promises.exclude(seq=None).order_by("pk")]
    if ticket.flow:
        rows.append((say("problem"), _words(content().title(ticket.flow), language)))
    for name, record in ticket.fields.items():
        field = content().fields.get(name)
        if field and name not in ("language", "tried"):
            rows.append((_words(field.label, language), str(record.get("value")) if record.get("value") else say("not_given")))
    timeline = []
    for entry in AuditEntry.objects.filter(subject=f"ticket:{ticket.number}", action__startswith="ticket.").order_by("seq"):
        deed = entry.action.removeprefix("ticket.")
        if deed in HIDDEN:
            continue
        label = f"{moments.full(entry.at, zone)}  {say('entry', seq=entry.seq, chain=entry.chain[:CHECK_CHARACTERS])}"
        timeline.append((label, f"{say('by.' + entry.actor.partition(':')[0])} · {say('did.' + deed)}"))
    return [Section(say("ticket", number=ticket.number), rows), Section(say("timeline", number=ticket.number), timeline)]


def _messages(say: Say, conversation: Conversation, ticket: Ticket | None = None) -> Section:
    zone = moments.zone_of(conversation)
    rows = []
    if ticket:
        # What was said before the ticket moved here from another conversation is in its transcript alone.
        here = set(conversation.messages.values_list("text", flat=True))
        for line in ticket.transcript:
            if line["text"] not in here and not line.get("file"):
                rows.append((f"{moments.full(datetime.fromisoformat(line['at']), zone)}  {say(line['author'])}", _safe(line["text"]) if line["author"] == "agent" else line["text"]))
    for message in conversation.messages.order_by("-seq")[:MOST_MESSAGES][::-1]:
        who = f"{say('agent')} {message.name}".strip() if message.author == Message.Author.AGENT else say(message.author)
        text = say("file", name=message.file.get("name", "")) if message.file else message.text
        rows.append((f"{moments.full(message.at, zone)}  {who}", _safe(text) if message.author == Message.Author.AGENT else text))
    if conversation.last_seq > conversation.messages.count():
        rows.insert(0, ("", say("missing")))
    return Section(say("messages"), rows)


def _moment(say: Say, name: str, at: datetime | None, zone) -> list[tuple[str, str]]:
    return [(say(name), moments.full(at, zone))] if at else []


def _safe(text: str) -> str:
    """An agent's words, masked: a visitor's were before they were stored."""
    return guard(text).text


def _words(text: Text, language: str) -> str:
    return to_traditional(text.of(language)) if language == "zh-Hant" else text.of(language)


def _say(language: str, key: str, **values: object) -> str:
    said = _table()["en" if language == "en" else "zh"].get(key, key)
    return (to_traditional(said) if language == "zh-Hant" else said).format(**values)


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    return json.loads((Path(__file__).parent / "words.json").read_text("utf-8"))
