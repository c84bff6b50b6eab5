"""Hands a job to the part of bot/insight that runs in the engine's environment: a process of its own, JSON in, JSON out.

As `bot train` starts `rasa`, so the app's environment needs neither scikit-learn nor matplotlib.
"""
from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from typing import Any

from bot.home import ROOT

PYTHON = ROOT / ".venv" / "engine" / "bin" / "python"


class JobFailed(Exception):
    """The job broke off or refused its input; the message is its last line."""


def run(job: str, given: Mapping[str, Any], tell: bool = False) -> dict[str, Any]:
    """The answer to a job of bot/insight/understanding/__main__.py. With `tell` its progress goes to stderr. Raises JobFailed."""
    env = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"}
    try:
        with subprocess.Popen([str(PYTHON), "-m", "bot.insight.understanding", job], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=None if tell else subprocess.PIPE) as process:
            answer, said = process.communicate(json.dumps(given).encode())
    except OSError as error:
        raise JobFailed(f"the engine's environment cannot be started ({error.strerror}); run `make setup`") from error
    if process.returncode:
        lines = (said or b"").decode("utf-8", "replace").strip().splitlines()
        raise JobFailed(lines[-1][:300] if lines else f"{job} broke off with code {process.returncode}")
    return json.loads(answer)
