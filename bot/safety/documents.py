"""Finds numbers of identity papers: by their own check digit where they have one, else by what is said around them.

Sources: GB 11643 (mainland China, ISO 7064 MOD 11-2), the check digits of Taiwan's and Hong Kong's identity cards.
"""
from __future__ import annotations

import re

Span = tuple[int, int]

_MAINLAND = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{5})[ -]?((?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))[ -]?(\d{3}[0-9Xx])(?![0-9A-Za-z])")
_TAIWAN = re.compile(r"(?<![0-9A-Za-z])[A-Za-z][1289]\d{8}(?![0-9A-Za-z])")
_HONG_KONG = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]{1,2})(\d{6})\s?(?:\(([0-9Aa])\)|([0-9Aa]))(?![0-9A-Za-z])")
_NUMBER = r"((?=[A-Za-z0-9-]{0,14}\d{4})[A-Za-z0-9](?:-?[A-Za-z0-9]){5,17})(?![0-9A-Za-z])"
_LABEL = (r"(?:身[份分][证證](?:件|号码?|號碼?|编号)?|证件号码?|證件號碼?|护照(?:号码?|编号)?|護照(?:號碼?)?|驾照号码?|居留证号码?"
          r"|(?<![A-Za-z])(?:passport|national\sid|id\scard|identity\scard|driver'?s\slicen[cs]e|social\ssecurity|ssn|nric)(?:\s(?:number|no\.?|#))?)(?![A-Za-z])")
_LABELLED = re.compile(rf"{_LABEL}(?:\s{{0,2}}(?:是|为|為|:|=|is|was|#))?\s{{0,3}}{_NUMBER}", re.I)
_TAIWAN_LETTERS = {letter: value for value, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO", 10)}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def find_documents(text: str) -> list[Span]:
    """Spans of identity card, passport and licence numbers."""
    if not re.search("[0-9]{4}", text):
        return []
    found = [match.span() for match in _MAINLAND.finditer(text) if _mainland(match[1] + match[2] + match[3])]
    found += [match.span(1) for match in _LABELLED.finditer(text)]
    if re.search(r"身[份分][证證]|\bid\b|identity", text, re.I):
        found += [match.span() for match in _TAIWAN.finditer(text) if _taiwan(match[0].upper())]
        found += [match.span() for match in _HONG_KONG.finditer(text) if _hong_kong(match[1].upper(), match[2], (match[3] or match[4]).upper())]
    return found


def _mainland(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS))
    return "10X98765432"[total % 11] == number[17].upper()


def _taiwan(number: str) -> bool:
    first = _TAIWAN_LETTERS[number[0]]
    digits = [first // 10, first % 10, *map(int, number[1:])]
    return sum(digit * weight for digit, weight in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def _hong_kong(letters: str, digits: str, check: str) -> bool:
    values = [36 if len(letters) == 1 else ord(letters[0]) - 55, ord(letters[-1]) - 55, *map(int, digits)]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1)))
    return (total + (10 if check == "A" else int(check))) % 11 == 0
