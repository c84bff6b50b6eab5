"""A running door with people of every role and visitors who wait, and agents who talk to the console's interface as its page does."""
from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import pytest

HERE = Path(__file__).parent
PASSWORD = "a long enough one"


def _channels() -> ModuleType:
    """tests/channels/conftest.py: how a door is started, and a visitor."""
    path = HERE.parents[1] / "channels" / "conftest.py"
    spec = importlib.util.spec_from_file_location("running_door", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


channels = _channels()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A door of this module's own, with its people."""
    with channels.running(tmp_path_factory.mktemp("desk"), BOT_RATE_LIMITS="off") as door:
        seed(door, 0)
        yield door


def seed(door: Any, tickets: int) -> list[dict[str, str]]:
    environment = {**door.stack.environment, "DJANGO_SETTINGS_MODULE": "bot.settings"}
    done = subprocess.run([sys.executable, str(HERE / "seed.py"), str(tickets)], env=environment, cwd=HERE.parents[2], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@dataclass
class Case:
    """A ticket that waits, and its visitor."""

    number: str
    visitor: Any


@pytest.fixture(scope="module")
def cases(desk: Any) -> Callable[[int], list[Case]]:
    """Makes so many."""
    return lambda count: [Case(made["number"], channels.Visitor(desk, made["token"])) for made in seed(desk, count)]


@pytest.fixture(scope="module")
def stock() -> list[Case]:
    return []


@pytest.fixture
def waiting(stock: list[Case], cases: Callable[[int], list[Case]]) -> Case:
    """A ticket of this test's own; twenty are made at a time."""
    if not stock:
        stock += cases(20)
    return stock.pop()


@pytest.fixture
def audited(desk: Any) -> Callable[[str], list[str]]:
    """The audit log's actions on a ticket."""
    def read(number: str) -> list[str]:
        with closing(sqlite3.connect(desk.stack.home.path / "bot.sqlite3")) as database:
            return [action for action, in database.execute("select action from desk_auditentry where subject = ? order by seq", [f"ticket:{number}"])]
    return read


@dataclass
class Staff:
    """Somebody signed in at the desk; cookies as a browser keeps them."""

    door: Any
    name: str
    cookies: dict[str, str]

    def call(self, method: str, path: str, body: Any = None, *, mark: bool = True, data: bytes | None = None, **headers: str) -> Any:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if mark:
            headers["X-Desk"] = "1"
        return self.door.call(method, f"/desk/api/{path}", json_body=body, data=data, **headers)

    def get(self, path: str, **query: str) -> Any:
        answer = self.call("GET", path + (f"?{urlencode(query)}" if query else ""))
        assert answer.status == 200, answer.body
        return answer.json

    def do(self, number: str, deed: str, **said: Any) -> Any:
        return self.call("POST", f"tickets/{number}/{deed}", said)

    def reply(self, number: str, text: str, client_id: str | None = None) -> Any:
        return self.do(number, "reply", text=text, client_id=client_id or uuid.uuid4().hex)

    def upload(self, number: str, content: bytes, client_id: str | None = None) -> Any:
        line = uuid.uuid4().hex
        parts = (f'--{line}\r\nContent-Disposition: form-data; name="client_id"\r\n\r\n{client_id or uuid.uuid4().hex}\r\n'
                 f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="proof.png"\r\nContent-Type: image/png\r\n\r\n').encode()
        return self.call("POST", f"tickets/{number}/files", data=parts + content + f"\r\n--{line}--\r\n".encode(), Content_Type=f"multipart/form-data; boundary={line}")

    def stream(self, number: str = "", after: int = 0) -> Any:
        connection = HTTPConnection("127.0.0.1", self.door.stack.ports.public, timeout=20)
        connection.request("GET", f"/desk/api/stream?ticket={number}&after={after}", headers={"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())})
        answer = connection.getresponse()
        assert answer.status == 200
        return channels.Reader(answer)


def sign_in(door: Any, name: str, password: str = PASSWORD) -> Staff:
    page = door.call("GET", "/desk/login")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.body.decode())[1]
    cookie = page.headers["set-cookie"].split(";")[0]
    form = urlencode({"username": name, "password": password, "csrfmiddlewaretoken": token}).encode()
    answer = door.call("POST", "/desk/login", data=form, Content_Type="application/x-www-form-urlencoded", Cookie=cookie, Referer=f"{door.url}/desk/login")
    assert answer.status == 302, answer.body[:400]
    session = re.search(r"desk=([^;]+)", answer.headers["set-cookie"])
    return Staff(door, name, {"desk": session[1]})


@pytest.fixture(scope="module")
def staff(desk: Any) -> Callable[[str], Staff]:
    """Somebody by name, signed in once a module."""
    known: dict[str, Staff] = {}

    def by_name(name: str) -> Staff:
        if name not in known:
            known[name] = sign_in(desk, name)
        return known[name]
    return by_name


@pytest.fixture
def li(staff) -> Staff:
    return staff("li")


@pytest.fixture
def wang(staff) -> Staff:
    return staff("wang")


@pytest.fixture
def chen(staff) -> Staff:
    return staff("chen")


@pytest.fixture
def auditor(staff) -> Staff:
    return staff("audit")
