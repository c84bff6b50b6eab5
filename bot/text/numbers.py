"""Numbers as people write them in Chinese and English; amounts with their coin and times belong to the entity extractor."""
from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.text.folding import fold
from bot.text.normalising import normalise

_DIGITS = {**{char: n for n, char in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3, "肆": 4,
           "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "幺": 1}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000}
_MYRIADS = {"万": 10_000, "w": 10_000, "亿": 100_000_000}
_HAN = "".join(_DIGITS) + "十拾百佰千仟万亿"

_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?P<arabic>{_ARABIC})(?:\s?(?P<unit>[十百千万亿]{{1,2}}|[kw](?![a-z0-9])))?"
    rf"|半(?=[个枚颗万千百])(?:个|(?=[万千百]))(?P<halved>[万千百]?)"
    rf"|(?P<han>[{_HAN}]+(?:点[{_HAN}]+)?)(?:个(?P<half>半))?")
# Words that hold a numeral and mean no number.
_IDIOMS = re.compile("一[下样致直些般起定旦边时切点共律再并]|[统唯万专同逐]一|千万(?=别|不要|要)|十分(?!钟)|三方|两者|七上八下|乱七八糟")

_WHOLE_TIMES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "k": 1000, "w": 10_000}


@dataclass(frozen=True)
class Number:
    """A number found in a text: its value and where it stands (`text[start:end]`)."""

    value: Decimal
    start: int
    end: int


def numbers(text: str) -> list[Number]:
    """Every number in the text, left to right. `text` is normalised already; words like 一致 are no numbers."""
    folded = fold(text)
    idioms = [match.span() for match in _IDIOMS.finditer(folded)]
    found = []
    for match in _NUMBER.finditer(folded):
        if any(start < match.end() and match.start() < end for start, end in idioms):
            continue
        value = _value(match)
        if value is not None:
            found.append(Number(value, match.start(), match.end()))
    return found


def number(text: str) -> Decimal | None:
    """The number that the whole text is ("一千五" -> 1500, "1.5万" -> 15000, "半个" -> 0.5), or None."""
    folded = fold(normalise(text)).removesuffix("个").strip() or "-"
    folded = folded if folded != "半" else "半个"
    match = _NUMBER.fullmatch(folded)
    return _value(match) if match else None


_LONGEST = 30  # characters; a longer run of digits is an id


def _value(match: re.Match[str]) -> Decimal | None:
    if len(match[0]) > _LONGEST:
        return None
    value = _exact(match)
    return value.quantize(Decimal(1)) if value is not None and value == value.to_integral_value() and value < 10**20 else value


def _exact(match: re.Match[str]) -> Decimal | None:
    if arabic := match["arabic"]:
        value = Decimal(arabic.replace(",", ""))
        for unit in match["unit"] or "":
            value *= _WHOLE_TIMES[unit]
        return value
    if han := match["han"]:
        value = _han(han)
        return value + Decimal("0.5") if value is not None and match["half"] else value
    return Decimal("0.5") * _WHOLE_TIMES.get(match["halved"] or "", 1)


def _han(text: str) -> Decimal | None:
    """The value of a Chinese numeral; None where the characters make none ("百零", "万十")."""
    whole, _, fraction = text.partition("点")
    if fraction:
        scale = ""
        if fraction[-1] in _MYRIADS:  # 一点五万
            fraction, scale = fraction[:-1], fraction[-1]
        if not fraction or any(char not in _DIGITS for char in fraction):
            return None
        base = _integer(whole)
        if base is None:
            return None
        return (base + Decimal("0." + "".join(str(_DIGITS[char]) for char in fraction))) * _MYRIADS.get(scale, 1)
    value = _integer(whole)
    return None if value is None else Decimal(value)


def _integer(text: str) -> int | None:
    if all(char in _DIGITS for char in text):  # 二〇二五: digits in a row
        return int("".join(str(_DIGITS[char]) for char in text))
    total = section = 0
    digit: int | None = None
    last_unit = 0  # of the unit just before, for 一千五 = 1500
    zero = False
    for char in text:
        if char in _DIGITS:
            if digit is not None and not (digit == 0 and zero):
                return None
            digit, zero = _DIGITS[char], char in "零〇"
            if not zero:
                continue
            digit, last_unit = None, 1  # after 零 the next digit counts ones
        elif char in _UNITS:
            if digit is None and char not in "十拾":
                return None
            section += (1 if digit is None else digit) * _UNITS[char]
            digit, last_unit = None, _UNITS[char]
        else:
            section += digit or 0
            if not section and not total:
                return None
            total = (total + section) * _MYRIADS[char] if char == "亿" else total + section * _MYRIADS[char]
            section, digit, last_unit = 0, None, _MYRIADS[char]
    if digit is not None:
        section += digit * (last_unit // 10 if last_unit >= 100 else 1)
    return total + section


_ORDINALS = {word: n for n, words in enumerate((("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"),
                                               ("fifth", "5th"), ("sixth", "6th")), start=1) for word in words}
_CARDINALS = {word: n for n, word in enumerate(("one", "two", "three", "four", "five", "six"), start=1)}
_CHOICE = re.compile(
    r"[(\[]?\s*(?:我?(?:选择?|要|按|是)?\s*(?:第|选项|数字)?\s*|(?:i(?:'ll| will)?\s+)?(?:pick|choose|take|select|want|go with)?\s*(?:the\s+)?(?:option|number|choice|no\.?|answer)?\s*#?\s*)"
    r"(?P<n>\d{1,2}|[一二三四五六七八九十]|" + "|".join((*_ORDINALS, *_CARDINALS, "last")) + r"|最后一)"
    r"(?:\s*(?:个|种|项|号|条|one|option|choice|please|pls|吧|啊|呢|谢谢))*\s*[)\].,、。:!]?")


def choice_number(text: str, count: int | None = None) -> int | None:
    """The number of the choice that the whole text picks, from 1: "1", "2.", "②", "第二个", "选3", "the second one".

    With `count` choices on offer a number beyond them is None, and "最后一个" / "the last one" is the last.
    An amount ("2 USDT", "1.5") picks nothing, nor does a hedged or negated answer.
    """
    match = _CHOICE.fullmatch(fold(normalise(text)))
    if not match:
        return None
    word = match["n"]
    if "个" in match[0] and "第" not in match[0] and "最后" not in match[0]:
        return None  # 2个 is how many, 第2个 is which
    if word in ("last", "最后一"):
        return count
    picked = _ORDINALS.get(word) or _CARDINALS.get(word) or (int(word) if word.isdecimal() else _integer(word))
    if not picked or (count is not None and picked > count):
        return None
    return picked
