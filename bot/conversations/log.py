"""The message log: every line of every conversation, numbered, written in one transaction each. Synchronous: call through database.run."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timezone

from django.db import IntegrityError, transaction
from django.db.models import F

from bot.conversations.models import Conversation, Message, Offer

# What a channel's own controls send; no message offers them.
ALWAYS_OFFERED = frozenset({
    "/human_agent", "/stop_cancel", "/start_over",
    *(f'/change_language{{"language":"{name}"}}' for name in ("simplified", "traditional", "english")),
})


@dataclass(frozen=True)
class Inbound:
    """One message from a visitor, as a channel authenticated it. Exactly one of text, payload, file is set."""

    conversation_id: int
    client_id: str
    text: str | None = None
    payload: str | None = None
    file: dict | None = None
    """{"id", "name", "kind" (media type), "size" (bytes)} of a stored upload."""
    title: str = ""
    """What is shown for a payload: the pressed button's title."""
    masked: tuple[str, ...] = ()
    advice: str = ""
    only_secret: bool = False
    guarded: bool = False
    """Secrets were masked already, when the channel stored it (bot/conversations/inbound.py, `masked`)."""
    control: bool = False
    """The payload is one of the channel's own commands, which no message offers."""
    quiet: bool = False
    """It waits for no answer of its own: one picture of several."""
    edited: bool = False
    """The new wording of an earlier message: what differs from what is known is a correction."""


@dataclass(frozen=True)
class Accepted:
    """The message is on the disk under this number; `duplicate`: it already was."""

    seq: int
    duplicate: bool = False


@dataclass(frozen=True)
class Reply:
    """One bubble: text and its buttons [{"title", "payload"}]."""

    text: str
    buttons: list[dict] = field(default_factory=list)
    file: dict | None = None
    """Of a stored upload, as in Inbound."""


def open_conversation(channel: str, visitor: str, language: str | None = None,
                      zone: str | None = None) -> Conversation:
    """The conversation of this visitor on this channel, made when it is the first time.

    Args:
        channel: "web", "telegram", ...
        visitor: who, in the channel's own terms (never shown).
        language: zh-Hans, zh-Hant or en, when the channel knows it; it fills an empty one only.
        zone: IANA name of the visitor's time zone.
    """
    conversation, made = Conversation.objects.get_or_create(
        channel=channel, visitor=visitor, defaults={"language": language or "", "timezone": zone or ""})
    changes = {}
    if not made and language and not conversation.language:
        changes["language"] = language
    if not made and zone and zone != conversation.timezone:
        changes["timezone"] = zone
    if changes:
        Conversation.objects.filter(pk=conversation.pk).update(**changes)
        conversation.refresh_from_db()
    return conversation


def append_inbound(inbound: Inbound) -> Accepted:
    """Writes a visitor's message and marks it unanswered; the same client_id again returns the first one's number.

    The caller has masked secrets (bot/conversations/inbound.py). Raises Conversation.DoesNotExist.
    """
    before = known(inbound.conversation_id, inbound.client_id)
    if before is not None:
        return Accepted(before, duplicate=True)
    try:
        with transaction.atomic():
            seq = _next_seq(inbound.conversation_id)
            Message.objects.create(
                conversation_id=inbound.conversation_id, seq=seq, client_id=inbound.client_id, author=Message.Author.USER,
                text=inbound.text if inbound.text is not None else inbound.title, payload=inbound.payload or "",
                file=inbound.file, masked=list(inbound.masked), advice=inbound.advice, only_secret=inbound.only_secret,
                edited=inbound.edited, unanswered=not inbound.quiet)
    except IntegrityError:
        before = known(inbound.conversation_id, inbound.client_id)
        if before is None:
            raise
        return Accepted(before, duplicate=True)
    return Accepted(seq)


def append_outbound(conversation_id: int, author: str, replies: list[Reply], reply_to: int | None = None,
                    name: str = "", client_id: str | None = None) -> list[int]:
    """Writes replies in order and remembers their buttons as offered. Returns their numbers.

    Args:
        author: "bot", "agent" or "system".
        reply_to: number of the message they answer.
        name: the agent's alias.
        client_id: the sender's own id, for a single reply that must not be said twice (`known`).
    """
    if not replies:
        return []
    with transaction.atomic():
        seqs = []
        for reply in replies:
            seqs.append(_next_seq(conversation_id))
            Message.objects.create(conversation_id=conversation_id, seq=seqs[-1], author=author, name=name, client_id=client_id,
                                   text=reply.text, buttons=reply.buttons, file=reply.file, reply_to=reply_to)
        offers = {button["payload"]: button["title"] for reply in replies for button in reply.buttons}
        Offer.objects.bulk_create(
            [Offer(conversation_id=conversation_id, payload=payload, title=title) for payload, title in offers.items()],
            update_conflicts=True, unique_fields=["conversation", "payload"], update_fields=["title"])
    return seqs


def known(conversation_id: int, client_id: str) -> int | None:
    """The number of the message that was sent under this id, if there is one."""
    return Message.objects.filter(conversation_id=conversation_id, client_id=client_id).values_list("seq", flat=True).first()


def events_after(conversation_id: int, seq: int, limit: int = 200) -> list[dict]:
    """Messages numbered above `seq`, oldest first, at most `limit`, as docs/architecture.md "Public HTTP" has them."""
    rows = Message.objects.filter(conversation_id=conversation_id, seq__gt=seq).order_by("seq")[:limit]
    return [event(row) for row in rows]


def event(message: Message) -> dict:
    """One message as visitors' programs see it."""
    shown: dict = {"seq": message.seq, "author": message.author, "text": message.text,
                   "at": message.at.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    optional = {"name": message.name, "buttons": message.buttons, "file": message.file, "client_id": message.client_id,
                "reply_to": message.reply_to}
    return shown | {name: value for name, value in optional.items() if value}


def seen(conversation_id: int) -> bool:
    """A person of the desk has read everything there is. False when that was known."""
    return bool(Conversation.objects.filter(pk=conversation_id, seen__lt=F("last_seq")).update(seen=F("last_seq")))


def offered(conversation_id: int, payload: str) -> bool:
    """Whether a button with this payload was shown in this conversation (or is there at any time)."""
    return payload in ALWAYS_OFFERED or Offer.objects.filter(conversation_id=conversation_id, payload=payload).exists()


def offered_title(conversation_id: int, payload: str) -> str | None:
    """The title under which a payload was last offered here; None when it never was."""
    return Offer.objects.filter(conversation_id=conversation_id, payload=payload).values_list("title", flat=True).first()


def _next_seq(conversation_id: int) -> int:
    # The row lock orders writers on PostgreSQL; on SQLite the IMMEDIATE transaction already does.
    conversation = Conversation.objects.select_for_update().only("last_seq").get(pk=conversation_id)
    conversation.last_seq += 1
    conversation.save(update_fields=["last_seq"])
    return conversation.last_seq
