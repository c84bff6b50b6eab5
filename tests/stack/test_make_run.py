"""Starting everything as a user does: `make run`, its three lines, a talk over HTTP, Ctrl-C; and what it says when it cannot start."""
from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.commands.client import Address, Visitor
from bot.commands.talk import play
from bot.commands.train import train
from bot.home import ROOT, Home
from bot.stack import Ports, responds

START_SECONDS = 120
STOP_SECONDS = 5  # what the README promises, streams included


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh installation that needs no training: the model is the one of this project."""
    model = train(Home.from_environment())
    home = Home(tmp_path_factory.mktemp("installation"))
    home.make()
    shutil.copy(model, home.models)
    return home.path


def environment(home: Path, ports: Ports) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "WORKER", "BOT_NOW")}
    return {**kept, "BOT_HOME": str(home), "BOT_PORT": str(ports.public), "BOT_INTERNAL_PORT": str(ports.internal), "BOT_ENGINE_PORT": str(ports.engine)}


class Running:
    """A `make run` whose first lines were read."""

    def __init__(self, home: Path) -> None:
        self.ports = Ports.free()
        self.process = subprocess.Popen(["make", "run"], cwd=ROOT, env=environment(home, self.ports), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, start_new_session=True)
        self.lines = dict(self._lines())

    def _lines(self) -> Iterator[tuple[str, str]]:
        for line in self.process.stdout:
            name, _, value = line.partition(":")
            yield name, value.strip()
            if name == "Login":
                return

    def interrupt(self) -> int:
        """Ctrl-C, as a terminal sends it: to make and to everything it started in the foreground."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(STOP_SECONDS + 5)

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def running(home: Path) -> Iterator[Running]:
    started = Running(home)
    yield started
    started.kill()


def test_a_fresh_start_tells_where_to_chat_and_stops_with_a_stream_open(home: Path, running: Running) -> None:
    assert running.lines["Chat"] == f"http://127.0.0.1:{running.ports.public}/"
    assert running.lines["Operators"].startswith(running.lines["Chat"])
    name, password = running.lines["Login"].split()
    assert name == "operator"
    assert len(password) >= 12
    assert stat.S_IMODE((home / "secrets.env").stat().st_mode) == 0o600
    assert not any(password.encode() in path.read_bytes() for path in home.rglob("*") if path.is_file())

    async def talk() -> list[dict]:
        secret = Home(home).secrets()["ENGINE_SECRET"]
        address = Address(running.lines["Chat"].rstrip("/"), f"http://127.0.0.1:{running.ports.internal}", secret)
        async with aiohttp.ClientSession() as http:
            visitor = Visitor(http, address)
            await visitor.arrive("en")
            lines = [await play(visitor, {"user": text}, Path()) for text in ("my deposit is missing", "talk to a person")]
            stream = await http.get(f"{address.url}/api/stream?after=0", headers={"Authorization": f"Bearer {visitor.token}"})
            assert stream.status == 200
            await asyncio.to_thread(running.interrupt)
            stream.close()
            return lines

    first, second = asyncio.run(talk())
    assert first["flow"] == "deposit_missing"
    assert second["owner"] == "waiting"
    assert re.fullmatch(r"TK-\d{9}", second["ticket"]["number"])
    assert running.process.poll() is not None
    assert not responds(f"http://127.0.0.1:{running.ports.public}/healthz")
    assert Ports(running.ports.public, running.ports.internal, running.ports.engine).taken() == []


def test_a_second_start_shows_no_password_again(home: Path, running: Running) -> None:
    assert "shown at the first start" in running.lines["Login"]
    running.interrupt()


def refused(folder: Path, home: Path, ports: Ports, **more: str) -> str:
    """What `bot run` says on stderr when it does not start; it must end by itself, not well, and leave nothing running."""
    done = subprocess.run([sys.executable, "-m", "bot.cli", "run"], cwd=folder, env={**environment(home, ports), **more}, capture_output=True, text=True,
                          timeout=START_SECONDS)
    assert done.returncode != 0
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_taken_port_is_named_with_what_to_do(home: Path) -> None:
    ports = Ports.free()
    with socket.socket() as other:
        other.bind(("127.0.0.1", ports.engine))
        other.listen()
        said = refused(ROOT, home, ports)
    assert f"port {ports.engine} is taken" in said
    assert "BOT_ENGINE_PORT=" in said


def test_a_port_that_is_no_number_is_named(home: Path) -> None:
    assert "BOT_PORT must be a port number" in refused(ROOT, home, Ports.free(), BOT_PORT="http")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """This project's files without what it makes, so that content can be broken."""
    for name in ("bot", "actions", "data", "requirements", "tests/flows"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.yml", "domain.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_a_broken_flow_is_named_with_file_step_and_what_to_do(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    flow = copy / "data/flows/forgot_password.yml"
    flow.write_text(flow.read_text("utf-8").replace("go: how_far", "go: how_fra", 1), "utf-8")
    said = refused(copy, tmp_path_factory.mktemp("home"), Ports.free())
    assert "data/flows/forgot_password.yml" in said
    assert "how_fra" in said


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    said = refused(ROOT, tmp_path / "file" / "home", Ports.free())
    assert "cannot write to" in said
    assert "BOT_HOME" in said


def test_a_scaffolded_flow_passes_its_checks_unedited(copy: Path) -> None:
    for command in (["new-flow", "card_payment_failed"], ["check"]):
        done = subprocess.run([sys.executable, "-m", "bot.cli", *command], cwd=copy, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert (copy / "data/flows/card_payment_failed.yml").exists()
    assert (copy / "tests/flows/card_payment_failed.yml").exists()
