"""Notes reach other processes through PostgreSQL or Redis; losing the server costs nothing but time."""
from __future__ import annotations

import asyncio
import os
import socket

import pytest

from bot.conversations.notifier import LocalNotifier, Note, PostgresNotifier, RedisNotifier

POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = "redis://127.0.0.1:6379/0"


def reachable(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def heard_elsewhere(make) -> Note:
    """What a second notifier hears of the first one's note."""
    arrived: asyncio.Queue[Note] = asyncio.Queue()
    mine, theirs = make(), make()
    await mine.start(lambda note: None)
    await theirs.start(arrived.put_nowait)
    note = Note(os.getpid(), "log")
    try:
        async with asyncio.timeout(20):
            while True:
                mine.publish(note)
                try:
                    return await asyncio.wait_for(arrived.get(), 0.5)
                except asyncio.TimeoutError:
                    continue
    finally:
        await mine.stop()
        await theirs.stop()


def test_in_one_process_a_note_is_a_call():
    async def scenario():
        heard = []
        notifier = LocalNotifier()
        await notifier.start(heard.append)
        notifier.publish(Note(1, "log"))
        return heard
    assert asyncio.run(scenario()) == [Note(1, "log")]


@pytest.mark.skipif(not reachable(5432), reason="no PostgreSQL at 127.0.0.1:5432")
def test_a_note_crosses_processes_through_postgresql():
    assert asyncio.run(heard_elsewhere(lambda: PostgresNotifier(POSTGRESQL))) == Note(os.getpid(), "log")


@pytest.mark.skipif(not reachable(6379), reason="no Redis at 127.0.0.1:6379")
def test_a_note_crosses_processes_through_redis():
    assert asyncio.run(heard_elsewhere(lambda: RedisNotifier(REDIS))) == Note(os.getpid(), "log")


@pytest.mark.parametrize("make", [lambda: PostgresNotifier("postgresql://127.0.0.1:1/x"), lambda: RedisNotifier("redis://127.0.0.1:1/0")])
def test_without_its_server_a_process_still_hears_itself(make):
    async def scenario():
        heard = []
        notifier = make()
        await notifier.start(heard.append)
        notifier.publish(Note(1, "log"))
        await asyncio.sleep(0)
        await notifier.stop()
        return heard
    assert asyncio.run(scenario()) == [Note(1, "log")]
