"""A running door for these tests: the app as `bot run` starts it, on real ports with a real SQLite database, and a stand-in for the engine."""
from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from bot.home import ROOT, Home
from bot.stack import Ports, Stack

STUB = Path(__file__).parent / "engine_stub.py"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Door:
    """A running app. `secret` signs its visitors' tokens."""

    stack: Stack
    secret: str

    @property
    def url(self) -> str:
        return self.stack.url

    def call(self, method: str, path: str, *, json_body: Any = None, data: bytes | None = None, token: str = "", **headers: str) -> Answer:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if json_body is not None:
            data = json.dumps(json_body).encode()
            headers.setdefault("Content-Type", "application/json")
        if token:
            headers["Authorization"] = f"Bearer {token}"
        # The connection stays open: a server that closes it on a body it did not want takes its own answer away.
        connection = HTTPConnection("127.0.0.1", self.stack.ports.public, timeout=20)
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def visitor(self, language: str = "zh-Hans") -> Visitor:
        return Visitor(self, self.call("POST", "/api/session", json_body={"language": language}).json["token"])


@dataclass
class Visitor:
    """Somebody with a token."""

    door: Door
    token: str

    def send(self, **body: Any) -> Answer:
        return self.door.call("POST", "/api/messages", json_body={"client_id": uuid.uuid4().hex, **body}, token=self.token)

    def upload(self, content: bytes, name: str = "shot.png", client_id: str | None = None, kind: str = "image/png") -> Answer:
        line = uuid.uuid4().hex
        parts = (f'--{line}\r\nContent-Disposition: form-data; name="client_id"\r\n\r\n{client_id or uuid.uuid4().hex}\r\n'
                 f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {kind}\r\n\r\n').encode()
        return self.door.call("POST", "/api/files", data=parts + content + f"\r\n--{line}--\r\n".encode(), token=self.token,
                              Content_Type=f"multipart/form-data; boundary={line}")

    def history(self, after: int = 0) -> list[dict]:
        return self.door.call("GET", f"/api/messages?after={after}", token=self.token).json["messages"]

    def wait_for(self, true: Callable[[list[dict]], bool]) -> list[dict]:
        until = time.monotonic() + 15
        while not true(messages := self.history()):
            assert time.monotonic() < until, f"did not come; there is: {messages}"
            time.sleep(0.05)
        return messages

    @contextlib.contextmanager
    def stream(self, after: int = 0, **headers: str) -> Iterator[Reader]:
        connection = HTTPConnection("127.0.0.1", self.door.stack.ports.public, timeout=20)
        try:
            connection.request("GET", f"/api/stream?after={after}",
                               headers={"Authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}})
            yield Reader(connection.getresponse())
        finally:
            connection.close()


@dataclass
class Reader:
    """Reads events of an open stream."""

    response: Any
    seen: list[dict] = field(default_factory=list)

    def next(self) -> dict:
        """The next event {id, event, data}; {} at the end. Comments and bare `retry:` lines are passed over."""
        event: dict[str, Any] = {}
        while line := self.response.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if name and value:
                event[name] = json.loads(value) if name == "data" else value
            elif line == "\n":
                if "data" in event:
                    self.seen.append(event)
                    return event
                event = {}
        return {}

    def message(self, true: Callable[[dict], bool] = lambda message: True) -> dict:
        """The next message for which `true` holds."""
        while event := self.next():
            if event["event"] == "message" and true(event["data"]):
                return event
        raise AssertionError(f"the stream ended; seen: {self.seen}")


@contextlib.contextmanager
def running(folder: Path, **extra: str) -> Iterator[Door]:
    """Starts the stand-in and the app, and ends both."""
    home = Home(folder)
    home.make()
    stack = Stack(home, Ports.free(), Path("unused"), {"DATABASE_URL": "", "REDIS_URL": "", "WORKER": "internal", **extra})
    stack.engine = subprocess.Popen([sys.executable, str(STUB), str(stack.ports.engine)], stdin=subprocess.DEVNULL)
    try:
        subprocess.run([sys.executable, "-m", "django", "migrate", "--no-input", "-v0", "--settings", "bot.settings"], cwd=ROOT,
                       env=stack.environment, check=True, timeout=120)
        stack.start_app()
        stack.wait_ready(60)
        yield Door(stack, home.secrets()["SECRET_KEY"])
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """An app without rate limits, for all tests of this folder that do not break it."""
    with running(tmp_path_factory.mktemp("door"), BOT_RATE_LIMITS="off") as door:
        yield door


@pytest.fixture(scope="session")
def start_door(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., contextlib.AbstractContextManager[Door]]:
    """Starts a door of a test's own, with environment variables of its own."""
    return lambda **extra: running(tmp_path_factory.mktemp("door"), **extra)


@pytest.fixture
def visitor(door: Door) -> Visitor:
    return door.visitor()
