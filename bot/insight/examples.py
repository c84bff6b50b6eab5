"""The examples of data/nlu as a list, and adding to them without disturbing a line that is there. Pure but for the files.

A file holds one topic: `nlu:`, then `- intent: <topic>`, then `examples: |` and a line "- text" for each example.
"""
from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.content.load import gather
from bot.home import ROOT

HEAD = 'version: "3.1"\nnlu:\n- intent: {topic}\n  examples: |\n'
INDENT = "    "
DRAFT = ".new"
_INTENT = re.compile(r"^-\s+intent:\s*(\S+)\s*$")
_LINE = re.compile(r"^(\s*)-\s(.*)$")


@dataclass(frozen=True)
class Example:
    """A labelled text."""

    text: str
    topic: str
    file: str
    """Below the project's root: `data/nlu/zh/deposit_missing.yml`."""


class NotFiled(Exception):
    """An example could not be added; the message names the file and what to do."""


def read(root: Path = ROOT) -> list[Example]:
    """The examples of data/nlu in the files' order."""
    found = []
    for path in sorted((root / "data" / "nlu").glob("*/*.yml")):
        for part in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = (line.strip() for line in part["examples"].splitlines())
            found += [Example(line[2:].strip(), part["intent"], path.relative_to(root).as_posix()) for line in lines if line.startswith("- ")]
    return found


def learned(root: Path = ROOT) -> list[Example]:
    """What a model learns: those, and the seeds of the flows (bot/engine/importer.py)."""
    content, _ = gather(root)
    return read(root) + [Example(text, flow.intent, f"data/flows/{flow.name}.yml")
                         for flow in content.flows.values() if flow.when is None for text in flow.examples.all()]


def topics(root: Path = ROOT) -> list[str]:
    """Topics that examples may be filed under."""
    return sorted({path.stem for path in (root / "data" / "nlu").glob("*/*.yml")})


def add(examples: Iterable[tuple[str, str, str]], root: Path = ROOT) -> dict[str, int]:
    """Adds each (language `zh` or `en`, topic, text) that its file does not have yet, at the end of the topic's examples.

    All files or none are changed, whatever breaks off: the new texts are written beside the old files first and then take
    their places one by one, and adding again finishes what was left. Returns how many were added to which file
    (`zh/deposit_missing.yml`). Raises NotFiled.
    """
    wanted: dict[str, list[tuple[str, str]]] = {}
    for language, topic, text in examples:
        wanted.setdefault(f"{language}/{topic}.yml", []).append((topic, text))
    for left in (root / "data" / "nlu").glob(f"*/.*{DRAFT}"):  # of an earlier call that was killed
        left.unlink()
    drafts: dict[Path, Path] = {}
    added = {}
    try:
        for name, pairs in sorted(wanted.items()):
            path = root / "data" / "nlu" / name
            before = path.read_text("utf-8") if path.exists() else HEAD.format(topic=pairs[0][0])
            after, count = with_examples(before, pairs[0][0], [text for _, text in pairs], f"data/nlu/{name}")
            if count:
                drafts[path] = _draft(path, after)
                added[name] = count
    except BaseException:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        raise
    for path, draft in drafts.items():
        os.replace(draft, path)
    return added


def with_examples(before: str, topic: str, texts: Sequence[str], name: str) -> tuple[str, int]:
    """The file's text with further examples, every other line as it was, and how many there are more. Raises NotFiled."""
    lines = before.splitlines(keepends=True)
    first, last, indent = _block(lines, topic, name)
    there = {match[2].strip() for match in map(_LINE.match, lines[first:last]) if match}
    new = [text for text in dict.fromkeys(texts) if text not in there]
    if not new:
        return before, 0
    if last and not lines[last - 1].endswith("\n"):
        lines[last - 1] += "\n"
    after = "".join([*lines[:last], *(f"{indent}- {text}\n" for text in new), *lines[last:]])
    _check(before, after, topic, new, name)
    return after, len(new)


def _block(lines: Sequence[str], topic: str, name: str) -> tuple[int, int, str]:
    """Where the topic's examples begin and end, and how they are indented."""
    start = next((at for at, line in enumerate(lines) if (found := _INTENT.match(line)) and found[1].strip("\"'") == topic), None)
    if start is None:
        raise NotFiled(f'{name}: has no line "- intent: {topic}". Restore it, or add the examples by hand.')
    head = next((at for at in range(start + 1, len(lines)) if re.match(r"^\s+examples:\s*\|", lines[at])), None)
    if head is None:
        raise NotFiled(f'{name}: has no line "examples: |" below its intent. Restore it, or add the examples by hand.')
    last, indent = head + 1, INDENT
    for at in range(head + 1, len(lines)):
        if lines[at].strip() and not lines[at].startswith((" ", "\t")):
            break
        if found := _LINE.match(lines[at]):
            last, indent = at + 1, found[1]
    return head + 1, last, indent


def _check(before: str, after: str, topic: str, new: Sequence[str], name: str) -> None:
    """That YAML reads exactly the new lines more. Raises NotFiled."""
    def of(text: str) -> Mapping[str, list[str]]:
        return {part["intent"]: [line.strip() for line in (part["examples"] or "").splitlines() if line.strip()] for part in yaml.safe_load(text)["nlu"]}
    was, now = of(before), of(after)
    if {**was, topic: was[topic] + [f"- {text}" for text in new]} != now:
        raise NotFiled(f"{name}: its form is not that of the others, so nothing was added. Bring it into the form of data/nlu/zh/greet.yml.")


def _draft(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=DRAFT)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        os.chmod(name, path.stat().st_mode & 0o777)
    else:
        os.chmod(name, 0o644)
    return Path(name)
