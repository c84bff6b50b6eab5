"""Loads every content file below a project's root, or says everything that keeps it from doing so."""
from __future__ import annotations

from pathlib import Path

from bot.content import files
from bot.content.problem import ContentErrors, Problem
from bot.content.reader import Reader
from bot.dialogue.model import Content, Exchange, Text


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

    content = Content(
        flows=read_all("flows", "flow"),
        cards=read_all("cards", "card"),
        fields=read_one("fields.yml", "fields") or {},
        replies=read_one("replies.yml", "replies") or {},
        exchange=read_one("exchange.yml", "exchange") or Exchange(Text("", "")),
        places=read_one("places.yml", "places") or {},
        other_languages=read_one("other_languages.yml", "other_languages") or {},
    )
    return content, problems
