"""A running app with Telegram: the app as `bot run` starts it, the Bot API emulator, and a stand-in for the engine that calls the real actions, or the trained engine."""
from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.commands.train import train
from bot.home import ROOT, Home
from bot.stack import Ports, Stack
from tests.channels.telegram.console import Console

sys.path.insert(0, str(ROOT / "tests"))

from telegram_api import Telegram, User  # noqa: E402

STUB = ROOT / "tests/conversations/engine_stub.py"
PATIENCE_SECONDS = 20.0
IDENTITY_KEY = "k" * 40
"""What the exchange signs its users' identity with."""
TICKET = "select t.number from desk_ticket t join conversations_conversation c on c.id=t.conversation_id where c.visitor=?"


@dataclass
class Bot:
    """A running app, and what an agent, a visitor of the website or a test may do with it."""

    stack: Stack

    def sql(self, query: str, *values: Any) -> list[tuple]:
        """Rows of the app's database."""
        database = self.stack.environment["DATABASE_URL"]
        if database:
            with psycopg.connect(database) as connection:
                return connection.execute(query.replace("?", "%s"), values).fetchall()
        with contextlib.closing(sqlite3.connect(self.stack.home.path / "bot.sqlite3", timeout=10)) as database:
            return database.execute(query, values).fetchall()

    def waits_for(self, query: str, true: Callable[[list[tuple]], Any], *values: Any, seconds: float = PATIENCE_SECONDS) -> list[tuple]:
        end = time.monotonic() + seconds
        while not true(rows := self.sql(query, *values)):
            assert time.monotonic() < end, f"did not come; there is: {rows}"
            time.sleep(0.05)
        return rows

    def conversation(self, user: User) -> str:
        """The key of the chat's own conversation."""
        return self.sql("select key from conversations_conversation where channel='telegram' and visitor=?", str(user.id))[0][0]

    def log(self, user: User) -> list[tuple[str, str]]:
        """(author, text) of everything in the chat's own conversation."""
        return self.sql("select author, text from conversations_message m join conversations_conversation c on c.id=m.conversation_id "
                        "where c.key=? order by seq", self.conversation(user))

    def hand_over(self, user: User) -> str:
        """The user asks for a person and skips every question; the number of his ticket, once he waits."""
        for _ in range(6):
            before = len(user.heard())
            user.says("/human")
            user.waits_for(lambda texts: len(texts) > before)  # noqa: B023
            if self.sql(TICKET, str(user.id)):
                break
        self.waits_for("select owner from conversations_conversation where channel='telegram' and visitor=?", lambda rows: rows == [("waiting",)], str(user.id))
        self.settled(user)
        return self.sql(TICKET, str(user.id))[0][0]

    def hears(self, user: User, text: str) -> None:
        """Waits until the user's words are in the log."""
        self.waits_for("select m.text from conversations_message m join conversations_conversation c on c.id=m.conversation_id where c.visitor=? and m.author='user'",
                       lambda rows: (text,) in rows, str(user.id))

    def settled(self, user: User) -> None:
        """Waits until nothing of this user's is left to handle, to answer or to send."""
        self.waits_for("select (select count(*) from telegram_update where waiting and chat_id=?) + (select count(*) from conversations_message m join "
                       "conversations_conversation c on c.id=m.conversation_id where m.unanswered and c.visitor=?) + (select count(*) from telegram_outgoing "
                       "where chat_id=? and state in ('waiting', 'sending'))", lambda rows: rows == [(0,)], user.id, str(user.id), user.id, seconds=60)

    def says(self, user: User, text: str, *buttons: tuple[str, str]) -> None:
        """The bot says something of the test's own to a user: (title, payload) of its buttons."""
        self.python(f"from bot.conversations import log\nfrom bot.conversations.models import Conversation\n"
                    f"conversation = Conversation.objects.get(key={self.conversation(user)!r})\n"
                    f"log.append_outbound(conversation.pk, 'bot', [log.Reply({text!r}, [dict(title=title, payload=payload) for title, payload in {buttons!r}])])")

    def python(self, code: str) -> str:
        """Runs Python in the app's environment, with Django set up; what it prints."""
        done = subprocess.run([sys.executable, "-c", f"import django\ndjango.setup()\n{code}"], cwd=ROOT, capture_output=True, text=True, timeout=60,
                              env={**self.stack.environment, "DJANGO_SETTINGS_MODULE": "bot.settings"})
        assert done.returncode == 0, done.stderr
        return done.stdout

    def agent(self, user: User, text: str) -> None:
        """An agent takes the ticket and writes."""
        self.call(f"{self.stack.internal_url}/agent/{self.conversation(user)}", {"text": text}, {"X-Engine-Secret": self.stack.home.secrets()["ENGINE_SECRET"]})

    def call(self, url: str, body: Any = None, headers: dict[str, str] | None = None, method: str | None = None) -> tuple[int, Any]:
        """(status, decoded body) of a request; relative addresses are the public listener's."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url if url.startswith("http") else self.stack.url + url, data, headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                content, status = answer.read(), answer.status
        except urllib.error.HTTPError as error:
            content, status = error.read(), error.code
        return status, json.loads(content) if content[:1] in (b"{", b"[") else None

    def console(self) -> Console:
        """Somebody of the desk, signed in at the console."""
        return Console.signed_in(self.stack)

    def command(self, *words: str) -> subprocess.CompletedProcess:
        """Runs the `bot` command in this app's environment."""
        return subprocess.run([sys.executable, "-m", "bot.cli", *words], cwd=ROOT, env=self.stack.environment, capture_output=True, text=True, timeout=120)

    def app_log(self) -> str:
        return (self.stack.home.logs / "app.log").read_text("utf-8", "replace")

    def restart(self, fault: str = "") -> None:
        """Kills the app as a power cut would and starts it again."""
        self.stack.app.kill()
        self.stack.app.wait()
        self.stack.extra["BOT_FAULT"] = fault
        self.stack.start_app()
        self.stack.wait_ready()

    def died(self) -> None:
        """Waits until the app has killed itself at its fault."""
        self.stack.app.wait(PATIENCE_SECONDS)


@contextlib.contextmanager
def running(folder: Path, telegram: Telegram, trained: bool = False, **extra: str) -> Iterator[Bot]:
    """`trained`: with the real engine and its model, not the stand-in."""
    home = Home(folder)
    home.make()
    stack = Stack(home, Ports.free(), train(Home.from_environment()) if trained else Path("unused"), {
        "DATABASE_URL": "", "REDIS_URL": "", "WORKER": "internal", "BOT_RATE_LIMITS": "off", "BOT_TESTING": "1", "TELEGRAM_TOKEN": telegram.token,
        "TELEGRAM_API": telegram.url, "TELEGRAM_WEBHOOK": "", "MAIL_SERVER": "smtp://127.0.0.1:9", "MAIL_FROM": "support@example.com", "IDENTITY_KEYS": IDENTITY_KEY, **extra})
    try:
        if trained:
            stack.start_engine()
        else:
            stack.engine = subprocess.Popen([sys.executable, str(STUB), str(stack.ports.engine), f"{stack.internal_url}/webhook"], stdin=subprocess.DEVNULL, env=stack.environment)
        subprocess.run([sys.executable, "-m", "django", "migrate", "--no-input", "-v0", "--settings", "bot.settings"], cwd=ROOT, env=stack.environment,
                       check=True, timeout=120)
        stack.start_app()
        stack.wait_ready()
        yield Bot(stack)
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def telegram() -> Iterator[Telegram]:
    """Telegram without limits on messages, for tests of other things."""
    with Telegram(strict=False) as telegram:
        yield telegram


@pytest.fixture(scope="session")
def bot(telegram: Telegram, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """An app that polls, for all tests that do not break it."""
    with running(tmp_path_factory.mktemp("telegram"), telegram) as bot:
        yield bot


@pytest.fixture(scope="session")
def start_bot(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., contextlib.AbstractContextManager[Bot]]:
    """Starts an app of a test's own: (telegram, **environment)."""
    return lambda telegram, **more: running(tmp_path_factory.mktemp("telegram"), telegram, **more)


@pytest.fixture
def wei(bot: Bot, telegram: Telegram) -> User:
    """Somebody whose chat is open."""
    user = User(telegram, username="wei_lin")
    user.starts()
    user.hears("自助客服")
    return user
