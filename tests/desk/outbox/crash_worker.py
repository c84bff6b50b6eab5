"""The site that tests/desk/outbox/test_crash.py kills: writes tickets and messages and delivers them, life after life, from one prepared process.

    python crash_worker.py run KILLS TICKETS MESSAGES    prints {"kills", "points"} when all is delivered
    python crash_worker.py report                        prints what the database holds
"""
from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
django.setup()

from bot.conversations import log  # noqa: E402
from bot.conversations.database import run  # noqa: E402
from bot.desk.models import Ticket  # noqa: E402
from bot.desk.outbox import delivery, queue  # noqa: E402
from bot.desk.outbox.courier import Courier  # noqa: E402
from bot.desk.outbox.models import Link, OutboxRow  # noqa: E402

queue.FIRST_SECONDS, queue.SETTLE_SECONDS, queue.TIMEOUT_SECONDS, queue.MOST_SECONDS, queue.MOST_PAUSE_SECONDS = 0.05, 0.3, 0.3, 1.0, 1.0
NEVER_SECONDS = 2400
PATIENCE_SECONDS = 5.0
"""For a life to reach the point where it is to die."""


def visitor(number: int) -> str:
    return f"crash-{number:03d}"


def write(number: int, messages: int) -> None:
    """Ticket `number` with its messages, or what of it is missing."""
    from tests.desk.outbox.conftest import hand_off

    conversation = log.open_conversation("web", visitor(number))
    if not Ticket.objects.filter(conversation=conversation).exists():
        hand_off(visitor(number), f"ticket {number}")
    for message in range(messages):
        log.append_inbound(log.Inbound(conversation.pk, f"say-{number:03d}-{message:03d}", text=f"{number}.{message}"))


async def live(tickets: int, messages: int) -> None:
    """One life: goes on where the last one ended, until everything is there."""
    await run(queue.break_all)
    courier = Courier("crash", lambda conversation: None)
    writing = asyncio.create_task(produce(tickets, messages))
    while True:
        await courier.round()
        await asyncio.sleep(0.02)
        if writing.done():
            writing.result()
            if not await run(OutboxRow.objects.filter(done=None).exists):
                await run(Link.objects.exclude(remote="").update, look_at=queue.clock.now())
                await courier.round()
                await courier.settled()
                os._exit(0)


async def produce(tickets: int, messages: int) -> None:
    order = list(range(tickets))
    random.shuffle(order)
    for number in order:
        await run(write, number, messages)


def main_run(kills: int, tickets: int, messages: int) -> None:
    """Forks a life, kills it, forks the next: at a named point, or wherever it happens to be."""
    died, points, end = 0, {}, time.monotonic() + NEVER_SECONDS
    while time.monotonic() < end:
        point = random.choice(delivery.FAULTS) if died < kills and random.random() < 0.5 else ""
        child = os.fork()
        if child == 0:
            os.environ["BOT_FAULT"], os.environ["BOT_TESTING"] = point, "1"
            try:
                asyncio.run(live(tickets, messages))
            finally:
                os._exit(3)
        status = wait(child, None if died >= kills else PATIENCE_SECONDS if point else random.uniform(0.05, 1.2))
        if os.WIFSIGNALED(status):
            died += 1
            points[point or "anywhere"] = points.get(point or "anywhere", 0) + 1
        elif os.WEXITSTATUS(status) == 0 and died >= kills:
            print(json.dumps({"kills": died, "points": points}))
            return
        elif os.WEXITSTATUS(status) == 0:
            tickets += 2  # it got through before all kills were used up: more work
            print(f"more work: {tickets}", file=sys.stderr)
        else:
            sys.exit(f"a life ended with {os.WEXITSTATUS(status)}")
    sys.exit("it never ended")


def wait(child: int, seconds: float | None) -> int:
    """How it ended; killed after `seconds`, if it lived so long."""
    end = time.monotonic() + seconds if seconds is not None else None
    while True:
        ended, status = os.waitpid(child, os.WNOHANG if end else 0)
        if ended:
            return status
        if time.monotonic() >= end:
            os.kill(child, signal.SIGKILL)
            return os.waitpid(child, 0)[1]
        time.sleep(0.005)


def main_report() -> None:
    from bot.desk import audit

    found = []
    for link in Link.objects.select_related("ticket__conversation").order_by("pk"):
        messages = log.events_after(link.ticket.conversation_id, 0, 5000)
        found.append({"visitor": link.ticket.conversation.visitor, "number": link.ticket.number, "remote": link.remote,
                      "said": [each["text"] for each in messages if each["author"] == "user"][1:], "answers": [each["text"] for each in messages if each["author"] == "agent"]})
    print(json.dumps({"tickets": found, "faults": audit.verify().faults, "waiting": OutboxRow.objects.filter(done=None).count()}))


if __name__ == "__main__":
    main_report() if sys.argv[1] == "report" else main_run(*map(int, sys.argv[2:]))
