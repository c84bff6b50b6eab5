"""A desk that is killed again and again: works through a list of tickets as visitors and an agent who insist. Run by bench/faults.py.

    python -m bench.drill        with BOT_HOME, ENGINE_URL and BOT_INTERNAL_PORT set; reads `TICKETS SECONDS` lines, one life each

Each life is a process of its own, forked from this one, which has everything imported and has opened nothing: a start takes
milliseconds instead of seconds. It is killed (SIGKILL) SECONDS after it was ready, or lives to its end (SECONDS `-`). The answer is a
line: `killed`, `finished`, or `failed`.
"""
from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import sys
import threading
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")

AGENT = "drill"
ANSWERS = ("您好，我在看。", "已经入账了。")
SAID = ("充值没到账", "还要多久")
START_SECONDS = 60
TICKET_SECONDS = 10
"""For one ticket, at most."""


async def work(tickets: int, ready: int) -> None:
    """All tickets, each from wherever the life before left it. `ready`: a file descriptor, written to when the desk is up."""
    import uvicorn

    from bot.config import config
    from bot.conversations import runtime
    from bot.conversations.database import run
    from bot.desk.models import Agent
    from bot.internal import internal_application

    class Listener(uvicorn.Server):
        @contextlib.contextmanager
        def capture_signals(self):
            yield

    serving = asyncio.create_task(Listener(uvicorn.Config(
        internal_application, host="127.0.0.1", port=config().internal_port, lifespan="off", log_config=None, access_log=False)).serve())
    await runtime.start(sweeps=True)
    agent = (await run(Agent.objects.get_or_create, username=AGENT, defaults={"alias": "A"}))[0]
    os.write(ready, b"!")
    for number in range(tickets):
        await _one(number, agent)
    serving.cancel()
    os._exit(0)  # no tidy end: nothing here may depend on one


async def _one(number: int, agent) -> None:
    from bot.conversations import opening
    from bot.conversations.database import run
    from bot.conversations.inbound import receive
    from bot.conversations.log import Inbound
    from bot.conversations.models import Message
    from bot.desk import handling
    from bot.desk.models import Ticket

    conversation = await run(opening.open_conversation, "web", f"drill-{number}", "zh-Hans")

    async def send(step: str, **what: str) -> None:
        await receive(Inbound(conversation.pk, f"{step}-{number:06d}", **what))
        while await run(Message.objects.filter(conversation=conversation, unanswered=True).exists):
            await asyncio.sleep(0.005)

    def ticket() -> Ticket | None:
        return Ticket.objects.filter(conversation=conversation).first()

    await send("first", text=SAID[0])
    await send("person", payload="/human_agent")
    found = await run(ticket)
    if found is None:
        raise RuntimeError(f"ticket {number} was lost")
    if found.state == Ticket.State.OPEN:
        await run(handling.take, found, agent)
    if found.state in (Ticket.State.OPEN, Ticket.State.TAKEN):
        await run(handling.reply, found, agent, ANSWERS[0], f"answer-{number:06d}-0")
        await send("more", text=SAID[1])
        await run(handling.reply, found, agent, ANSWERS[1], f"answer-{number:06d}-1")
        await run(handling.resolve, found, agent)


def life(tickets: int, seconds: float | None) -> str:
    """One life: killed `seconds` after it was ready, or left alone (None). Returns killed, finished or failed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            asyncio.run(work(tickets, writing))
        finally:
            os._exit(1)
    os.close(writing)
    try:
        # An end without a word closes the pipe as well.
        up = select.select([reading], [], [], START_SECONDS)[0] and os.read(reading, 1)
        status = _ended(child, (START_SECONDS + TICKET_SECONDS * tickets if seconds is None else seconds) if up else 0)
    finally:
        os.close(reading)
    if os.WIFEXITED(status):
        return "failed" if os.WEXITSTATUS(status) else "finished"
    return "killed" if up and seconds is not None else "failed"


def _ended(child: int, seconds: float) -> int:
    """How it ended; killed where it lives after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def main() -> int:
    import django

    django.setup()
    import uvicorn  # noqa: F401

    import bot.conversations.runtime
    import bot.internal  # noqa: F401
    from bot.conversations.sentences import content

    content()
    if threading.active_count() > 1:
        raise RuntimeError("a thread runs: what is forked now may hang")
    for line in sys.stdin:
        tickets, seconds = line.split()
        print(life(int(tickets), None if seconds == "-" else float(seconds)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
