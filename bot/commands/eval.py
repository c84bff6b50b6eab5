"""Measure how well messages are understood: cross-validation of data/nlu, or a labelled file; a report with plots, one line of figures."""
from __future__ import annotations

import argparse
import json
from datetime import datetime, timezone
from pathlib import Path

from bot.commands import CommandError, tell
from bot.commands.train import train
from bot.home import Home
from bot.insight import job, labelled, promotion


def arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--file", type=Path, metavar="X.csv", help="measure on a labelled CSV (text, topic; optional alt, id, group) instead")
    what.add_argument("--data", action="store_true", help="check the examples: doubles, doubtful labels, weak topics, too few")
    what.add_argument("--accept", action="store_true", help="write this model's figures as those that later changes are held to")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the report goes (default: a new folder below var/reports)")
    parser.add_argument("--force", action="store_true", help="with --accept: even if it is worse")


def run(args: argparse.Namespace) -> int:
    try:
        if args.data:
            return _data()
        if args.accept:
            return _accept(args.force)
        return _report(args.file, args.out)
    except labelled.BadFile as error:
        raise CommandError(str(error)) from error
    except job.JobFailed as error:
        raise CommandError(f"measuring broke off: {error}.", 1) from error


def _report(file: Path | None, out: Path | None) -> int:
    messages = labelled.messages(file) if file else None
    home = Home.from_environment()
    model = train(home)
    now = datetime.now(timezone.utc)
    folder = (out or home.path / "reports" / f"understanding-{now:%Y%m%d-%H%M%S}").resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"{folder}: {error.strerror}; name another folder with --out.", 1) from error
    what = file.name if file else "examples of data/nlu, by cross-validation"
    facts = {"measured on": what, "model": model.name.partition(".")[0], "at": f"{now:%Y-%m-%d %H:%M} UTC"}
    summary = job.run("evaluate", {"model": str(model), "folder": str(folder), "title": f"Understanding: {what}", "facts": facts, "messages": messages}, tell=True)
    print(json.dumps({"measured": "file" if file else "cross_validation", **summary, "report": str(folder / "report.html")}))
    return 0


def _data() -> int:
    tell("checking the examples (half a minute) ...")
    found = job.run("data", {})
    for line in found["lines"]:
        tell(line)
    print(json.dumps(found["counts"]))
    return 2 if found["counts"]["mistakes"] else 0


def _accept(force: bool) -> int:
    model = train(Home.from_environment())
    tell("measuring (a minute) ...")
    verdict = promotion.accept(model, force)
    for one in verdict.compared:
        tell(f"  {one}")
    if not verdict.promoted:
        raise CommandError("it understands worse than what was accepted; --force accepts it all the same.")
    print(promotion.record(verdict))
    return 0
