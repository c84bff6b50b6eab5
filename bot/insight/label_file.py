"""The file in which a support lead says what unclear messages mean: writes it, reads it back with line numbers. Pure.

A list of groups: `topic:` (to fill in), `suggestion`, `count`, `newest`, `asked`, `examples`. Only topic and examples are read.
"""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import yaml

SHOWN = 12
"""Examples of a group that the file shows; more of the same teach nothing."""
HEAD = """\
# Messages that the bot did not understand, from {first} to {last}: {messages} in {groups} groups, the newest first.
#
# 1. Behind `topic:` write what the messages of a group mean: a name from the list at the end. `suggestion` is what their writers chose
#    or said next, or else the bot's own guess; it is not read. Leave `topic:` empty where you are not sure: that group is left out.
# 2. Take out examples (whole lines) that mean something else, and whatever still tells who wrote it.
# 3. .venv/app/bin/bot learn THIS-FILE     says what is wrong with it, or files the examples into data/nlu
#    .venv/app/bin/bot train               learns them, and lets the new model serve if it understands no worse
# `asked` names the question that was open: an answer to a question often belongs to the words of its choices
# (data/flows/<flow>.yml) rather than to a topic.
#
# Secrets and personal data are masked, but people have written this: keep the file where the message log may be, and no longer.
#
# The topics' names stand at the end of this file.
"""


class BadLabels(Exception):
    """The file cannot be read as groups; the message has the line and what to do."""


@dataclass(frozen=True)
class Unclear:
    """One message, masked."""

    text: str
    at: datetime
    asked: str = ""
    """`flow.step` of the question that was open."""
    guess: str = ""
    """The likeliest topic at the time."""
    chosen: str = ""
    """The topic whose button was pressed next."""
    said: str = ""
    """The topic of what was written next, if that was understood."""


@dataclass(frozen=True)
class Group:
    """Messages that say similar things."""

    members: tuple[Unclear, ...]
    """The most typical first."""

    @property
    def newest(self) -> datetime:
        return max(one.at for one in self.members)

    @property
    def suggestion(self) -> tuple[str, str]:
        """A topic and where it comes from: what was chosen counts most, then what was said, then guesses."""
        for words, topics in (("chosen by {n} of {all}", [one.chosen for one in self.members]), ("said next by {n} of {all}", [one.said for one in self.members]),
                              ("a guess", [one.guess for one in self.members])):
            counted = Counter(filter(None, topics)).most_common(1)
            if counted:
                return counted[0][0], words.format(n=counted[0][1], all=len(self.members))
        return "", ""


@dataclass(frozen=True)
class Labelled:
    """An example as the file gives it."""

    text: str
    topic: str
    line: int
    """From 1."""


def written(groups: Sequence[Group], topics: Mapping[str, str]) -> str:
    """The file's text, the newest group first. `topics`: name -> title."""
    ordered = sorted(groups, key=lambda group: group.newest, reverse=True)
    times = [one.at for group in groups for one in group.members]
    lines = [HEAD.format(first=f"{min(times):%Y-%m-%d}", last=f"{max(times):%Y-%m-%d}", messages=len(times), groups=len(groups))]
    for group in ordered:
        suggestion, source = group.suggestion
        lines += ["- topic:", f"  suggestion: {suggestion}  # {source}" if suggestion else "  suggestion:", f"  count: {len(group.members)}", f"  newest: {group.newest:%Y-%m-%d}"]
        asked = Counter(one.asked for one in group.members if one.asked).most_common(1)
        if asked:
            lines.append(f"  asked: {asked[0][0]}  # {asked[0][1]} of {len(group.members)}")
        texts = list(dict.fromkeys(one.text for one in group.members))
        lines += ["  examples:", *(f"  - {_quoted(text)}" for text in texts[:SHOWN])]
        if len(texts) > SHOWN:
            lines.append(f"  # and {len(texts) - SHOWN} more like these")
        lines.append("")
    return "\n".join([*lines, "# Topics", *(f"#   {name}  {title}".rstrip() for name, title in topics.items()), ""])


def read(text: str) -> tuple[list[Labelled], int]:
    """The labelled examples, and how many groups have no topic yet. Raises BadLabels."""
    try:
        root = yaml.compose(text, yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadLabels(f"line {mark.line + 1 if mark else 1}: is not YAML ({getattr(error, 'problem', None) or 'unreadable'}). "
                        "Put the text into double quotes, and indent as the other lines.") from None
    if not isinstance(root, yaml.SequenceNode):
        raise BadLabels("line 1: is no list of groups. Start from a file that `bot unclear` wrote.")
    found, open_groups = [], 0
    for node in root.value:
        line = node.start_mark.line + 1
        if not isinstance(node, yaml.MappingNode):
            raise BadLabels(f"line {line}: is no group. A group begins with `- topic:`.")
        parts = {key.value: value for key, value in node.value}
        topic, examples = parts.get("topic"), parts.get("examples")
        if "topic" not in parts or not isinstance(topic, yaml.ScalarNode):
            raise BadLabels(f"line {line}: the group has no `topic:`. Write one name behind it, or leave it empty.")
        if not topic.value.strip():
            open_groups += 1
            continue
        if not isinstance(examples, yaml.SequenceNode) or not examples.value:
            raise BadLabels(f"line {line}: the group has no examples. Write them below `examples:`, or take the group out.")
        for example in examples.value:
            if not isinstance(example, yaml.ScalarNode):
                raise BadLabels(f"line {example.start_mark.line + 1}: is no text. Put it into double quotes.")
            found.append(Labelled(" ".join(example.value.split()), topic.value.strip(), example.start_mark.line + 1))
    return found, open_groups


def _quoted(text: str) -> str:
    # A JSON string is a YAML one; what YAML takes for a line's end or does not print was taken out before (unclear.masked).
    return json.dumps(text, ensure_ascii=False)
