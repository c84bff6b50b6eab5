"""The examples of docs/widget.md that sign a user's token, run as they stand there: the door believes what each of them makes."""
from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[3] / "docs" / "widget.md"
KEY = "the-exchange-s-own-key-0123456789-0123456789"
USER = {"id": 88412345, "uid": "88412345", "email": "wei.lin@example.com"}
CALLS = {
    "python": ("{example}\nimport json, os, types\nKEY = os.environ['SUPPORT_CHAT_KEY']\nprint(support_token(types.SimpleNamespace(**json.loads(os.environ['USER_JSON']))), end='')\n", [sys.executable, "-c"]),
    "js": ("{example}\nprocess.stdout.write(supportToken(JSON.parse(process.env.USER_JSON)));\n", ["node", "--input-type=module", "-e"]),
    "php": ("{example}\necho support_token(json_decode(getenv('USER_JSON')));\n", ["php", "-r"]),
}
PACKAGES = {"js": "nodejs", "php": "php-cli"}


@pytest.fixture(scope="module")
def door(start_door):
    with start_door(IDENTITY_KEYS=KEY, BOT_RATE_LIMITS="off") as door:
        yield door


def example(language: str) -> str:
    """The one block of this language in the page's part on signed-in users."""
    part = DOCS.read_text("utf-8").split("## Signed-in users")[1].split("\n## ")[0]
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", part, re.M | re.S)
    return found


@pytest.mark.parametrize("language", CALLS)
def test_an_example_s_token_signs_its_user_in(door, language):
    call, command = CALLS[language]
    if not shutil.which(command[0]):
        pytest.skip(f"no {command[0]}: install the package {PACKAGES[language]}")
    made = subprocess.run([*command, call.replace("{example}", example(language))], capture_output=True, text=True, timeout=30,
                          env={**os.environ, "SUPPORT_CHAT_KEY": KEY, "USER_JSON": json.dumps(USER)})
    assert made.returncode == 0, made.stderr
    answer = door.call("POST", "/api/session", json_body={"identity": made.stdout})
    assert (answer.status, answer.json.get("user")) == (200, True)
    again = door.call("POST", "/api/session", json_body={"identity": made.stdout}).json
    assert (again["who"], again["conversation"]) == (answer.json["who"], answer.json["conversation"])


@pytest.mark.parametrize("language", CALLS)
def test_an_example_with_another_key_signs_nobody_in(door, language):
    call, command = CALLS[language]
    if not shutil.which(command[0]):
        pytest.skip(f"no {command[0]}: install the package {PACKAGES[language]}")
    made = subprocess.run([*command, call.replace("{example}", example(language))], capture_output=True, text=True, timeout=30,
                          env={**os.environ, "SUPPORT_CHAT_KEY": "x" * 40, "USER_JSON": json.dumps(USER)})
    refused = door.call("POST", "/api/session", json_body={"identity": made.stdout})
    assert (refused.status, refused.json["code"]) == (401, "identity")
