"""Conversations with a running bot, as a visitor has them: over HTTP, one line a turn as `bot talk` prints them."""
from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.commands.client import Address, Visitor
from bot.commands.own_stack import own_stack
from bot.commands.talk import play


@contextmanager
def deployment(folder: Path, exchange: str, **environment: str) -> Iterator[Address]:
    """A bot whose own exchange file holds `exchange` (YAML); all that it writes is below `folder`."""
    own = folder / "exchange.yml"
    own.write_text(exchange, "utf-8")
    home = folder / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOT_EXCHANGE_FILE", str(own))
        patch.setattr("tempfile.tempdir", str(home))
        for name, value in environment.items():
            patch.setenv(name, value)
        with own_stack() as running:
            yield running


def converse(address: Address, *turns: str, language: str = "zh-Hans", **session: str) -> list[dict]:
    """A fresh visitor's turns: texts, and buttons as "[title]". `session`: further keys of POST /api/session."""
    async def talk() -> list[dict]:
        async with aiohttp.ClientSession() as http:
            visitor = Visitor(http, address)
            await visitor.arrive(language, **session)
            return [await play(visitor, {"user": text} if not text.startswith("[") else {"press": text.strip("[]")}, Path()) for text in turns]
    return asyncio.run(talk())


def said(line: dict) -> str:
    """All that the bot said in a turn."""
    return "\n".join(reply["text"] for reply in line["replies"])


def nobody_there() -> str:
    """The URL of a port that refuses connections."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"
