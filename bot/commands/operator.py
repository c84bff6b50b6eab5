"""Make and change the accounts of people who work at the desk.

A new account, and --reset, print a random password once.
"""
from __future__ import annotations

import argparse
import json

from bot.commands import CommandError
from bot.commands.run import prepare
from bot.home import Home
from bot.stack import Ports, Stack


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="who signs in under this name")
    parser.add_argument("--role", choices=("agent", "supervisor", "auditor"), help="what the person may do; needed for a new account")
    parser.add_argument("--alias", help="the name visitors see")
    parser.add_argument("--queues", help="queues this person works on, separated by commas; '' for all")
    parser.add_argument("--at-once", type=int, metavar="N", help="conversations at the same time")
    parser.add_argument("--reset", action="store_true", help="make a new password and print it once")
    parser.add_argument("--forget-factor", action="store_true", help="take the second factor away (a lost phone)")
    parser.add_argument("--off", dest="active", action="store_false", default=None, help="may no longer sign in")
    parser.add_argument("--on", dest="active", action="store_true", help="may sign in again (with --reset)")
    parser.add_argument("--list", action="store_true", help="print everybody, as JSON")


def run(args: argparse.Namespace) -> int:
    if bool(args.name) == args.list:
        raise CommandError("say who (bot operator NAME ...), or --list.", 2)
    home = Home.from_environment()
    home.make()
    stack = Stack(home, Ports.from_environment(), home.models)
    if args.list:
        print(json.dumps(prepare(stack, "--list"), ensure_ascii=False, indent=2))
        return 0
    asked = {"name": args.name, "role": args.role, "alias": args.alias, "at_once": args.at_once, "active": args.active, "reset": args.reset, "forget_factor": args.forget_factor}
    if args.queues is not None:
        asked["queues"] = [queue.strip() for queue in args.queues.split(",") if queue.strip()]
    made = prepare(stack, "--change", json.dumps({name: value for name, value in asked.items() if value is not None}))
    print(f"{made['username']}  {made['password'] or 'changed'}")
    return 0
