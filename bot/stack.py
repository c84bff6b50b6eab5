"""Starts the engine and the app as two child processes, watches them, and stops them together.

Used by `bot run`, by the commands that need a bot of their own (`talk`, `parse`, `say`), by the benchmarks and by the tests, so
that all of them run what a user runs. Not for deployments with a supervisor of their own (docs/operations.md).
"""
from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.home import ROOT, Home

RASA = ROOT / ".venv" / "engine" / "bin" / "rasa"
READY_SECONDS = 90.0
STOP_SECONDS = 4.0  # `make run` promises to be gone 5 s after Ctrl-C
MAX_RESTARTS = 5  # of one process within RESTART_WINDOW; more means that starting it again does not help
RESTART_WINDOW = 120.0


class StackFailed(Exception):
    """The stack could not start or did not stay up; the message says what to do."""


@dataclass(frozen=True)
class Ports:
    """TCP ports on 127.0.0.1: the public listener, the internal one, the engine."""

    public: int
    internal: int
    engine: int

    @classmethod
    def from_environment(cls) -> Ports:
        public = _port("BOT_PORT", 8000)
        return cls(public, _port("BOT_INTERNAL_PORT", public + 1), _port("BOT_ENGINE_PORT", public + 2))

    @classmethod
    def free(cls) -> Ports:
        """Three ports that nobody uses at this moment."""
        with contextlib.ExitStack() as stack:
            sockets = [stack.enter_context(socket.socket()) for _ in range(3)]
            for each in sockets:
                each.bind(("127.0.0.1", 0))
            return cls(*(each.getsockname()[1] for each in sockets))

    def taken(self) -> list[tuple[str, int]]:
        """Those that somebody else listens on, with the variable that moves them."""
        named = (("BOT_PORT", self.public), ("BOT_INTERNAL_PORT", self.internal), ("BOT_ENGINE_PORT", self.engine))
        return [(name, port) for name, port in named if _in_use(port)]


def _port(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise StackFailed(f"{name} must be a port number between 1 and 65535, but it is {text!r}; set it right and start again.")
    return int(text)


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


@dataclass
class Stack:
    """One engine and one app. `extra` are environment variables for both."""

    home: Home
    ports: Ports
    model: Path
    extra: dict[str, str] = field(default_factory=dict)
    engine: subprocess.Popen | None = None
    app: subprocess.Popen | None = None
    _restarts: dict[str, list[float]] = field(default_factory=lambda: {"engine": [], "app": []})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports.public}"

    @property
    def internal_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.internal}"

    @property
    def environment(self) -> dict[str, str]:
        """What both processes are started with."""
        secrets = self.home.secrets()
        return {
            **os.environ,
            **secrets,
            "BOT_ENGINE_SECRET": secrets["ENGINE_SECRET"],
            "BOT_HOME": str(self.home.path),
            "BOT_PORT": str(self.ports.public),
            "BOT_INTERNAL_PORT": str(self.ports.internal),
            "BOT_ENGINE_PORT": str(self.ports.engine),
            "ENGINE_URL": f"http://127.0.0.1:{self.ports.engine}",
            "BOT_ACTIONS_URL": f"http://127.0.0.1:{self.ports.internal}/webhook",
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONUNBUFFERED": "1",
            **self.extra,
        }

    def start(self) -> None:
        self.home.make()
        self.start_engine()
        self.start_app()

    def start_engine(self) -> None:
        command = [RASA, "run", "--model", self.model, "--endpoints", "bot/engine/endpoints.yml", "--credentials", "credentials.yml",
                   "--interface", "127.0.0.1", "--port", self.ports.engine]
        # One BLAS thread: the vectors are small, and threads that wait for each other cost more than they compute.
        self.engine = self._spawn("engine", command, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

    def start_app(self) -> None:
        self.app = self._spawn("app", [sys.executable, "-m", "bot.serve"])

    def _spawn(self, name: str, command: list[object], **environment: str) -> subprocess.Popen:
        with (self.home.logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [str(part) for part in command], cwd=ROOT, env={**self.environment, **environment}, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Returns when a message would be answered. Raises StackFailed with the log to look at."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for name in ("engine", "app"):
                process = getattr(self, name)
                if process is None or process.poll() is not None:
                    raise StackFailed(f"the {name} stopped while starting: {self.last_words(name)} (all of it: {self.home.logs / name}.log).")
            if responds(f"{self.url}/readyz"):
                return
            time.sleep(0.1)
        raise StackFailed(f"not ready after {seconds:.0f} s; look at {self.home.logs}/engine.log and {self.home.logs}/app.log.")

    def watch(self, say: Callable[[str], None]) -> None:
        """Starts a process again that ended by itself. Raises StackFailed when that does not help."""
        for name in ("engine", "app"):
            process = getattr(self, name)
            if process is None or process.poll() is None:
                continue
            now = time.monotonic()
            recent = [at for at in self._restarts[name] if now - at < RESTART_WINDOW]
            if len(recent) >= MAX_RESTARTS:
                raise StackFailed(f"the {name} ended {len(recent) + 1} times within two minutes: {self.last_words(name)} (all of it: {self.home.logs / name}.log).")
            self._restarts[name] = [*recent, now]
            say(f"the {name} ended (code {process.returncode}); starting it again")
            (self.start_engine if name == "engine" else self.start_app)()

    def last_words(self, name: str) -> str:
        """The last line of a process's log that says something."""
        try:
            lines = (self.home.logs / f"{name}.log").read_text("utf-8", "replace").splitlines()
        except OSError:
            lines = []
        return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "it said nothing")

    def stop(self) -> None:
        """Ends both, the app first so that it can tell its streams; a process that does not go in time is killed."""
        processes = [process for process in (self.app, self.engine) if process is not None and process.poll() is None]
        for process in processes:
            process.send_signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for process in processes:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def __enter__(self) -> Stack:
        try:
            self.start()
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def responds(url: str) -> bool:
    """Whether an address answers 200 now."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _die_with_parent() -> None:
    # PR_SET_PDEATHSIG: even a `kill -9` of `bot run` leaves no engine behind that holds the ports.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
