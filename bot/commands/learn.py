"""File the labelled examples of `bot unclear` into data/nlu, after checking every one."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

from bot.commands import CommandError, tell
from bot.home import ROOT
from bot.insight import examples, job, label_file, labelled, learning


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a file of `bot unclear` with its topics filled in")
    parser.add_argument("--check", action="store_true", help="only say what is wrong; file nothing")


def run(args: argparse.Namespace) -> int:
    try:
        given, unlabelled = label_file.read(args.file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{args.file}: cannot be read as UTF-8 text ({type(error).__name__}).") from error
    except label_file.BadLabels as error:
        raise CommandError(f"{args.file}, {error}") from error
    if not given:
        raise CommandError(f"{args.file}: no topic is filled in yet; write one behind `topic:` of at least one group.")
    try:
        checked = learning.check(given, ROOT)
    except (job.JobFailed, labelled.BadFile) as error:
        raise CommandError(f"the examples could not be compared: {error}.", 1) from error
    for trouble in checked.troubles:
        tell(f"{args.file}, {trouble}")
    if checked.troubles:
        raise CommandError(f"{len(checked.troubles)} to mend; nothing was filed.")
    try:
        added = {} if args.check else examples.add(checked.new, ROOT)
    except examples.NotFiled as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"data/nlu cannot be written ({error.strerror}); nothing is half written. Mend that and start again.", 1) from error
    print(json.dumps({"added": sum(added.values()), "known": checked.known, "unlabelled_groups": unlabelled, "files": added}))
    if added:
        tell("Look at the change (git diff data/nlu), then: bot train")
    elif args.check:
        tell(f"sound: {len(checked.new)} to file.")
    return 0
