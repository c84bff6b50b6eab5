"""Turns a message of the log into calls of the Bot API: pieces of text, bold names, keyboards. Pure; no markup language, so no text can break a message."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.channels.telegram.splitting import split, units

DATA_BYTES = 64
"""Of callback_data (https://core.telegram.org/bots/api#inlinekeyboardbutton)."""
LONG = "t:"
"""Before the token of a button whose payload is longer."""
CAPTION_UNITS = 1024
_SHORT_TITLE = 9.0  # Han characters; two such buttons fit side by side on a small phone


def calls(event: dict[str, Any], name: str, token: Callable[[str], str]) -> list[tuple[str, dict[str, Any]]]:
    """[(kind, body)] of one event of the log.

    Args:
        event: as bot/conversations/log.py gives it.
        name: who speaks, as a bold first line; "" for the bot.
        token: gives the token for a payload that is too long for a button.
    """
    made: list[tuple[str, dict[str, Any]]] = []
    pieces = split(f"{name}\n{event['text']}" if name else event["text"])
    if event.get("file"):
        caption = ""
        if len(pieces) == 1 and units(pieces[0]) <= CAPTION_UNITS:
            caption, pieces = pieces[0], []
        made.append(("file", {"file": event["file"], "text": caption, "entities": _bold(name, caption)}))
    for place, piece in enumerate(pieces):
        made.append(("text", {"text": piece, "entities": _bold(name, piece) if place == 0 else []}))
    buttons = event.get("buttons")
    if buttons and made:
        made[-1][1]["keyboard"] = keyboard(buttons, token)
    return made


def keyboard(buttons: list[dict], token: Callable[[str], str]) -> list[list[dict[str, str]]]:
    """Rows of inline buttons, in their order; two short ones share a row."""
    rows: list[list[dict[str, str]]] = []
    for button in buttons:
        payload = button["payload"]
        data = payload if len(payload.encode()) <= DATA_BYTES else LONG + token(payload)
        made = {"text": button["title"], "callback_data": data}
        short = width(button["title"]) <= _SHORT_TITLE
        if rows and short and len(rows[-1]) == 1 and width(rows[-1][0]["text"]) <= _SHORT_TITLE:
            rows[-1].append(made)
        else:
            rows.append([made])
    return rows


def pressed(shown: dict[str, Any]) -> dict[str, Any]:
    """The text of a pressed message with what was chosen below it, so that the chat can be read later; {} where it does not fit."""
    text, title = shown.get("text"), shown.get("title")
    if not isinstance(text, str) or not title:
        return {}
    whole = f"{text}\n\n› {title}"
    if len(split(whole)) != 1:
        return {}
    return {"text": whole, "entities": shown.get("entities") or []}


def width(title: str) -> float:
    """Of a button, in Han characters."""
    return sum(1 if ord(character) > 0x2E7F else 0.5 for character in title)


def _bold(name: str, text: str) -> list[dict[str, Any]]:
    return [{"type": "bold", "offset": 0, "length": units(name)}] if name and text else []
