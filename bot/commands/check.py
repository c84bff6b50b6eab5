"""Find every mistake in data/, all at once, with file, place and what to do."""
from __future__ import annotations

import argparse
import os
from pathlib import Path

from bot.commands import tell
from bot.content.check import check
from bot.content.load import gather
from bot.desk.adapters import config as desks
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
    problems = [*check(ROOT), *_desks()]
    for problem in problems:
        tell(str(problem))
    if problems:
        tell(f"{len(problems)} to mend.")
    return len(problems)


def _desks() -> list[str]:
    """What is wrong with data/desks.yml, or with the file that BOT_DESKS names."""
    path = Path(os.environ.get("BOT_DESKS") or ROOT / desks.FILE)
    content, _ = gather(ROOT)
    try:
        desks.load(path, content.exchange.queues, content.fields)
    except desks.DesksError as error:
        return str(error).splitlines()
    return []
