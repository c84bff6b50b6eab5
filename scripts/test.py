"""`make test`: the engine's suite in its environment, then the app's; either failing fails. The last line is pytest's of the app."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PURE = ["tests/text", "tests/references", "tests/dialogue"]  # run in both: these packages serve both


def suite(environment: str, *arguments: str) -> int:
    python = ROOT / ".venv" / environment / "bin" / "python"
    print(f"\n== {environment}: pytest {' '.join(arguments)}", flush=True)
    return subprocess.run([str(python), "-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd=ROOT).returncode


def main() -> int:
    engine = suite("engine", "tests/engine", *PURE)
    # `pytest tests` from the app's environment leaves tests/engine out: Rasa does not live there.
    app = suite("app", "tests", "--ignore=tests/engine", "-m", "not faults", *sys.argv[1:])
    return engine or app


if __name__ == "__main__":
    sys.exit(main())
