"""Log, leases, turns, desk, search, outbox and ladder once more, on PostgreSQL."""
from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from bot.home import ROOT

SUITES = {
    "conversations": ["tests/conversations/test_log.py", "tests/conversations/test_turns.py", "tests/conversations/test_waiting.py", "tests/desk/test_tickets.py"],
    "desk": ["tests/desk/test_ladder.py", "tests/desk/test_search.py", "tests/desk/mail/test_answers.py"],
    "outbox": ["tests/desk/outbox/test_going_out.py", "tests/desk/outbox/test_coming_in.py"],
}
OTHER_DESKS = "not request_tracker and not chatwoot and not zammad"
"""What a database does differently it does with one desk as with four."""


def reachable() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 5432)) == 0


@pytest.mark.skipif(not reachable(), reason="no PostgreSQL at 127.0.0.1:5432")
@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="already running on DATABASE_URL")
@pytest.mark.parametrize("suites", SUITES)
def test_the_same_suites_pass_on_postgresql(suites):
    import psycopg

    name = f"bot_test_{suites}_{os.getpid()}"
    with psycopg.connect("postgresql://postgres@127.0.0.1:5432/postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}")
        try:
            ran = subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", OTHER_DESKS, *SUITES[suites]], cwd=ROOT, capture_output=True, text=True, timeout=900,
                                 env={**os.environ, "DATABASE_URL": f"postgresql://postgres@127.0.0.1:5432/{name}"})
            assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
        finally:
            connection.execute(f"drop database {name} with (force)")
