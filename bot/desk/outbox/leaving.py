"""What leaves for an outside desk, made from the ticket and the message log and masked on the way out: secrets never were in them, personal data stays here.

Synchronous: call through database.run.
"""
from __future__ import annotations

from collections.abc import Iterable
from datetime import timezone

from bot.conversations import uploads
from bot.conversations.models import Message
from bot.conversations.sentences import content
from bot.desk.adapters import config
from bot.desk.adapters.base import Case, Change, Entry, File, Visitor
from bot.desk.console import strings
from bot.desk.models import Ticket
from bot.desk.outbox.models import Link
from bot.desk.outbox.words import word
from bot.safety.personal import redact

MOST_MESSAGES = 400
"""Of a transcript; the newest are kept."""
LIVE = (Ticket.State.OPEN, Ticket.State.TAKEN)
AUTHORS = {Message.Author.USER: "visitor", Message.Author.BOT: "bot", Message.Author.SYSTEM: "system", Message.Author.AGENT: "agent"}


def case(link: Link, conversation_id: int, to: int) -> Case:
    """The ticket as it is to be made there, with the conversation up to message `to`."""
    ticket, desk = link.ticket, _desk(link)
    title = content().title(ticket.flow).of(desk.language) if ticket.flow else _queue(ticket, desk.language)
    lines = [f"{word('ticket', desk.language)}: {ticket.number}", f"{word('problem', desk.language)}: {title}", f"{word('queue', desk.language)}: {_queue(ticket, desk.language)}",
             f"{word('priority', desk.language)}: {word(ticket.priority, desk.language)} ({'; '.join(strings.reason(reason, desk.language) for reason in ticket.reasons)})",
             *_fields(ticket, desk), "", word("how", desk.language), "", word("conversation", desk.language), *_transcript(conversation_id, 0, to, desk.language)]
    return Case(key=link.key, subject=title, queue=desk.queue(ticket.queue) or next(iter(desk.queues.values())), priority=ticket.priority, visitor=visitor(link), text="\n".join(lines),
                fields=_mapped(ticket, desk), tags=tuple(each for each in (ticket.queue, ticket.flow) if each), follows=link.follows)


def visitor(link: Link) -> Visitor:
    """Whom it is about. The address only where desks.yml lets it out."""
    ticket, desk = link.ticket, _desk(link)
    named = ticket.fields.get("email") or {}
    email = str(named.get("value") or "") if "email" in desk.personal else ""
    return Visitor(ref=ticket.conversation.key, name=f"{word('visitor', desk.language)} {ticket.number[-4:]}", language=ticket.conversation.language, email=email)


def change(link: Link) -> Change:
    """The ticket's state, priority, queue and fields as they are now."""
    ticket, desk = link.ticket, _desk(link)
    return Change(state="open" if ticket.state in LIVE else "resolved", priority=ticket.priority, queue=desk.queue(ticket.queue), fields=_mapped(ticket, desk))


def message(link: Link, message_id: int) -> Entry | None:
    """One message; None where it is not there any more."""
    row = Message.objects.filter(pk=message_id).first()
    if row is None:
        return None
    kind = {Message.Author.USER: "visitor", Message.Author.AGENT: "agent"}.get(row.author, "bot")
    language = _desk(link).language
    text = redact(row.text) or (f"{word('file', language)}: {(row.file or {}).get('name', '')}" if row.file else "")
    return Entry(f"{link.key}#{row.pk}", kind, text, row.name, _files(row)) if text else None


def note(link: Link, note_id: int) -> Entry | None:
    """A private note of our own desk's; None where it is not there any more."""
    row = link.ticket.notes.filter(pk=note_id).first()
    return Entry(f"{link.key}#n{row.pk}", "note", redact(row.text), row.name) if row else None


def history(link: Link, conversation_id: int, after: int, to: int) -> Entry:
    """What was said in a conversation between two messages, as one note."""
    language = _desk(link).language
    lines = [word("earlier", language), *_transcript(conversation_id, after, to, language)]
    return Entry(f"{link.key}#h{conversation_id}.{to}", "note", "\n".join(lines))


def files(link: Link, conversation_id: int, after: int, to: int) -> list[Entry]:
    """The files of that part of a conversation, each as an entry."""
    rows = Message.objects.filter(conversation_id=conversation_id, seq__gt=after, seq__lte=to, file__isnull=False).order_by("seq")
    return [entry for row in rows if row.file for entry in [message(link, row.pk)] if entry and entry.files]


def worded(entry: Entry, language: str, as_visitor: bool) -> str:
    """The entry's text, with who said it where the desk itself would not show that."""
    if entry.kind == "visitor" and as_visitor:
        return entry.text
    who = entry.author or word(entry.kind, language)
    return f"{who}: {entry.text}"


def language_of(link: Link) -> str:
    """The language of the agents there: zh or en."""
    return _desk(link).language


def _desk(link: Link) -> config.AnyDesk:
    return config.desks().desks[link.desk]


def _queue(ticket: Ticket, language: str) -> str:
    found = content().exchange.queues.get(ticket.queue) or {}
    return str((found.get("title") or {}).get(language) or ticket.queue)


def _value(name: str, record: dict, desk: config.AnyDesk) -> str:
    """A field's value as it may leave: whole where it is no personal data, or where desks.yml says so."""
    value = str(record.get("value") or "")
    field = content().fields.get(name)
    if (field is None or not field.personal or name in desk.personal) and name != "tried":
        return value
    masked = redact(value)
    return masked if masked != value or not (field and field.personal) else "***" + value[-3:]


def _fields(ticket: Ticket, desk: config.AnyDesk) -> Iterable[str]:
    labels = content().fields
    given = [f"  {labels[name].label.of(desk.language) if name in labels else name}: {_value(name, record, desk)}" for name, record in ticket.fields.items() if record.get("value")]
    missing = [labels[name].label.of(desk.language) if name in labels else name for name, record in ticket.fields.items() if record.get("declined")]
    if given:
        yield f"{word('fields', desk.language)}:"
        yield from given
    if missing:
        yield f"{word('missing', desk.language)}: {', '.join(missing)}"


def _mapped(ticket: Ticket, desk: config.AnyDesk) -> dict[str, str]:
    return {theirs: _value(ours, ticket.fields[ours], desk) for ours, theirs in desk.fields.items() if (ticket.fields.get(ours) or {}).get("value")}


def _transcript(conversation_id: int, after: int, to: int, language: str) -> list[str]:
    rows = Message.objects.filter(conversation_id=conversation_id, seq__gt=after, seq__lte=to).order_by("-seq")[:MOST_MESSAGES]
    lines = []
    for row in reversed(rows):
        named = f"{word('file', language)}: {(row.file or {}).get('name', '')}" if row.file else ""
        who = row.name or word(AUTHORS[row.author], language)
        lines.append(f"[{row.at.astimezone(timezone.utc):%Y-%m-%d %H:%M}] {who}: {' '.join(part for part in (redact(row.text), named) if part)}")
    return lines


def _files(row: Message) -> tuple[File, ...]:
    if not row.file:
        return ()
    kept = uploads.find(row.conversation_id, str(row.file.get("id") or ""))
    return (File(str(row.file.get("name") or kept.id), kept.kind, kept.path.read_bytes()),) if kept else ()
