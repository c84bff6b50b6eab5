"""Log lines that cannot carry a message: numbers, names of ours and exception types; never a text from outside."""
from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

_FIELD_NAMES = """
event conversation message turn seq user operator action flow step intent confidence decision language owner epoch outcome ms status method route error
check adapter ticket queue worker lease attempt count bytes pid version model port channel subscriber kind
"""
FIELDS = frozenset(_FIELD_NAMES.split())
"""Names that `extra={...}` may carry into a line; any other is dropped."""

_NAME = re.compile(r"[\w.:/@+-]{1,80}")
_OWN = ("bot", "actions", "__main__")
# Loggers of others whose messages are fixed sentences about the server; all other foreign ones may quote a request.
_TRUSTED = ("uvicorn.error",)
_ROOT = Path(__file__).parents[2]


class SafeFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, text, fields, error. Never raises, so that no record is lost."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": _sentence(record),
        }
        line |= {name: _field(value) for name, value in vars(record).items() if name in FIELDS}
        if record.exc_info and record.exc_info[1] is not None:
            line |= _error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=lambda value: f"<{type(value).__name__}>")


def configure(level: int | str = logging.INFO, stream: IO[str] | None = None) -> None:
    """Send every record of the process through SafeFormatter to `stream` (standard error by default); earlier handlers go.

    Access logs are off: their lines hold addresses with tokens in them.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(SafeFormatter())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "django", "django.server", "django.request", "sanic.root", "rasa_sdk"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("uvicorn.access").disabled = True
    # A line a request, whose address holds Telegram's token; what goes wrong is logged by our own modules.
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _sentence(record: logging.LogRecord) -> str:
    """The message as it stands in the source, with numbers filled in; other arguments appear as their type."""
    own = record.name.split(".")[0] in _OWN
    if isinstance(record.msg, OSError) and record.msg.errno is not None:  # uvicorn's way of saying that a port is taken
        return os.strerror(record.msg.errno)
    if not isinstance(record.msg, str) or not (own or record.name in _TRUSTED or record.args):
        return f"({record.module}.{record.funcName}:{record.lineno})"
    if not record.args:
        return record.msg
    arguments = record.args
    try:
        if isinstance(arguments, dict):
            return record.msg % {name: _argument(value) for name, value in arguments.items()}
        return record.msg % tuple(_argument(value) for value in arguments)
    except (TypeError, ValueError, KeyError):
        return record.msg


def _argument(value: object) -> object:
    return value if value is None or isinstance(value, (bool, int, float)) else f"<{type(value).__name__}>"


def _field(value: object) -> object:
    """Numbers and short names pass; anything that could be a sentence is replaced by its type and length."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    text = str(value)
    return text if _NAME.fullmatch(text) else f"<{type(value).__name__} of {len(text)}>"


def _error(problem: BaseException) -> dict[str, object]:
    """Types and places of an exception and its causes. Its message stays out: it often quotes what it choked on."""
    types, current = [], problem
    while current is not None and len(types) < 5:
        types.append(type(current).__name__)
        current = current.__cause__ or current.__context__
    frames = traceback.extract_tb(problem.__traceback__)[-8:]
    return {"error": " < ".join(types), "at": [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]}


def _place(filename: str) -> str:
    path = Path(filename)
    return path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) and ".venv" not in path.parts else "/".join(path.parts[-2:])
