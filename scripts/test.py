"""`make test`: the engine's suite in its environment, then the app's; either failing fails. The last line is pytest's of the app."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ["tests/engine", "tests/insight/understanding"]  # Rasa, scikit-learn and matplotlib live in its environment only
PURE = ["tests/text", "tests/references", "tests/dialogue"]  # run in both: these packages serve both


def suite(environment: str, *arguments: str) -> int:
    python = ROOT / ".venv" / environment / "bin" / "python"
    print(f"\n== {environment}: pytest {' '.join(arguments)}", flush=True)
    return subprocess.run([str(python), "-m", "pytest", "-p", "no:cacheprovider", *arguments], cwd=ROOT).returncode


def main() -> int:
    engine = suite("engine", *ENGINE, *PURE)
    # `pytest tests` from the app's environment leaves these out: Rasa does not live there. A file's tests stay together,
    # since the files share what is slow to start.
    app = suite("app", "tests", *(f"--ignore={folder}" for folder in ENGINE), "-m", "not faults", "-n", "2", "--dist", "loadfile", *sys.argv[1:])
    return engine or app


if __name__ == "__main__":
    sys.exit(main())
