"""One whole bot for this folder: the trained engine and the app as processes, on free ports, with a fresh database."""
from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from bot.commands.client import Address, Visitor
from bot.commands.own_stack import own_stack
from bot.commands.talk import play


@pytest.fixture(scope="session")
def address() -> Iterator[Address]:
    with own_stack(now="2025-12-02T10:00:00+08:00") as running:
        yield running


AT_ONCE = 4
"""Visitors who talk at the same time: enough that the two cores are never idle."""


class Talk:
    """Conversations as fresh visitors have them."""

    def __init__(self, address: Address) -> None:
        self.address = address

    def play_all(self, conversations: dict[str, tuple[list[dict[str, Any]], str]]) -> dict[str, list[dict[str, Any]]]:
        """Conversations by name, each {turns, language}, AT_ONCE visitors talking at a time; one line a turn, as `bot talk`
        prints them, with the trace's inside view beside it."""
        return asyncio.run(self._play_all(conversations))

    async def _play_all(self, conversations) -> dict[str, list[dict[str, Any]]]:
        room = asyncio.Semaphore(AT_ONCE)

        async def one(name: str) -> tuple[str, list[dict[str, Any]]]:
            async with room:
                return name, await self._play(http, *conversations[name])

        async with aiohttp.ClientSession() as http:
            return dict(await asyncio.gather(*map(one, conversations)))

    async def _play(self, http: aiohttp.ClientSession, turns, language) -> list[dict[str, Any]]:
        visitor = Visitor(http, self.address)
        await visitor.arrive(language)
        lines = []
        for turn in turns:
            line = await play(visitor, turn, Path())
            inside = await visitor.trace(visitor.seen) if visitor.seen else {}
            lines.append({**line, "stage": inside.get("stage"), "outcome": inside.get("outcome"), "known": inside.get("fields") or {}})
        return lines


@pytest.fixture(scope="session")
def talk(address: Address) -> Talk:
    return Talk(address)


@pytest.fixture(scope="session")
def as_turn():
    return _as_turn


def _as_turn(line: dict[str, Any]) -> SimpleNamespace:
    """A line of `bot talk` in the shape the transcripts' comparison takes."""
    replies = [SimpleNamespace(text=reply["text"], buttons=[SimpleNamespace(title=button["title"]) for button in reply["buttons"]]) for reply in line["replies"]]
    state = {"flow": {"name": line["flow"], "step": line["step"]} if line["flow"] else None,
             "fields": {name: {"value": value} for name, value in line["known"].items()}}
    return SimpleNamespace(state=state, replies=replies, stage=line["stage"], outcome=line["outcome"])
