"""Write a new flow with its transcript and first examples, ready to edit."""
from __future__ import annotations

import argparse

from bot.commands import CommandError, tell
from bot.content.scaffold import ScaffoldError, new_flow
from bot.home import ROOT


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="lower case words joined by _, for example card_payment_failed")


def run(args: argparse.Namespace) -> int:
    try:
        written = new_flow(ROOT, args.name)
    except ScaffoldError as error:
        raise CommandError(str(error)) from error
    for path in written:
        print(path.relative_to(ROOT))
    tell("edit these, then: bot check, bot train, make test")
    return 0
