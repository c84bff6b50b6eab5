"""The verbs of the `bot` command, one module each: `arguments(parser)` and `run(args) -> exit code`."""
from __future__ import annotations

import sys


class CommandError(Exception):
    """Ends a command with one sentence. `code`: 1 the stack failed, 2 bad input."""

    def __init__(self, message: str, code: int = 2):
        super().__init__(message)
        self.code = code


def tell(text: str) -> None:
    """Progress, for a person: stderr."""
    print(text, file=sys.stderr, flush=True)
