"""Log, leases, turns and desk once more, on PostgreSQL."""
from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from bot.home import ROOT

SUITES = ["tests/conversations/test_log.py", "tests/conversations/test_turns.py", "tests/conversations/test_waiting.py", "tests/desk/test_tickets.py"]


def reachable() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", 5432)) == 0


@pytest.mark.skipif(not reachable(), reason="no PostgreSQL at 127.0.0.1:5432")
@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="already running on DATABASE_URL")
def test_the_same_suites_pass_on_postgresql():
    import psycopg

    name = f"bot_test_{os.getpid()}"
    with psycopg.connect("postgresql://postgres@127.0.0.1:5432/postgres", autocommit=True) as connection:
        connection.execute(f"create database {name}")
        try:
            ran = subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *SUITES], cwd=ROOT, capture_output=True, text=True, timeout=240,
                                 env={**os.environ, "DATABASE_URL": f"postgresql://postgres@127.0.0.1:5432/{name}"})
            assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
        finally:
            connection.execute(f"drop database {name} with (force)")
