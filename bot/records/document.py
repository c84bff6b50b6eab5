"""What a document holds, whatever it is printed as: plain text in sections. No markup comes in, none goes out."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Section:
    """A heading with rows below it: (label, text) pairs; an empty label is a paragraph."""

    heading: str
    rows: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Document:
    """A document in one language."""

    title: str
    language: str
    """zh-Hans, zh-Hant or en."""
    sections: list[Section] = field(default_factory=list)
    note: str = ""
    """The small print at its end."""

    def as_json(self) -> dict[str, Any]:
        """The same as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Document:
        """What as_json() gave."""
        sections = [Section(each["heading"], [(str(label), str(text)) for label, text in each["rows"]]) for each in kept["sections"]]
        return cls(kept["title"], kept["language"], sections, kept["note"])
