"""Write the messages that were not understood into a file to label, similar ones together, the newest first."""
from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from bot.commands import CommandError, tell
from bot.content import ContentErrors, load
from bot.dialogue.model import Content
from bot.home import ROOT, Home
from bot.insight import examples, job

DAYS = 30
KEPT_DAYS = 90


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=int, default=DAYS, metavar="N", help=f"how far back to look (default: {DAYS})")
    parser.add_argument("--out", type=Path, metavar="FILE.yml", help="where to write (default: a new file below var/unclear)")


def run(args: argparse.Namespace) -> int:
    if not 1 <= args.days <= 3650:
        raise CommandError("--days is a number from 1 to 3650.")
    home = Home.from_environment()
    now = datetime.now(timezone.utc)
    path = (args.out or home.path / "unclear" / f"{now:%Y-%m-%d-%H%M%S}.yml").resolve()
    if path.exists():
        raise CommandError(f"{path} is there already, perhaps half labelled; name another file with --out.")
    _forget(home.path / "unclear", now)
    found = _found(home, now - timedelta(days=args.days))
    known = {example.text for example in examples.read(ROOT)}
    found = [one for one in found if one.text not in known]
    if not found:
        tell(f"In the last {args.days} days everything was understood, or is learned already.")
        print(json.dumps({"messages": 0, "groups": 0, "file": None}))
        return 0
    text, groups = _text(found)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}; name another file with --out.", 1) from error
    tell(f"Fill in `topic:` in {path}, then: bot learn {path}")
    print(json.dumps({"messages": len(found), "groups": groups, "file": str(path)}))
    return 0


def _found(home: Home, since: datetime) -> list:
    """From the app's database. Raises CommandError."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
    if not os.environ.get("DATABASE_URL") and not (home.path / "bot.sqlite3").exists():
        raise CommandError(f"there is no database in {home.path} yet; start the bot once (`bot run`), or set BOT_HOME or DATABASE_URL.", 1)
    import django
    from django.db import DatabaseError

    from bot.config import ConfigError
    try:
        django.setup(set_prefix=False)
        from bot.insight import unclear
        return unclear.find(since, {name: flow.intent for name, flow in _content().flows.items()})
    except ConfigError as error:
        raise CommandError(str(error)) from error
    except DatabaseError as error:
        raise CommandError(f"the database cannot be read ({type(error).__name__}); start this version of the bot once, which brings it up to date.", 1) from error


def _text(found: Sequence) -> tuple[str, int]:
    """The file and the number of its groups."""
    from bot.insight.label_file import Group, written
    texts = list(dict.fromkeys(one.text for one in found))
    tell(f"putting {len(found)} messages into groups ...")
    try:
        places = job.run("groups", {"texts": texts})["groups"]
    except job.JobFailed as error:
        tell(f"(similar messages are not put together: {error})")
        places = [[place] for place in range(len(texts))]
    by_text: dict[str, list] = {}
    for one in found:
        by_text.setdefault(one.text, []).append(one)
    groups = [Group(tuple(one for place in group for one in by_text[texts[place]])) for group in places]
    content = _content()
    titles = {card.intent: card.title for card in content.cards.values() if card.title} | {flow.intent: flow.title for flow in content.flows.values() if flow.when is None}
    return written(groups, {topic: f"{titles[topic].zh} / {titles[topic].en}" if topic in titles else "" for topic in examples.topics(ROOT)}), len(groups)


@cache
def _content() -> Content:
    try:
        return load(ROOT)
    except ContentErrors as errors:
        raise CommandError(f"{errors}\nrun `bot check` for all of it.") from errors


def _forget(folder: Path, now: datetime) -> None:
    """People's words are not kept in files for ever: exports of this command older than KEPT_DAYS go."""
    for path in folder.glob("*.yml"):
        if path.stat().st_mtime < (now - timedelta(days=KEPT_DAYS)).timestamp():
            path.unlink()
            tell(f"{path.name} was {KEPT_DAYS} days old and is deleted.")
