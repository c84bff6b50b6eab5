"""Rasa's own command works from the root with nothing but the engine's environment."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_rasa_finds_no_contradiction_in_rules_domain_and_examples() -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "ENGINE_"))}
    done = subprocess.run([Path(sys.executable).parent / "rasa", "data", "validate", "--domain", "domain.yml", "--data", "data"], cwd=ROOT, env=clean,
                          capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-2000:]
    assert "No story structure conflicts found" in said
