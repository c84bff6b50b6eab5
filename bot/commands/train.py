"""Train the model if examples, rules, config, domain or engine code changed, and let it serve if it understands no worse."""
from __future__ import annotations

import argparse
import time
from pathlib import Path

from bot.commands import CommandError, tell
from bot.content import ContentErrors
from bot.home import Home
from bot.insight import promotion
from bot.insight.job import JobFailed
from bot.insight.labelled import BadFile
from bot.training import TrainingFailed, ensure_model, model_path, record_path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--again", action="store_true", help="train although nothing changed")
    parser.add_argument("--force", action="store_true", help="let the new model serve even if it understands worse")


def run(args: argparse.Namespace) -> int:
    home = Home.from_environment()
    if args.again:
        for path in (model_path(home), record_path(model_path(home))):
            path.unlink(missing_ok=True)
    verdict = promoted(home, args.force)
    print(verdict.model)
    return 0 if verdict.promoted else 2


def promoted(home: Home, force: bool = False) -> promotion.Verdict:
    """Trains if needed and decides which model serves, with what there is to say about it on stderr. Raises CommandError."""
    model = train(home)
    try:
        verdict = promotion.promote(home, model, force, tell)
    except (JobFailed, BadFile) as error:
        raise CommandError(f"the new model could not be compared with the one in use: {error}. `bot train --force` lets it serve all the same.", 1) from error
    for one in verdict.compared:
        tell(f"  {one}")
    if not verdict.promoted:
        tell(f"The new model understands worse, so the one before goes on serving. Look at what the last edits of data/nlu confuse (`bot eval`), mend that and "
             f"train again; `bot train --force` lets the new one serve ({model}).")
    elif verdict.worse:
        tell(f"The new model serves although it understands worse: {verdict.why}.")
    return verdict


def train(home: Home) -> Path:
    """The path of the model for what is on disk, trained now if it has to be; whether it may serve is not asked. Raises CommandError."""
    try:
        home.make()
        if not model_path(home).exists():
            tell("training the model (once; again only when examples or rules change) ...")
        before = time.monotonic()
        model, trained = ensure_model(home, home.logs / "train.log")
    except ContentErrors as errors:
        raise CommandError(f"{errors}\nrun `bot check` for all of it.", 2) from errors
    except TrainingFailed as error:
        raise CommandError(str(error), 1) from error
    except OSError as error:
        raise CommandError(f"training could not write to {home.path}: {error.strerror}; make room or set BOT_HOME, and start again.", 1) from error
    if trained:
        tell(f"trained in {time.monotonic() - before:.0f} s.")
    return model
