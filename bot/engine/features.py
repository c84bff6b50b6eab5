"""What the classifier sees of a text: its normalised form, character n-grams and pinyin n-grams. Sentence vectors are encoder.py's."""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import numpy as np
from scipy.sparse import csr_matrix

from bot.text import normalise

MAX_CHARACTERS = 1_000
"""Of a longer message the first and last half of this many are classified."""

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_LETTER = re.compile(r"[^\W\d_]")
_LONG = re.compile(r"https?://\S+|\S+@\S+\.\w+|(?<![a-z0-9])(?=[a-z0-9]*\d)[a-z0-9]{16,}(?![a-z0-9])")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_TELLING = frozenset({"110", "886", "12315", "12321", "12345", "12377", "12386", "96110", "400", "404", "429", "500", "502", "503", "504"})
"""Figures that name something: hotlines of authorities, what a page that fails shows, a goodbye."""
_WORD = re.compile(r"\S+")
_LATIN_RUN = re.compile(r"[a-z]+(?:[ ',.]+[a-z]+)*")
_LETTERS = re.compile("[a-z]+")
_LONGEST_WORD = 40
"""Letters of a word that may be pinyin without blanks."""


@cache
def _simplifier():
    import opencc
    return opencc.OpenCC("tw2sp")


def feature_text(text: str) -> str:
    """The text for the classifier: cut, NFKC, simplified, lower case; links, hashes and figures made alike."""
    text = _cut(normalise(_cut(text))).lower()  # one character may become eighteen
    if not text.isascii():
        text = _simplifier().convert(text)
    text = _LONG.sub("#", text)
    return _DIGITS.sub(lambda match: match[0] if len(match[0]) < 3 or match[0] in _TELLING else "0", text).strip()


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS // 2] + " " + text[-MAX_CHARACTERS // 2:]


def says_something(text: str) -> bool:
    """Whether a text can have an intent: it holds a Han character, or two letters of another script."""
    letters = _LETTER.findall(normalise(text[:MAX_CHARACTERS]))
    return len(letters) > 1 or any(HAN.match(letter) for letter in letters)


def characters(text: str) -> Counter[str]:
    """Counts of the text's character 1-4-grams, word by word with a blank at either end."""
    counts: Counter[str] = Counter()
    for word in _WORD.findall(text):
        word = f" {word} "
        for size in (1, 2, 3, 4):
            counts.update(word[i:i + size] for i in range(len(word) - size + 1))
    del counts[" "]
    return counts


def pinyin(text: str) -> Counter[str]:
    """Counts of toneless pinyin 1-3-grams: of each run of Han characters, because homophones are the commonest typing errors,
    and of each run of Latin words that reads as pinyin ("mima wang le").
    """
    from pypinyin import lazy_pinyin
    counts: Counter[str] = Counter()
    runs = [lazy_pinyin(run) for run in HAN.findall(text)]
    runs += [_typed_pinyin(run) for run in _LATIN_RUN.findall(text)]
    for syllables in runs:
        for size in (1, 2, 3):
            counts.update(" ".join(syllables[i:i + size]) for i in range(len(syllables) - size + 1))
    return counts


def _typed_pinyin(run: str) -> list[str]:
    """The syllables of Latin words, if every word is made of syllables and there are two of them."""
    found: list[str] = []
    for word in _LETTERS.findall(run):
        syllables = _syllables_of(word) if len(word) <= _LONGEST_WORD else None
        if syllables is None:
            return []
        found += syllables
    return found if len(found) > 1 else []


@lru_cache(maxsize=20_000)
def _syllables_of(word: str) -> tuple[str, ...] | None:
    """The word cut into as few syllables as possible, None if it is not made of them."""
    known = _syllables()
    best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before, piece = best[start], word[start:end]
            if before is not None and piece in known and (best[end] is None or len(before) < len(best[end])):
                best[end] = (*before, piece)
    return best[-1]


@cache
def _syllables() -> frozenset[str]:
    """Every toneless syllable of Mandarin, without the letters that are hardly ever one ("n", "o")."""
    from pypinyin import lazy_pinyin
    known = set(lazy_pinyin([chr(code) for code in range(0x4E00, 0x9FA6)]))
    return frozenset(one for one in known if one.isascii() and one.isalpha() and (len(one) > 1 or one in "ae"))


class Vocabulary:
    """TF-IDF over counted n-grams: sublinear counts, smooth inverse document frequency, rows of length one."""

    def __init__(self, grams: Sequence[str], idf: np.ndarray) -> None:
        """`grams` are the columns in order, `idf` their weights."""
        self.grams = list(grams)
        self.idf = idf.astype(np.float32)
        self._column = {gram: i for i, gram in enumerate(self.grams)}

    @classmethod
    def fit(cls, documents: Iterable[Counter[str]]) -> Vocabulary:
        """The vocabulary of the training texts; n-grams seen in one text only are left out unless short."""
        seen: Counter[str] = Counter()
        total = 0
        for document in documents:
            seen.update(document.keys())
            total += 1
        grams = sorted(gram for gram, count in seen.items() if count > 1 or len(gram) <= 2)
        counts = np.array([seen[gram] for gram in grams], dtype=np.float64)
        return cls(grams, np.log((1 + total) / (1 + counts)) + 1)

    def weigh(self, document: Counter[str]) -> tuple[np.ndarray, np.ndarray]:
        """The columns of a document's known n-grams, and their weights (float32)."""
        hits = [(self._column[gram], count) for gram, count in document.items() if gram in self._column]
        if not hits:
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        index = np.array([column for column, _ in hits], np.int32)
        weights = (1 + np.log(np.array([count for _, count in hits], np.float32))) * self.idf[index]
        return index, weights / np.sqrt(weights @ weights)

    def transform(self, documents: Sequence[Counter[str]]) -> csr_matrix:
        """One row a document."""
        return rows([(self, documents, 1.0)])


def rows(parts: Sequence[tuple[Vocabulary, Sequence[Counter[str]], float]]) -> csr_matrix:
    """One row a document: the columns of each (vocabulary, counts of the documents, factor on the weights) side by side."""
    columns, values, lengths = [], [], []
    for counts in zip(*(documents for _, documents, _ in parts)):
        offset = length = 0
        for (vocabulary, _, factor), count in zip(parts, counts):
            index, weights = vocabulary.weigh(count)
            columns.append(index + np.int32(offset))
            values.append(weights * np.float32(factor))
            offset += len(vocabulary.grams)
            length += len(index)
        lengths.append(length)
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    width = sum(len(vocabulary.grams) for vocabulary, _, _ in parts)
    return csr_matrix((np.concatenate(values or [np.zeros(0, np.float32)]), np.concatenate(columns or [np.zeros(0, np.int32)]), starts), shape=(len(lengths), width))
