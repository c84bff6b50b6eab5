"""Train the model if examples, rules, config, domain or engine code changed."""
from __future__ import annotations

import argparse
import time
from pathlib import Path

from bot.commands import CommandError, tell
from bot.content import ContentErrors
from bot.home import Home
from bot.training import TrainingFailed, ensure_model, model_path


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="train although nothing changed")


def run(args: argparse.Namespace) -> int:
    home = Home.from_environment()
    if args.force:
        model_path(home).unlink(missing_ok=True)
    print(train(home))
    return 0


def train(home: Home) -> Path:
    """The path of the right model, trained now if it has to be. Raises CommandError."""
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
