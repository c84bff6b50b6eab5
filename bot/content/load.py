"""Loads every content file below a project's root, or says everything that keeps it from doing so."""
from __future__ import annotations

import os
from pathlib import Path

from bot.content import files
from bot.content.problem import ContentErrors, Problem
from bot.content.reader import Reader
from bot.dialogue.model import Content, Exchange, Text

EXCHANGE_FILE = "BOT_EXCHANGE_FILE"
"""Environment variable: a file whose keys replace those of data/exchange.yml, so that one deployment differs without an edit."""


def _over(below: files.Mapping, above: files.Mapping) -> files.Mapping:
    """`below` with the keys of `above`, tables within tables; lists and values are replaced whole."""
    both = files.Mapping(below)
    both.lines = {**below.lines, **above.lines}
    for key, value in above.items():
        table = isinstance(value, files.Mapping) and isinstance(below.get(key), files.Mapping)
        both[key] = _over(below[key], value) if table else value
    return both


def load(root: Path) -> Content:
    """Read `data/` below `root`.

    Raises ContentErrors with every problem of shape in every file at once.
    """
    content, problems = gather(root)
    if problems:
        raise ContentErrors(problems)
    return content


def gather(root: Path) -> tuple[Content, list[Problem]]:
    """Read as much of `data/` below `root` as can be read, with the problems of shape that were found."""
    root = Path(root)
    problems: list[Problem] = []

    def read(path: Path, method: str, *args: str):
        name = path.relative_to(root).as_posix()
        data, found = files.read(path, name)
        problems.extend(found)
        if data is None:
            return None
        reader = Reader(name)
        made = getattr(reader, method)(data, *args)
        problems.extend(reader.problems)
        return made

    def read_all(folder: str, method: str) -> dict:
        made = {p.stem: read(p, method, p.stem) for p in sorted((root / "data" / folder).glob("*.yml"))}
        return {name: one for name, one in made.items() if one is not None}

    def read_one(name: str, method: str):
        path = root / "data" / name
        if not path.is_file():
            problems.append(Problem(f"data/{name}", "", "is missing", "Restore it from the repository."))
            return None
        return read(path, method)

    def read_exchange() -> Exchange | None:
        own = os.environ.get(EXCHANGE_FILE)
        if not own or not (root / "data" / "exchange.yml").is_file():
            return read_one("exchange.yml", "exchange")
        data, found = files.read(root / "data" / "exchange.yml", "data/exchange.yml")
        more, faults = files.read(Path(own), Path(own).name)
        problems.extend([*found, *faults])
        if data is None or more is None:
            return None
        reader = Reader(Path(own).name)
        made = reader.exchange(_over(data, more))
        problems.extend(reader.problems)
        return made

    content = Content(
        flows=read_all("flows", "flow"),
        cards=read_all("cards", "card"),
        fields=read_one("fields.yml", "fields") or {},
        replies=read_one("replies.yml", "replies") or {},
        exchange=read_exchange() or Exchange(Text("", "")),
        places=read_one("places.yml", "places") or {},
        descriptions=read_one("describe.yml", "descriptions") or (),
        other_languages=read_one("other_languages.yml", "other_languages") or {},
        canned=read_one("canned.yml", "canned") or {},
        summary=read_one("summary.yml", "summary") or (),
        comparison_words=read_one("comparison_words.yml", "comparison_words") or (),
    )
    return content, problems
