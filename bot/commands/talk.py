"""Play conversations from a YAML file and print one JSON line a turn."""
from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bot.commands import CommandError, tell
from bot.commands.client import Address, Refused, Visitor
from bot.commands.own_stack import own_stack
from bot.commands.time_argument import moment

TURNS = ("user", "user_repeat", "press", "file", "agent")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a list of {id, lang?, turns: [...]}")
    parser.add_argument("--url", help="a bot that runs already (default: one of its own)")
    parser.add_argument("--now", type=moment, metavar="TIME", help="fix the clock (ISO 8601)")


def run(args: argparse.Namespace) -> int:
    conversations = read(args.file)
    if args.url and args.now:
        raise CommandError("--now cannot set the clock of a bot that runs already; leave out --url or --now.")
    with nullcontext(Address.of(args.url)) if args.url else own_stack(args.now) as address:
        try:
            asyncio.run(_play_all(conversations, address, args.file.parent))
        except aiohttp.ClientError as error:
            raise CommandError(f"no bot answers at {address.url} ({type(error).__name__}).", 1) from error
    return 0


def read(path: Path) -> list[dict[str, Any]]:
    """The conversations of a file. Raises CommandError naming the place of the first mistake."""
    try:
        loaded = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CommandError(f"{path}: cannot be read: {error}") from error
    if not isinstance(loaded, list):
        raise CommandError(f"{path}: must be a list of {{id, turns}}.")
    for number, conversation in enumerate(loaded, 1):
        place = f"{path}: conversation {number}"
        if not isinstance(conversation, dict) or not conversation.get("id") or not isinstance(conversation.get("turns"), list):
            raise CommandError(f"{place}: needs an id and a list of turns.")
        for turn_number, turn in enumerate(conversation["turns"], 1):
            if not isinstance(turn, dict) or len(turn) != 1 or next(iter(turn)) not in TURNS:
                raise CommandError(f"{place} ({conversation['id']}), turn {turn_number}: must be one of {', '.join(TURNS)}.")
            repeat = turn.get("user_repeat")
            if repeat is not None and not (isinstance(repeat, dict) and str(repeat.get("times", "")).isdigit() and isinstance(repeat.get("text"), str)):
                raise CommandError(f"{place} ({conversation['id']}), turn {turn_number}: user_repeat needs text and times.")
    return loaded


async def _play_all(conversations: list[dict[str, Any]], address: Address, folder: Path) -> None:
    async with aiohttp.ClientSession() as http:
        for conversation in conversations:
            visitor = Visitor(http, address)
            await visitor.arrive(conversation.get("lang"))
            for number, turn in enumerate(conversation["turns"], 1):
                line = await play(visitor, turn, folder)
                print(json.dumps({"id": conversation["id"], "turn": number, **line}, ensure_ascii=False), flush=True)


async def play(visitor: Visitor, turn: dict[str, Any], folder: Path) -> dict[str, Any]:
    """One turn; the line of DESIGN 7 without id and number."""
    (kind, value), = turn.items()
    try:
        if kind == "agent":
            seq = await visitor.agent_says(value)
        elif kind == "file":
            seq = await visitor.upload(folder / value)
        elif kind == "press":
            if value not in visitor.offered:
                tell(f"no button {value!r} was offered; there were: {', '.join(visitor.offered) or 'none'}")
                return _line(error="no such button")
            seq = await visitor.send(payload=visitor.offered[value])
        else:
            text = value["text"] * int(value["times"]) if kind == "user_repeat" else value
            seq = await visitor.send(text=text)
    except Refused as refusal:
        return _line(replies=[{"text": _message(refusal), "buttons": []}], error=f"refused with {refusal.status}")
    except OSError as error:
        raise CommandError(f"{folder / value}: {error.strerror}.") from error
    trace = await visitor.answered(seq)
    events = await visitor.news()
    replies = [{"text": event["text"], "buttons": event.get("buttons") or []} for event in events if event["author"] != "user"]
    stored = next((event["text"] for event in events if event["seq"] == seq), None)
    return _line(**{**trace, "user": None if kind == "agent" else stored, "replies": replies})


def _line(**known: Any) -> dict[str, Any]:
    line = {"user": None, "intent": None, "confidence": None, "decision": None, "language": None, "flow": None, "step": None,
            "owner": None, "replies": [], "ticket": None, "ms": None, "timeout": False, "queued": []}
    line |= {name: value for name, value in known.items() if name in line}
    return line | ({"error": known["error"]} if "error" in known else {})


def _message(refusal: Refused) -> str:
    try:
        return str(json.loads(refusal.body)["message"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {refusal.status}"
