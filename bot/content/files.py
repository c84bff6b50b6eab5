"""Reads a YAML file into plain mappings, lists and strings. What the keys mean is `reader.py`'s subject."""
from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

from bot.content.problem import Problem

WIDE = re.compile("[，：｛｝]")
"""Chinese punctuation where YAML's own belongs."""
RASA_KEYS = re.compile(r"^[\s\-]*(nlu|responses|rules|stories)\s*:", re.MULTILINE)
"""Rasa's test for "is this file mine?" strips indents, so these may begin no line at any depth (RASA.md, Data files)."""


class Mapping(dict):
    """A mapping that knows on which line (from 1) each of its keys stands."""

    lines: dict[str, int]


class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # libyaml, where PyYAML was built with it, reads ten times as fast
    """YAML whose every scalar is a string (no 10:30 = 630, no `no` = false), and whose equal keys are remembered as faults."""

    def __init__(self, stream: str):
        super().__init__(stream)
        self.faults: list[tuple[int, str, str]] = []


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Mapping:
    made = Mapping()
    made.lines = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            loader.faults.append((line, "a key that is not a word", "Write the key as plain text."))
            continue
        key = key_node.value
        if key in made:
            loader.faults.append((line, f'key "{key}" is written twice (first on line {made.lines[key]})', "Keep one of the two."))
        if isinstance(value_node, yaml.ScalarNode) and not value_node.style and value_node.value == "null":
            loader.faults.append((line, f'"{key}" is null', "Leave the line out, or write a value."))
        made.lines[key] = line
        made[key] = loader.construct_object(value_node, deep=True)
    return made


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read(path: Path, name: str) -> tuple[Mapping | None, list[Problem]]:
    """Read one file that holds a mapping. `name` is how problems call it.

    Returns the mapping, or None where the file cannot be read as one, and every problem found.
    """
    data, problems = read_any(path, name)
    if data is not None and not isinstance(data, Mapping):
        return None, [*problems, Problem(name, "", "holds no keys", 'Write "key: value" lines; see docs/content-guide.md.')]
    return data, problems


def read_any(path: Path, name: str) -> tuple[object, list[Problem]]:
    """Read one file, whatever it holds; None where it cannot be read."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return None, [Problem(name, "", f"cannot be read ({type(error).__name__})", "Save it as UTF-8 text.")]
    data, problems = _parsed(text, name)
    return data, list(problems)


@lru_cache(maxsize=256)
def _parsed(text: str, name: str) -> tuple[object, list[Problem]]:
    # Kept, since whoever checks after every edit reads sixty files of which one changed; nobody changes what was read.
    problems = [
        Problem(f"{name}:{text.count(chr(10), 0, found.end()) + 1}", "", f'a line begins with "{found[1]}:"', "Rename the key, or start the sentence otherwise: Rasa would read the file as its own.")
        for found in RASA_KEYS.finditer(text)
    ]
    loader = _Loader(text)
    try:
        data = loader.get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        why = getattr(error, "problem", None) or "not YAML"
        hint = _hint(_line(text, mark))
        return None, problems + [Problem(name + line, "", f"is not valid YAML ({why})", hint)]
    finally:
        loader.dispose()
    problems += [Problem(f"{name}:{line}", "", what, do) for line, what, do in loader.faults]
    if data is None:
        problems.append(Problem(name, "", "is empty", 'Write "key: value" lines; see docs/content-guide.md.'))
    return data, problems


def _hint(line: str) -> str:
    """What to do about a line that is no YAML, by what stands in it."""
    if "\t" in line:
        return "Use spaces at the line's beginning, not a tab."
    if "{" in line and WIDE.search(line):
        return "Between the parts of {…} write , and : as on an English keyboard, not ， and ：. Put a text that holds them in quotes."
    return "Put the text in quotes, and indent with spaces" + ('; inside {…} a text ending in "?" must be quoted' if "?" in line else "") + "."


def _line(text: str, mark: yaml.Mark | None) -> str:
    lines = text.splitlines()
    return lines[mark.line] if mark and mark.line < len(lines) else ""
