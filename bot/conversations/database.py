"""Runs short database functions away from the event loop, on one bounded pool of threads. Not for anything that waits on a network."""
from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, TypeVar

from django.db import close_old_connections

from bot.config import config

Result = TypeVar("Result")


async def run(function: Callable[..., Result], *arguments: Any, **named: Any) -> Result:
    """Runs a synchronous function on the pool and returns its result; its exceptions come through.

    Each thread keeps one connection. Django closes connections at the end of its own requests only, so a stale or broken one
    is dropped here, before it can fail a message.
    """
    return await asyncio.get_running_loop().run_in_executor(_pool(), partial(_fresh, function, *arguments, **named))


def _fresh(function: Callable[..., Result], *arguments: Any, **named: Any) -> Result:
    close_old_connections()
    try:
        return function(*arguments, **named)
    finally:
        close_old_connections()


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(config().database_threads, thread_name_prefix="database")
