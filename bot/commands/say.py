"""Chat with the bot in the terminal, or send one message and print the answer."""
from __future__ import annotations

import argparse
import asyncio
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import aiohttp

from bot.commands import CommandError, tell
from bot.commands.client import Address, Visitor
from bot.commands.own_stack import own_stack
from bot.commands.talk import play
from bot.stack import Ports, responds


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", help="one message (default: a conversation; a number presses that button)")
    parser.add_argument("--lang", choices=("zh-Hans", "zh-Hant", "en"))
    parser.add_argument("--url", help="a bot that runs already (default: the one of `bot run`, or one of its own)")


def run(args: argparse.Namespace) -> int:
    running = args.url or f"http://127.0.0.1:{Ports.from_environment().public}"
    use = args.url or responds(f"{running}/readyz")
    with nullcontext(Address.of(running)) if use else own_stack() as address:
        try:
            asyncio.run(_chat(address, args.text, args.lang))
        except aiohttp.ClientError as error:
            raise CommandError(f"no bot answers at {address.url} ({type(error).__name__}).", 1) from error
    return 0


async def _chat(address: Address, text: str | None, language: str | None) -> None:
    async with aiohttp.ClientSession() as http:
        visitor = Visitor(http, address)
        first = await visitor.arrive(language)
        if text is not None:
            _show(await play(visitor, {"user": text}, Path()))
            return
        buttons = _show({"replies": first})
        tell("(Ctrl-D ends the conversation)")
        while True:
            line = await asyncio.to_thread(_ask)
            if line is None:
                return
            if line.isdigit() and 1 <= int(line) <= len(buttons):
                result = await play(visitor, {"press": buttons[int(line) - 1]}, Path())
            elif line:
                result = await play(visitor, {"user": line}, Path())
            else:
                continue
            buttons = _show(result)


def _ask() -> str | None:
    try:
        return input("> ").strip()
    except EOFError:
        return None


def _show(result: dict[str, Any]) -> list[str]:
    """Prints the replies and returns the titles of the buttons, numbered as shown."""
    titles: list[str] = []
    for reply in result["replies"]:
        print(reply["text"])
        for button in reply.get("buttons") or []:
            titles.append(button["title"])
            print(f"  {len(titles)}. {button['title']}")
    if not result["replies"]:
        print("(no answer)")
    sys.stdout.flush()
    return titles
