"""See what waits for outside desks; try it again, or give it up with a reason.

    bot outbox list [--dead]      one JSON object a line
    bot outbox retry [ROW ...]    these, or all that were given up
    bot outbox drop ROW --why REASON
"""
from __future__ import annotations

import argparse
import json

from bot.commands import CommandError, tell
from bot.commands.database import use


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    listed = verbs.add_parser("list", help="what waits, the oldest first, and how each desk is doing")
    listed.add_argument("--dead", action="store_true", help="only what was given up")
    again = verbs.add_parser("retry", help="try again at once")
    again.add_argument("row", nargs="*", type=int, help="numbers of `bot outbox list`; none: all that were given up")
    drop = verbs.add_parser("drop", help="give one up for good")
    drop.add_argument("row", type=int)
    drop.add_argument("--why", required=True, help="stays in the audit log")


def run(args: argparse.Namespace) -> int:
    use()
    from bot.desk.outbox import operating

    try:
        if args.deed == "list":
            for desk in operating.desks():
                tell(json.dumps(desk, ensure_ascii=False))
            for row in operating.listed(args.dead):
                print(json.dumps(row, ensure_ascii=False))
        elif args.deed == "retry":
            print(json.dumps({"retried": operating.retry(args.row)}))
        else:
            operating.drop(args.row, args.why)
            print(json.dumps({"dropped": args.row}))
    except operating.NotPossible as reason:
        raise CommandError(str(reason)) from None
    return 0
