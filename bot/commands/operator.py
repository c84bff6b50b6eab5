"""Give an operator a new random password."""
from __future__ import annotations

import argparse

from bot.commands.run import prepare
from bot.home import Home
from bot.stack import Ports, Stack


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", default="operator", help="who (default: operator)")
    parser.add_argument("--reset", action="store_true", required=True, help="make a new password and print it once")


def run(args: argparse.Namespace) -> int:
    home = Home.from_environment()
    home.make()
    made = prepare(Stack(home, Ports.from_environment(), home.models), "--reset-password", args.name)
    print(f"{made['username']}  {made['password']}")
    return 0
