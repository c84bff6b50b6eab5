"""What the Bot API refuses, with Telegram's own words. Sources: core.telegram.org/bots/api, its errors as td/telegram-bot-api returns them."""
from __future__ import annotations

import json
import re
from typing import Any

TEXT_UNITS, CAPTION_UNITS, DATA_BYTES = 4096, 1024, 64
DOWNLOAD_BYTES, PHOTO_BYTES, UPLOAD_BYTES = 20 * 1024 * 1024, 10 * 1024 * 1024, 50 * 1024 * 1024
ACTIONS = {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document", "choose_sticker", "find_location"}


class ApiError(Exception):
    """An answer with ok: false."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def bad(description: str) -> ApiError:
    return ApiError(400, f"Bad Request: {description}")


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def number(arguments: dict, name: str) -> int:
    try:
        return int(arguments[name])
    except KeyError:
        raise bad(f"{name} is empty" if name != "message_id" else "message identifier is not specified") from None
    except (TypeError, ValueError):
        raise bad(f"invalid {name} specified") from None


def decoded(arguments: dict, name: str) -> Any:
    """A parameter that is JSON in a form, or already decoded in a JSON body."""
    value = arguments.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {name} JSON object") from None


def text_of(arguments: dict, name: str = "text", most: int = TEXT_UNITS) -> str:
    text = str(arguments.get(name) or "").strip()
    if not text and name == "text":
        raise bad("message text is empty")
    if units(text) > most:
        raise bad("message is too long" if name == "text" else "message caption is too long")
    if arguments.get("parse_mode") and re.search(r"<(?!/?(?:b|i|u|s|a|code|pre|strong|em)\b)|[*_`\[]", text):
        raise bad("can't parse entities: unsupported start tag at byte offset 0")
    return text


def entities_of(arguments: dict, text: str, name: str = "entities") -> list[dict]:
    entities = decoded(arguments, name) or []
    for entity in entities:
        if not isinstance(entity, dict) or not isinstance(entity.get("type"), str):
            raise bad("can't parse MessageEntity: type is not specified")
        offset, length = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length <= 0 or offset + length > units(text):
            raise bad("ENTITY_BOUNDS_INVALID")
    return entities


def markup_of(arguments: dict) -> dict | None:
    markup = decoded(arguments, "reply_markup")
    if not markup:
        return None
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise bad("reply markup is too long")
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    return markup


def commands_of(arguments: dict) -> list[dict]:
    commands = decoded(arguments, "commands") or []
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return commands
