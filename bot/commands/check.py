"""Find every mistake in data/, all at once, with file, place and what to do."""
from __future__ import annotations

import argparse

from bot.commands import tell
from bot.content.check import check
from bot.home import ROOT


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    problems = report()
    if not problems:
        tell("data/ is sound.")
    return 2 if problems else 0


def report() -> int:
    """Prints the problems to stderr and returns how many there are."""
    problems = check(ROOT)
    for problem in problems:
        tell(str(problem))
    if problems:
        tell(f"{len(problems)} to mend.")
    return len(problems)
