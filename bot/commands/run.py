"""Start the bot and keep it running until Ctrl-C.

Checks the content, trains if needed, brings the database up to date, starts engine and app, prints where they are.
"""
from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

from bot.commands import CommandError, telegram, tell
from bot.commands.check import report
from bot.commands.train import promoted
from bot.home import ROOT, Home
from bot.stack import Ports, Stack, StackFailed

FREE_BYTES = 300_000_000  # a model while it is made, logs and a growing database


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-check", action="store_true", help="start although data/ has mistakes that do not stop the bot from working")


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    try:
        ports = Ports.from_environment()
        home = Home.from_environment()
        _make(home)
        _ports_free(ports)
        if not args.no_check and report():
            raise CommandError("data/ has mistakes (above); mend them and start again.", 2)
        model = promoted(home).model
        stack = Stack(home, ports, model)
        for number in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell ignores it for what it starts in the background
            signal.signal(number, _interrupt)
        try:
            tell("starting the engine and the app ...")
            stack.home.make()
            stack.start_engine()
            operator = prepare(stack)
            stack.start_app()
            stack.wait_ready()
            _announce(stack, operator, time.monotonic() - started)
            while True:
                time.sleep(0.5)
                stack.watch(tell)
        except KeyboardInterrupt:
            tell("stopping ...")
            return 0
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
            stack.stop()
            tell("stopped.")
    except StackFailed as error:
        raise CommandError(str(error), 1) from error


def prepare(stack: Stack, *arguments: str) -> Any:
    """Database and the desk's accounts (bot/prepare.py). Raises CommandError with the last line of what went wrong."""
    done = subprocess.run([sys.executable, "-m", "bot.prepare", *arguments], cwd=ROOT, env=stack.environment, capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        if done.returncode == 2:
            raise CommandError(f"{reason}.", 2)
        raise CommandError(f"the database is not usable: {reason}; check DATABASE_URL and the free space of {stack.home.path}.", 1)
    return json.loads(done.stdout)


def _telegram(stack: Stack) -> str:
    """The bot's address; why there is none, when Telegram does not say."""
    os.environ.update({name: value for name, value in stack.environment.items() if name not in os.environ})
    try:
        return f"https://t.me/{telegram.call('name', stack.environment)}"
    except CommandError as error:
        return str(error)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _make(home: Home) -> None:
    try:
        home.make()
        home.secrets()
        free = shutil.disk_usage(home.path).free
    except OSError as error:
        raise CommandError(f"cannot write to {home.path}: {error.strerror}; mend that or set BOT_HOME to another folder.", 1) from error
    if free < FREE_BYTES:
        raise CommandError(f"only {free // 1_000_000} MB are free where {home.path} lies; make room (at least {FREE_BYTES // 1_000_000} MB) and start again.", 1)


def _ports_free(ports: Ports) -> None:
    for name, port in ports.taken():
        raise CommandError(f"port {port} is taken by another program; end that program, or choose another: {name}={port + 10} make run", 1)


def _announce(stack: Stack, operator: dict[str, str | None], seconds: float) -> None:
    secret = operator["password"] or "(the password shown at the first start; forgotten: bot operator operator --reset)"
    print(f"Chat:      {stack.url}/")
    print(f"Operators: {stack.url}/desk/")
    if stack.environment.get("TELEGRAM_TOKEN"):
        print(f"Telegram:  {_telegram(stack)}")
    print(f"Login:     {operator['username']}  {secret}", flush=True)
    tell(f"ready after {seconds:.1f} s. Ctrl-C stops it.")
