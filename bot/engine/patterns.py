"""Reads data/entities/*.yml into token patterns for spaCy's SpanRuler. It finds nothing itself.

A file has a `label` and either `values` (value -> names) or `patterns` (one line of elements each, with `sets` of words). An
element is a word, alternatives joined by `|`, or `{kind}`; `?` behind it makes it optional, `_` stands for a blank in a word.
"""
from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FORMS = frozenset({"number", "date", "clock", "errcode"})
"""Kinds that the tokenizer knows by form."""


class BadPattern(ValueError):
    """A pattern file cannot be used; the message says which, where and what to do."""


@dataclass
class Patterns:
    """Everything the extractor needs to know from the pattern files and the exchange."""

    words: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Names with a value of their own: folded name -> (label, value)."""
    literals: set[str] = field(default_factory=set)
    """Further words that must stay one token."""
    rules: list[dict[str, Any]] = field(default_factory=list)
    """`{label, pattern}` as SpanRuler takes them."""

    def to_json(self) -> dict[str, Any]:
        """For the model's storage."""
        return {"words": {name: list(value) for name, value in self.words.items()}, "literals": sorted(self.literals), "rules": self.rules}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Patterns:
        """From the model's storage."""
        return cls({name: (value[0], value[1]) for name, value in data["words"].items()}, set(data["literals"]), list(data["rules"]))


def load_patterns(files: Iterable[Path], coins: Iterable[str] = ()) -> Patterns:
    """The patterns of the files; `coins` are codes to know besides those in the files. Raises BadPattern."""
    made = Patterns()
    kinds = set(FORMS)
    sources: list[tuple[str, Mapping[str, Any]]] = []
    for path in sorted(files):
        try:
            data = yaml.safe_load(path.read_text("utf-8"))
        except yaml.YAMLError as problem:
            raise BadPattern(f"data/entities/{path.name}: is not YAML ({str(problem).splitlines()[0]}). Mend that line.") from None
        if not isinstance(data, dict) or not isinstance(data.get("label"), str) or not (data.get("values") or data.get("patterns")):
            raise BadPattern(f"data/entities/{path.name}: needs `label` and `values` or `patterns`.")
        sources.append((path.name, data))
        for value, names in (data.get("values") or {}).items():
            kinds.add(data["label"])
            for name in names:
                made.words[str(name).lower()] = (data["label"], str(value))
    for code in coins:
        made.words.setdefault(code.lower(), ("coin", code))
    for name, data in sources:
        sets = {key: [_plain(word) for word in words] for key, words in (data.get("sets") or {}).items()}
        for words in sets.values():
            made.literals.update(words)
        for line in data.get("patterns") or ():
            for pattern in _expand(str(line), sets, kinds, f"data/entities/{name}: pattern {line!r}", made.literals):
                made.rules.append({"label": data["label"], "pattern": pattern})
    made.rules += [{"label": label, "pattern": [_kind(label)]} for label in sorted(kinds - FORMS)]
    made.literals -= set(made.words)
    return made


def _plain(word: Any) -> str:
    return str(word).replace("_", " ").lower()


def _kind(name: str) -> dict[str, Any]:
    return {"_": {"kind": name}}


def _expand(line: str, sets: Mapping[str, list[str]], kinds: set[str], where: str, literals: set[str]) -> Iterable[list[dict[str, Any]]]:
    """The token patterns of one line: several where an element mixes words and kinds, which one token cannot say."""
    elements = []
    for element in line.split():
        optional = element.endswith("?") and len(element) > 1
        words, options = [], []
        for part in element.removesuffix("?").split("|") if optional else element.split("|"):
            if part.startswith("{") and part.endswith("}"):
                name = part[1:-1]
                if name in sets:
                    words += sets[name]
                elif name in kinds:
                    options.append(_kind(name))
                else:
                    raise BadPattern(f"{where}: knows no {{{name}}}. Use one of {', '.join(sorted({*sets, *kinds}))}, or add it to `sets`.")
            else:
                words.append(_plain(part))
                literals.add(_plain(part))
        if words:
            options.append({"LOWER": {"IN": sorted(set(words))}})
        elements.append([{**option, "OP": "?"} if optional else option for option in options])
    return [list(choice) for choice in itertools.product(*elements)]
