"""docs/guide-coverage.md is true: no sentence of the guide is missing, and the bot really says what the table claims.

The guide itself is not kept here. `python tests/docs/test_guide_coverage.py GUIDE` prints the lines of guide_sentences.txt for it: of
each sentence a hash, and a hash of its beginning, by which the table's quotes are held to it.
"""
from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from bot.content import load
from bot.content.transcript import Transcript, read, turns
from bot.dialogue.model import Content

ROOT = Path(__file__).resolve().parents[2]
BEGINNING = 8
"""Characters of a sentence that the table quotes at least, where it has as many."""
TELLS_NOTHING = {2, 3, 5, 6, 7, 8, 19, 42, 48, 49, 59, 68, 73, 75, 76, 80, 84, 88, 106, 120, 124, 125, 126, 133, 134, 135}
"""Greetings, headings over what follows, and the author on the article."""


def sentences(guide: str) -> list[str]:
    """The guide's sentences and headings, in order, without bullets and numbers."""
    found = []
    for line in guide.splitlines():
        line = re.sub(r"^\s*(?:•|\d+\.)\s*", "", line).strip()
        found += [part.strip() for part in re.findall(r'[^。！!？?]+[。！!？?]*["”]?', line)]
    return [sentence for sentence in found if sentence]


def mark(text: str) -> str:
    """Twelve hex digits of a text, whatever its widths and spaces."""
    return hashlib.sha256(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).encode()).hexdigest()[:12]


def rows() -> list[list[str]]:
    """The table's rows: number, quote, flow or card, transcript, phrases."""
    lines = (ROOT / "docs/guide-coverage.md").read_text("utf-8").splitlines()
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| \d+ \|", line)]


SHOWN = [row for row in rows() if row[2] != "—"]


@cache
def content() -> Content:
    return load(ROOT)


@cache
def transcripts() -> dict[str, Transcript]:
    files = [*(ROOT / "tests/flows").glob("*.yml"), *(ROOT / "tests/cards").glob("*.yml")]
    return {t.id: t for path in files for t in read(path, path.relative_to(ROOT).as_posix())}


@cache
def played(name: str) -> tuple[str, frozenset[str]]:
    """All that the bot says in a transcript, and the flows it goes through."""
    done = [turn for _, turn in turns(content(), transcripts()[name]) if turn]
    flows = {(state or {}).get("name") for turn in done for state in (turn.state["flow"], turn.state["last"])}
    return "\n".join(reply.text for turn in done for reply in turn.replies), frozenset(flows - {None})


def test_no_sentence_of_the_guide_is_missing() -> None:
    kept = [line.split() for line in (ROOT / "tests/docs/guide_sentences.txt").read_text("utf-8").splitlines()]
    table = rows()
    assert [int(row[0]) for row in table] == list(range(1, len(kept) + 1))
    for row, (whole, beginning) in zip(table, kept):
        quote = row[1].removesuffix("…")
        assert mark(quote[:BEGINNING]) == beginning, row
        assert row[1].endswith("…") or mark(quote) == whole, row


def test_only_greetings_and_headings_have_nothing_to_show() -> None:
    assert {int(row[0]) for row in rows() if row[2] == "—"} == TELLS_NOTHING


@pytest.mark.parametrize("row", SHOWN, ids=[row[0] for row in SHOWN])
def test_the_bot_says_what_the_table_claims(row: list[str]) -> None:
    number, _, where, name, phrases = row
    assert where in content().flows or where in content().cards, f"row {number}: no flow or card {where}"
    assert name in transcripts(), f"row {number}: no transcript {name}"
    said, flows = played(name)
    assert where in flows or _speaks(where, said), f"row {number}: {name} does not go through {where}"
    missing = [phrase for phrase in phrases.split(" / ") if phrase not in said]
    assert phrases, f"row {number}: no phrase to find"
    assert not missing, f"row {number}: {name} does not say {missing}"


def _speaks(card: str, said: str) -> bool:
    """Whether a card's words are among what was said (its placeholders are filled in)."""
    texts = content().cards[card].texts if card in content().cards else ()
    return any(all(part.strip() in said for part in re.split(r"\{[^}]*\}", text.zh)) for text in texts)


if __name__ == "__main__":
    for sentence in sentences(Path(sys.argv[1]).read_text("utf-8")):
        print(mark(sentence), mark(sentence[:BEGINNING]))
