"""No text from outside reaches a log line."""
from __future__ import annotations

import ast
import errno
import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.safety.logging import SafeFormatter

ROOT = Path(__file__).parents[2]
SECRET = "密码是 Qwe!2023abc"


@pytest.fixture
def lines():
    """A logger's factory and the lines written through it so far."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(SafeFormatter())
    made = []

    def logger(name):
        found = logging.getLogger(name)
        found.addHandler(handler)
        found.setLevel(logging.DEBUG)
        found.propagate = False
        made.append(found)
        return found

    logger.read = lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.raw = stream.getvalue
    yield logger
    for used in made:
        used.removeHandler(handler)
        used.propagate = True


def test_numbers_and_declared_fields_pass(lines):
    lines("bot.trial").info("turn took %d ms", 12, extra={"turn": "t-17", "flow": "deposit_missing", "ms": 12.5})
    (line,) = lines.read()
    assert line["text"] == "turn took 12 ms"
    assert (line["turn"], line["flow"], line["ms"], line["level"], line["logger"]) == ("t-17", "deposit_missing", 12.5, "info", "bot.trial")


def test_texts_in_arguments_fields_and_exceptions_stay_out(lines):
    logger = lines("bot.trial")
    logger.warning("heard %s", SECRET)
    logger.warning("heard %(text)s", {"text": SECRET})
    logger.warning("heard", extra={"flow": SECRET, "said": SECRET})
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as error:
            raise ValueError(SECRET) from error
    except ValueError:
        logger.exception("turn failed", extra={"turn": "t-1"})
    assert "Qwe" not in lines.raw()
    last = lines.read()[-1]
    assert last["error"] == "ValueError < KeyError"
    assert last["at"][-1].startswith("tests/safety/test_logging.py:")


def test_a_library_that_writes_texts_into_its_sentences_is_kept_to_its_place(lines):
    lines("aiohttp.trial").info(f"got {SECRET}")
    (line,) = lines.read()
    assert "Qwe" not in lines.raw()
    assert line["logger"] == "aiohttp.trial"
    assert "test_logging." in line["text"]


def test_the_system_s_own_words_for_a_failure_pass(lines):
    lines("uvicorn.error").error(OSError(errno.EADDRINUSE, SECRET))
    assert lines.read()[0]["text"] == os.strerror(errno.EADDRINUSE)
    assert "Qwe" not in lines.raw()


def test_a_record_that_does_not_fit_its_arguments_is_not_lost(lines):
    lines("bot.trial").info("only %d", "text")
    lines("bot.trial").info({"text": SECRET})
    assert [line["level"] for line in lines.read()] == ["info", "info"]
    assert "Qwe" not in lines.raw()


def test_configuring_leaves_one_way_out_for_every_logger():
    code = "import io, logging, sys; from bot.safety.logging import configure; logging.basicConfig(); out = io.StringIO(); configure(stream=out); " \
           "logging.getLogger('django.request').error('Bad Request: %s', '/api?token=Qwe'); logging.getLogger('uvicorn.access').info('GET %s', '/?token=Qwe'); " \
           "logging.getLogger('x').error('Qwe'); print(len(out.getvalue().splitlines()), 'Qwe' in out.getvalue())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert (done.stdout.strip(), done.stderr) == ("2 False", "")


def test_no_log_call_of_ours_builds_its_sentence_from_values():
    offenders = []
    for folder in ("bot", "actions"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text("utf-8"))):
                if (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("debug", "info", "warning", "error", "exception", "critical")
                        and isinstance(call.func.value, ast.Name) and "log" in call.func.value.id.lower()
                        and call.args and not isinstance(call.args[0], ast.Constant)):
                    offenders.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    assert not offenders, "write log.info('took %d ms', ms, extra={...}) instead: " + ", ".join(offenders)
