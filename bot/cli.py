"""The `bot` command: reads the words of a call and hands them to one module of bot/commands. No logic of its own.

Exit codes: 0 done, 1 the stack failed, 2 bad input. Results go to stdout, everything else to stderr.
"""
from __future__ import annotations

import argparse
import importlib
import os
import sys

from bot.commands import CommandError

COMMANDS = ("run", "train", "check", "new_flow", "say", "graph", "parse", "talk", "eval", "unclear", "learn", "operator", "outbox", "telegram", "audit", "retention")


def parser() -> argparse.ArgumentParser:
    """The whole grammar of the command line."""
    top = argparse.ArgumentParser(prog="bot", description="Self-service support bot for a crypto exchange.")
    verbs = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"bot.commands.{name}")
        summary = module.__doc__.splitlines()[0]
        verb = verbs.add_parser(name.replace("_", "-"), help=summary, description=summary)
        module.arguments(verb)
        verb.set_defaults(run=module.run)
    return top


def main(argv: list[str] | None = None) -> None:
    args = parser().parse_args(argv)
    try:
        code = args.run(args)
    except CommandError as error:
        print(f"bot: {error}", file=sys.stderr)
        code = error.code
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # `bot graph | head`: whoever read our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


if __name__ == "__main__":
    main()
