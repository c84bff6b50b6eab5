"""Kill -9 of the app or the engine at each point of a turn, as real processes: afterwards one answer, one ticket, nothing lost."""
from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest

from bot.conversations.faults import POINTS
from bot.home import ROOT
from bot.stack import Ports

pytestmark = pytest.mark.faults
STUB = Path(__file__).parent / "engine_stub.py"
SECRETS = {"SECRET_KEY": "k" * 40, "ENGINE_SECRET": "e" * 40}
ENOUGH_SECONDS = 40


class Site:
    """App and engine as processes on a home of their own."""

    def __init__(self, home: Path, token: str = "") -> None:
        self.home, self.ports, self.token = home, Ports.free(), token
        self.app = self.engine = None

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "WORKER")}
        return {**kept, **SECRETS, "BOT_HOME": str(self.home), "BOT_PORT": str(self.ports.public), "BOT_INTERNAL_PORT": str(self.ports.internal),
                "ENGINE_URL": f"http://127.0.0.1:{self.ports.engine}", "BOT_RATE_LIMITS": "off", **more}

    def start_app(self, **more: str) -> None:
        with (self.home / "app.log").open("ab") as log:
            self.app = subprocess.Popen([sys.executable, "-m", "bot.serve"], cwd=ROOT, env=self.environment(**more), stdout=log, stderr=log)
        self.until(lambda: self.call("GET", "/healthz"))

    def start_engine(self, **more: str) -> None:
        self.engine = subprocess.Popen([sys.executable, str(STUB), str(self.ports.engine), f"http://127.0.0.1:{self.ports.internal}/webhook"],
                                       env=self.environment(**more), stderr=subprocess.DEVNULL)
        self.until(lambda: urllib.request.urlopen(f"http://127.0.0.1:{self.ports.engine}/webhooks/engine/ready", timeout=1).status == 200)

    def stop(self) -> None:
        for process in (self.app, self.engine):
            if process and process.poll() is None:
                process.send_signal(signal.SIGKILL)
                process.wait()

    def until(self, true) -> None:
        end = time.monotonic() + ENOUGH_SECONDS
        while True:
            try:
                if true():
                    return
            except (OSError, urllib.error.URLError, AssertionError):
                pass
            assert time.monotonic() < end, (self.home / "app.log").read_text("utf-8")[-3000:]
            time.sleep(0.1)

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports.public}{path}", method=method,
                                         data=json.dumps(body).encode() if body is not None else None,
                                         headers={"Content-Type": "application/json", **({"Authorization": f"Bearer {self.token}"} if self.token else {})})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.loads(answer.read())

    def arrive(self) -> None:
        self.token = self.call("POST", "/api/session", {"language": "zh-Hans"})["token"]

    def send(self, client_id: str, **body: str) -> int:
        return self.call("POST", "/api/messages", {"client_id": client_id, **body})["seq"]

    def messages(self) -> list[dict]:
        return self.call("GET", "/api/messages?after=0")["messages"]

    def answered(self, seq: int) -> bool:
        return any(each.get("reply_to") == seq for each in self.messages()) and self.rows("select count(*) from conversations_message where unanswered") == [(0,)]

    def rows(self, query: str) -> list[tuple]:
        connection = sqlite3.connect(f"file:{self.home / 'bot.sqlite3'}?mode=ro", uri=True)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def insist(self, client_id: str, **body: str) -> int:
        """Sends as the page does: again with the same client_id until it is taken."""
        numbers: list[int] = []

        def taken() -> bool:
            numbers.append(self.send(client_id, **body))
            return True
        self.until(taken)
        return numbers[-1]


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A home where a visitor has begun a flow, and the visitor's token. Made once: starting processes is what these tests spend time on."""
    site = Site(tmp_path_factory.mktemp("begun"))
    subprocess.run([sys.executable, "-m", "bot.prepare"], cwd=ROOT, env=site.environment(), check=True, capture_output=True)
    try:
        site.start_engine()
        site.start_app()
        site.arrive()
        first = site.send(uuid.uuid4().hex, text="充值没到账")
        site.until(lambda: site.answered(first))
        secret = site.send(uuid.uuid4().hex, text="密码是 Qwe!2023abc")
        site.until(lambda: site.answered(secret))
        site.app.send_signal(signal.SIGTERM)
        site.app.wait(ENOUGH_SECONDS)
    finally:
        site.stop()
    return site


@pytest.fixture
def site(begun, tmp_path):
    shutil.copytree(begun.home, tmp_path / "home")
    site = Site(tmp_path / "home", begun.token)
    yield site
    site.stop()


def check(site: Site, seq: int) -> None:
    """One hand-off: answered once, with one ticket that the visitor knows."""
    site.until(lambda: site.answered(seq))
    tickets = site.rows("select number, epoch from desk_ticket")
    assert len(tickets) == 1
    numbered = [each for each in site.messages() if tickets[0][0] in each["text"]]
    assert len(numbered) == 1
    assert numbered[0]["reply_to"] == seq
    assert [each["seq"] for each in site.messages()] == list(range(1, len(site.messages()) + 1))
    assert site.rows("select owner, epoch from conversations_conversation") == [("waiting", 1)]


@pytest.mark.parametrize("point", POINTS)
def test_the_app_is_killed_during_a_hand_off(site, point):
    site.start_engine()
    site.start_app(BOT_FAULT=point, BOT_TESTING="1")
    client_id = uuid.uuid4().hex
    with contextlib.suppress(OSError):  # killed before it could say that it has it
        site.send(client_id, payload="/human_agent")
    assert site.app.wait(ENOUGH_SECONDS) == -signal.SIGKILL
    site.start_app()
    check(site, site.insist(client_id, payload="/human_agent"))


@pytest.mark.parametrize("point", ["before_action", "after_action"])
def test_the_engine_is_killed_during_a_hand_off(site, point):
    site.start_engine(STUB_FAULT=point)
    site.start_app()
    seq = site.send(uuid.uuid4().hex, payload="/human_agent")
    assert site.engine.wait(ENOUGH_SECONDS) == -signal.SIGKILL
    site.start_engine()
    check(site, seq)


def test_a_fault_named_outside_of_tests_does_nothing(site):
    site.start_engine()
    site.start_app(BOT_FAULT="after_action")
    seq = site.send(uuid.uuid4().hex, payload="/human_agent")
    check(site, seq)
    assert site.app.poll() is None


def test_nothing_of_a_secret_is_anywhere_in_the_home(begun):
    files = [path for path in begun.home.rglob("*") if path.is_file()]
    assert files
    for file in files:
        assert b"Qwe!2023abc" not in file.read_bytes(), file.name
