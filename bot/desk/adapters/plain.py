"""Plain text of what agents and desks write as HTML. What comes out is shown as text, never as markup."""
from __future__ import annotations

import re

import html_text

MOST_CHARACTERS = 400_000
_BLANK = re.compile(r"[ \t]+\n")
_GAPS = re.compile(r"\n{3,}")


def from_html(markup: str) -> str:
    """What a reader would see of it: paragraphs and lines kept, scripts and styles gone. Never fails."""
    try:
        return tidy(html_text.extract_text(markup[:MOST_CHARACTERS].replace("\0", ""), guess_layout=True))
    except Exception:  # the parser's errors are many, and an agent's answer must not be lost over one of them
        return tidy(re.sub(r"<[^>]*>", " ", markup[:MOST_CHARACTERS]))


def tidy(text: str) -> str:
    """Line ends of one kind, no trailing blanks, no gaps, no control characters."""
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _GAPS.sub("\n\n", _BLANK.sub("\n", text)).strip()


def parts(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` characters, cut at line ends where there are some."""
    pieces = []
    while len(text) > most:
        cut = text.rfind("\n", most // 2, most)
        cut = cut + 1 if cut > 0 else most
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]
