"""What is wrong with the content, as values a person can act on."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in a content file."""

    file: str
    """Path below the project's root, with the line where it is known: `data/flows/x.yml:12`."""
    where: str
    """The place inside: `step tx_status: choice pending`; empty for the whole file."""
    what: str
    """What is wrong."""
    do: str
    """What to do about it."""

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: {self.what}. {self.do}"


class ContentErrors(Exception):
    """The content cannot be used; `problems` has every fault that was found."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))
