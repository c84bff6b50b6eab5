"""Reads an update as Telegram sends it into the few values this channel uses. Pure, and never raises: an update is outside text like any other.

Shapes: https://core.telegram.org/bots/api#update. Nothing else of an update is kept: no phone numbers, places, forwards or profiles.
"""
from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.dialogue.wording import TELEGRAM_COMMANDS

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
"""What Telegram is asked to send; everything else it knows is none of ours."""
NOT_KEPT = {
    "contact": "contact", "location": "location", "venue": "location", "voice": "voice", "audio": "voice", "video_note": "video",
    "sticker": "sticker", "animation": "sticker", "dice": "sticker", "video": "video", "poll": "other", "game": "other", "story": "other",
    "checklist": "other", "paid_media": "other", "invoice": "other", "passport_data": "other", "users_shared": "contact", "chat_shared": "contact",
}
"""Parts of a message that are not stored, and which kind answer they get (data/replies.yml, telegram.<name>)."""
_LARGEST = 2**63 - 1
_START = re.compile(r"[A-Za-z0-9_-]{1,64}")  # deep linking: https://core.telegram.org/bots/features#deep-linking
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*")


@dataclass(frozen=True)
class Reading:
    """One update, as far as it concerns us.

    kind: text, command, file, press, edit, not_kept, blocked, unblocked, group; "nothing" is recorded as seen and left alone.
    """

    update_id: int
    kind: str = "nothing"
    chat_id: int | None = None
    name: str = ""
    language: str = "en"
    message_id: int = 0
    text: str = ""
    """Text or caption; of a press the button's data; of not_kept the sentence's name."""
    command: str = ""
    code: str = ""
    """SHA-256 of what stood behind /start; the code itself is kept nowhere."""
    file: dict[str, Any] | None = None
    """{"file_id", "name", "size" (bytes, 0 unknown)}."""
    album: str = ""
    query: str = ""
    """Id of a callback query, to be answered at once."""
    shown: dict[str, Any] = field(default_factory=dict)
    """The pressed message as it stands: {"text", "entities" (bold ones), "title"}."""

    def body(self) -> dict[str, Any]:
        """What the inbox keeps."""
        return asdict(self)


def read(update: Any, username: str = "", bot_id: int = 0) -> Reading | None:
    """What an update says; None for something without a usable number.

    Args:
        update: decoded JSON of any shape.
        username: the bot's own, without @, to see mentions in groups.
        bot_id: the bot's own id, to see replies to it.
    """
    update_id = _id(_get(update, "update_id"))
    if update_id is None or update_id < 0:
        return None
    for name, reader in (("message", _message), ("edited_message", _edited), ("callback_query", _press), ("my_chat_member", _member)):
        if isinstance(_get(update, name), Mapping):
            return reader(update_id, update[name], username.lower(), bot_id)
    return Reading(update_id)


def language_of(code: Any) -> str:
    """One of ours for an IETF tag of Telegram's; English for what we do not speak."""
    parts = code.lower().split("-") if isinstance(code, str) else []
    if parts[:1] == ["zh"]:
        return "zh-Hant" if {"hant", "tw", "hk", "mo"} & set(parts[1:]) else "zh-Hans"
    return "en"


def clean(text: Any) -> str:
    """A text without what nobody reads and no database takes; "" for what shows nothing at all."""
    if not isinstance(text, str):
        return ""
    kept = _plain(text.replace("\r\n", "\n").replace("\r", "\n"))
    return "" if _INVISIBLE.fullmatch(kept) else kept


def _message(update_id: int, message: Mapping, username: str, bot_id: int) -> Reading:
    who = _who(update_id, message)
    if who is None:
        return Reading(update_id)
    if _get(message, "chat", "type") != "private":
        return _in_group(who, message, username, bot_id)
    caption = clean(_get(message, "caption"))
    album = _get(message, "media_group_id")
    file = _file(message)
    if file:
        return Reading(**who, kind="file", file=file, text=caption, album=_plain(album)[:64] if isinstance(album, str) else "")
    for name, answer in NOT_KEPT.items():
        if name in message:
            return Reading(**who, kind="not_kept", text=answer)
    text = clean(_get(message, "text"))
    if not text:
        return Reading(update_id)
    command, argument = _command(message, text, username)
    if command:
        return Reading(**who, kind="command", command=command, code=_hashed(argument) if command == "start" else "")
    return Reading(**who, kind="text", text=text)


def _edited(update_id: int, message: Mapping, username: str, bot_id: int) -> Reading:
    who = _who(update_id, message)
    text = clean(_get(message, "text")) or clean(_get(message, "caption"))
    if who is None or _get(message, "chat", "type") != "private" or not text:
        return Reading(update_id)
    return Reading(**who, kind="edit", text=text)


def _press(update_id: int, query: Mapping, username: str, bot_id: int) -> Reading:
    message = _get(query, "message")
    data, query_id = _get(query, "data"), _get(query, "id")
    if not isinstance(message, Mapping) or not isinstance(data, str) or not isinstance(query_id, str) or len(query_id) > 64:
        return Reading(update_id)
    who = _who(update_id, {**message, "from": _get(query, "from")})
    if who is None or _get(message, "chat", "type") != "private" or _id(_get(query, "from", "id")) != who["chat_id"]:
        return Reading(update_id)
    text = clean(_get(message, "text"))
    shown = {"text": text, "entities": _bold(message), "title": _title(message, data)} if text else {}
    return Reading(**who, kind="press", text=_plain(data)[:64], query=_plain(query_id), shown=shown)


def _member(update_id: int, change: Mapping, username: str, bot_id: int) -> Reading:
    who = _who(update_id, change)
    if who is None or _get(change, "chat", "type") != "private":
        return Reading(update_id)
    status = _get(change, "new_chat_member", "status")
    kind = {"kicked": "blocked", "member": "unblocked"}.get(status) if isinstance(status, str) else None
    return Reading(**who, kind=kind or "nothing")


def _in_group(who: dict, message: Mapping, username: str, bot_id: int) -> Reading:
    """Only what is said to the bot by name, as a command for it, or in reply to it."""
    text = clean(_get(message, "text")) or clean(_get(message, "caption"))
    meant = bool(username) and re.search(rf"@{re.escape(username)}\b", text, re.IGNORECASE) is not None
    replied = bot_id != 0 and _id(_get(message, "reply_to_message", "from", "id")) == bot_id
    if not text or not (meant or replied) or _get(message, "from", "is_bot") is True:
        return Reading(who["update_id"])
    asked = re.sub(rf"^/\w+(?=@)|@{re.escape(username)}\b", " ", text, flags=re.IGNORECASE).strip() if username else text
    return Reading(**who, kind="group", text=asked)


def _who(update_id: int, message: Mapping) -> dict | None:
    chat_id, message_id = _id(_get(message, "chat", "id")), _id(_get(message, "message_id"))
    if chat_id is None:
        return None
    username, first = clean(_get(message, "from", "username")), clean(_get(message, "from", "first_name"))
    return {"update_id": update_id, "chat_id": chat_id, "message_id": message_id or 0, "name": f"@{username[:60]}" if username else first[:60],
            "language": language_of(_get(message, "from", "language_code"))}


def _file(message: Mapping) -> dict | None:
    photos, document = _get(message, "photo"), _get(message, "document")
    if "animation" in message:  # Telegram sends a GIF as both
        return None
    if isinstance(photos, list):
        sizes = [photo for photo in photos if isinstance(_get(photo, "file_id"), str)]
        if sizes:
            largest = max(sizes, key=lambda photo: (_id(_get(photo, "width")) or 0) * (_id(_get(photo, "height")) or 0))
            return {"file_id": _plain(largest["file_id"])[:200], "name": "photo.jpg", "size": _id(_get(largest, "file_size")) or 0}
    if isinstance(_get(document, "file_id"), str):
        return {"file_id": _plain(document["file_id"])[:200], "name": clean(_get(document, "file_name"))[:120] or "file", "size": _id(_get(document, "file_size")) or 0}
    return None


def _command(message: Mapping, text: str, username: str) -> tuple[str, str]:
    """A command at the very beginning that Telegram itself has marked as one, and what stands behind it."""
    entities = _get(message, "entities")
    first = entities[0] if isinstance(entities, list) and entities else None
    if _get(first, "type") != "bot_command" or _get(first, "offset") != 0:
        return "", ""
    word, _, argument = text.partition(" ")
    name, _, addressee = word.removeprefix("/").partition("@")
    if name.lower() not in TELEGRAM_COMMANDS or (addressee and addressee.lower() != username):
        return "", ""
    return name.lower(), argument.strip()


def _bold(message: Mapping) -> list[dict]:
    """The bold parts of a message of ours: all the formatting that it can have."""
    entities = _get(message, "entities")
    found = [{name: _get(entity, name) for name in ("type", "offset", "length")} for entity in (entities if isinstance(entities, list) else [])]
    return [entity for entity in found if entity["type"] == "bold" and _id(entity["offset"]) is not None and _id(entity["length"])]


def _plain(text: str) -> str:
    return _CONTROL.sub("", text)


def _title(message: Mapping, data: str) -> str:
    rows = _get(message, "reply_markup", "inline_keyboard")
    buttons = [button for row in rows if isinstance(row, list) for button in row] if isinstance(rows, list) else []
    return next((clean(_get(button, "text")) for button in buttons if _get(button, "callback_data") == data), "")


def _hashed(argument: str) -> str:
    return hashlib.sha256(argument.encode()).hexdigest() if _START.fullmatch(argument) else ""


def _get(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _id(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and -_LARGEST <= value <= _LARGEST else None
