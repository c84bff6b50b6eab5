"""The type of the --now argument."""
from __future__ import annotations

import argparse
from datetime import datetime


def moment(text: str) -> str:
    """An ISO 8601 time with its zone, as given. Raises argparse.ArgumentTypeError."""
    try:
        when = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time like 2025-12-02T09:00:00+08:00") from None
    if when.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no zone; write for example {text}+08:00")
    return when.isoformat()
