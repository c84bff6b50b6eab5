"""A bot of a command's own: free ports, a throw-away home with a fresh database, the current model, no rate limits."""
from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.commands import CommandError, tell
from bot.commands.client import Address
from bot.commands.run import prepare
from bot.commands.train import train
from bot.home import Home
from bot.stack import Ports, Stack, StackFailed


@contextlib.contextmanager
def own_stack(now: str | None = None) -> Iterator[Address]:
    """Starts it, yields where it is, and removes every trace of it. Raises CommandError(code 1) where it does not start."""
    model = train(Home.from_environment())
    with tempfile.TemporaryDirectory(prefix="bot-") as folder:
        home = Home(Path(folder))
        home.make()
        extra = {"BOT_RATE_LIMITS": "off", "DATABASE_URL": "", "REDIS_URL": "", "WORKER": "internal"} | ({"BOT_NOW": now} if now else {})
        stack = Stack(home, Ports.free(), model, extra)
        tell("starting a bot of its own for this command ...")
        try:
            stack.start_engine()
            operator = prepare(stack)
            stack.start_app()
            stack.wait_ready()
            yield Address(stack.url, stack.internal_url, home.secrets()["ENGINE_SECRET"], (operator["username"], operator["password"]))
        except StackFailed as error:
            raise CommandError(str(error), 1) from error
        finally:
            stack.stop()
