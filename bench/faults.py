"""Kills a desk at random moments of hand-offs, answers and resolutions, and counts what was lost or doubled. A measurement of what must be zero."""
from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.drill import ANSWERS, SAID
from bot.config import ROOT
from bot.stack import Ports

KILLS, TICKETS = 200, 100
STUB = ROOT / "tests" / "conversations" / "engine_stub.py"
LONGEST_LIFE = 1.5
"""Seconds after `ready` within which a life ends. Some end at once, some bring a ticket or two to its end."""
SECRETS = {"SECRET_KEY": "k" * 40, "ENGINE_SECRET": "e" * 40, "DATABASE_URL": "", "REDIS_URL": "", "WORKER": ""}


def measure(kills: int = KILLS, tickets: int = TICKETS, seed: int = 1) -> dict[str, float]:
    """{"faults.injected", "faults.lost", "faults.doubled"}."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        home, ports = Path(folder), Ports.free()
        environment = {**os.environ, **SECRETS, "BOT_HOME": folder, "BOT_INTERNAL_PORT": str(ports.internal), "BOT_PORT": str(ports.public),
                       "ENGINE_URL": f"http://127.0.0.1:{ports.engine}"}
        subprocess.run([sys.executable, "-m", "bot.prepare"], cwd=ROOT, env=environment, check=True, capture_output=True)
        engine = subprocess.Popen([sys.executable, str(STUB), str(ports.engine), f"http://127.0.0.1:{ports.internal}/webhook"], env=environment,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            injected = _lives(environment, home, kills, tickets, chance)
            return {"faults.injected": injected, **_count(home / "bot.sqlite3", tickets, environment)}
        finally:
            engine.kill()
            engine.wait()


def _lives(environment: dict[str, str], home: Path, kills: int, tickets: int, chance: random.Random) -> int:
    """Lives until there were `kills` and one has finished all tickets. Returns the kills."""
    injected = 0
    with (home / "drill.log").open("ab") as log, subprocess.Popen(
            [sys.executable, "-m", "bench.drill"], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True) as desk:
        while True:
            # Kills are spread over the tickets: the first lives may work on a part of them only.
            share = tickets if injected >= kills else max(1, tickets * injected // kills)
            seconds = f"{chance.uniform(0, LONGEST_LIFE):.4f}" if injected < kills else "-"
            with contextlib.suppress(BrokenPipeError):
                print(share, seconds, file=desk.stdin, flush=True)
            ended = desk.stdout.readline().strip()
            if ended not in ("killed", "finished"):
                raise RuntimeError("the desk failed: " + (home / "drill.log").read_text("utf-8")[-2000:])
            injected += ended == "killed"
            if ended == "finished" and injected >= kills and share == tickets:
                desk.stdin.close()
                return injected


def _count(database: Path, tickets: int, environment: dict[str, str]) -> dict[str, float]:
    """What is missing and what is there twice, ticket by ticket, and in the audit log."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    lost = doubled = 0

    def exactly(wanted: int, found: int) -> None:
        nonlocal lost, doubled
        lost += max(0, wanted - found)
        doubled += max(0, found - wanted)

    try:
        def one(query: str, *values: object) -> int:
            return connection.execute(query, values).fetchone()[0]

        conversations = connection.execute("select id, last_seq from conversations_conversation where visitor like 'drill-%'").fetchall()
        exactly(tickets, len(conversations))
        for pk, last_seq in conversations:
            rows = connection.execute("select id, number, state from desk_ticket where conversation_id = ?", [pk]).fetchall()
            exactly(1, len(rows))
            for ticket, number, state in rows:
                exactly(1, int(state == "resolved"))
                exactly(2, one("select count(*) from conversations_message where conversation_id = ? and author != 'user' and text like ?", pk, f"%{number}%"))
                exactly(1, one("select count(*) from desk_promise where ticket_id = ? and kind = 'first_reply'", ticket))
                exactly(0, one("select count(*) from desk_timer where ticket_id = ? and fired is null", ticket))
                for deed, wanted in (("opened", 1), ("taken", 1), ("replied", 2), ("said", 1), ("resolved", 1)):
                    exactly(wanted, one("select count(*) from desk_auditentry where subject = ? and action = ?", f"ticket:{number}", f"ticket.{deed}"))
            for text in ANSWERS:
                exactly(1, one("select count(*) from conversations_message where conversation_id = ? and author = 'agent' and text = ?", pk, text))
            for text in SAID:
                exactly(1, one("select count(*) from conversations_message where conversation_id = ? and author = 'user' and text = ?", pk, text))
            exactly(last_seq, one("select count(*) from conversations_message where conversation_id = ?", pk))
            exactly(0, one("select count(*) from conversations_message where conversation_id = ? and unanswered", pk))
    finally:
        connection.close()
    verified = subprocess.run([sys.executable, "-m", "bot.cli", "audit", "verify"], cwd=ROOT, env=environment, capture_output=True)
    exactly(1, int(verified.returncode == 0))
    return {"faults.lost": lost, "faults.doubled": doubled}
