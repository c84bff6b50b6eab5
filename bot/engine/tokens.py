"""spaCy tokenizer for messages: hashes and addresses stay whole, figures part from units, known words are one token each.

spaCy's own tokenizer for blank Chinese splits a hash into its letters.
"""
from __future__ import annotations

import re

from spacy.tokens import Doc, Token
from spacy.vocab import Vocab

from bot.engine.patterns import Patterns
from bot.references import Reading, find

_HAN_NUMERAL = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
_QUOTES = "usdt|usdc|usd|btc|eth|bnb|fdusd|eur|try|dai"
_FORMS = (
    ("url", r"https?://\S+"),
    ("email", r"[a-z0-9._%+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+"),
    ("date", r"(?<!\d)(?:19|20)\d\d(?P<sep>[-/.])\d{1,2}(?P=sep)\d{1,2}(?!\d)"),
    ("clock", r"(?<![\d.:])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?:\.\d+)?(?:[+-]\d\d:?\d\d)?(?!\d)"),
    ("errcode", r"(?<![a-z0-9])(?:err|e)[-_]?[a-z_]{0,20}\d{3,6}(?![a-z0-9])"),
    ("pair", rf"(?<![a-z0-9])[a-z][a-z0-9]{{1,7}}(?:\s?[/_-]\s?(?:{_QUOTES})|(?:usdt|usdc|fdusd))(?![a-z0-9])"),
    ("phone", r"(?<![\d.+])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)\+\d(?:[- ]?\d){7,13}(?!\d)"),
)
_AFTER = (
    ("number", rf"\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?:\s?[万千百亿]|[wk](?![a-z0-9]))?|\d+(?:\.\d+)?(?:\s?[万千百亿]+|[wk](?![a-z0-9]))?|[{_HAN_NUMERAL}]+|半"),
    ("word", r"t(?=\d\d:)|[a-z]+(?:['\u2019][a-z]+)?\d*"),
    ("other", r"[^\W_]|\S"),
)

MOST_SCANNED = 1_500
"""Characters in which words and figures are looked for; references are found wherever they stand."""


def known_kinds() -> None:
    """Registers the token extensions the patterns look at."""
    for name in ("kind", "value"):
        if not Token.has_extension(name):
            Token.set_extension(name, default=None)


class MessageTokenizer:
    """Makes a Doc of a folded text; tokens carry `_.kind` and, for known names, `_.value`."""

    def __init__(self, vocab: Vocab, patterns: Patterns) -> None:
        known_kinds()
        self.vocab = vocab
        self._words = patterns.words
        known = sorted({*patterns.words, *patterns.literals}, key=len, reverse=True)
        joined = "|".join(self._known(word) for word in known if len(word) > 1 or not word.isascii())
        forms = [*_FORMS, ("known", joined), *_AFTER]
        self._scan = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in forms if pattern))

    @staticmethod
    def _known(word: str) -> str:
        inner = r"\s+".join(re.escape(part) for part in word.split())
        # A word of letters ends where letters end; it may follow a figure ("0.5btc").
        before = r"(?<![a-z])" if re.match("[a-z]", word) else ""
        after = r"(?![a-z0-9])" if re.search("[a-z0-9]$", word) else ""
        if re.fullmatch(f"[{_HAN_NUMERAL}半]", word):
            return re.escape(word) + "(?!.)(?<!.)"  # a numeral stays part of its number
        return before + inner + after

    def __call__(self, text: str) -> Doc:
        """The Doc of `text`; whitespace is no token."""
        return self.read(text, find(text))

    def read(self, text: str, references: list[Reading]) -> Doc:
        """The same, with the references already found."""
        pieces: list[tuple[str, int, str | None, str | None]] = []
        at = 0
        for reference in references:
            self._scan_into(pieces, text, at, min(reference.start, MOST_SCANNED))
            pieces.append((text[reference.start:reference.end], reference.start, "reference", None))
            at = reference.end
        self._scan_into(pieces, text, at, min(len(text), MOST_SCANNED))
        doc = Doc(self.vocab, words=[piece[0] for piece in pieces], spaces=[False] * len(pieces))
        doc.user_data["starts"] = [piece[1] for piece in pieces]
        for token, (_, _, kind, value) in zip(doc, pieces):
            token._.kind, token._.value = kind, value
        return doc

    def _scan_into(self, pieces: list, text: str, start: int, end: int) -> None:
        for match in self._scan.finditer(text, start, end):
            kind, word = match.lastgroup, match[0]
            if kind == "sep":  # the group inside a date
                kind = "date"
            label, value = self._words.get(re.sub(r"\s+", " ", word), (kind, None))
            pieces.append((word, match.start(), label, value))
