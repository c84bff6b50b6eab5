"""`bot outbox` as an operator types it."""
from __future__ import annotations

import json
import os
import subprocess
import sys

from bot.home import ROOT


def test_the_command_lists_retries_and_drops_and_says_what_cannot_be_done(tmp_path):
    environment = {**{name: value for name, value in os.environ.items() if name != "DATABASE_URL"}, "BOT_HOME": str(tmp_path), "SECRET_KEY": "s" * 40, "ENGINE_SECRET": "e" * 40}

    def outbox(*arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, "-m", "bot.cli", "outbox", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)

    before = outbox("list")
    assert (before.returncode, before.stdout) == (2, "")
    assert "bot run" in before.stderr
    subprocess.run([sys.executable, "-m", "bot.prepare"], cwd=ROOT, env=environment, check=True, capture_output=True)
    assert (outbox("list").returncode, outbox("list").stdout) == (0, "")
    assert json.loads(outbox("retry").stdout) == {"retried": 0}
    wrong = outbox("drop", "7", "--why", "gone")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "row 7 does not wait" in wrong.stderr
    assert outbox("drop", "7").returncode == 2
