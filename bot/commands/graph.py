"""Print a flow, or all of them, as Mermaid diagrams."""
from __future__ import annotations

import argparse

from bot.commands import CommandError
from bot.content import load
from bot.content.graph import graph
from bot.home import ROOT


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("flow", nargs="?", help="name of a flow (default: all)")
    parser.add_argument("--lang", choices=("zh", "en"), default="en")


def run(args: argparse.Namespace) -> int:
    flows = load(ROOT).flows
    if args.flow and args.flow not in flows:
        raise CommandError(f"there is no flow {args.flow!r}; there are: {', '.join(sorted(flows))}")
    for name in [args.flow] if args.flow else sorted(flows):
        print(graph(flows[name], args.lang))
    return 0
