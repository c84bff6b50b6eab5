"""Nodes and servers that the checks are asked about, and clean memories between tests."""
from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot.facts import asking, registry
from bot.facts.sources import read
from tests.facts import doubles, ethereum

NOW = datetime(2025, 12, 1, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_kept():
    registry.forget()
    asking.forget_failures()


@pytest.fixture(scope="session")
def chain():
    """A local Ethereum chain."""
    if ethereum.MISSING:
        pytest.skip("a local Ethereum chain needs node and npm's ganache (`make setup-dev` installs it)")
    made = ethereum.Chain()
    yield made
    made.stop()


@pytest.fixture
def serve():
    """Starts a double of doubles.py; all end with the test."""
    running = []

    def start(kind, *args, **more):
        running.append(kind(*args, **more))
        return running[-1]
    yield start
    for server in running:
        server.stop()


@pytest.fixture
def find():
    """find(name, args, coins=..., sources=..., identity="") -> Found."""
    def look(name, args, coins=None, sources=None, identity="", channels=None):
        tools = registry.Tools(lambda: NOW, read(coins or {}, sources or {}), channels or {}, identity)
        return asyncio.run(registry.find(name, args, tools))
    return look


__all__ = ["doubles"]
