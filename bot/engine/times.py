"""Computes which time a phrase means, from the request's time and zone; which words are a time data/entities/times.yml says."""
from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from bot.text import number

_DAYS = {"大前天": 3, "前天": 2, "前晚": 2, "昨天": 1, "昨日": 1, "昨晚": 1, "昨夜": 1, "昨儿": 1, "今": 0,
         "yesterday": 1, "last night": 1, "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0}
_WEEKDAYS = {**{char: at for at, char in enumerate("一二三四五六日")}, "天": 6}
_EN_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPANS = {"秒": 1, "分钟": 60, "min": 60, "小时": 3600, "钟头": 3600, "hour": 3600, "hr": 3600, "天": 86400, "day": 86400,
          "周": 604800, "星期": 604800, "礼拜": 604800, "week": 604800, "月": 2592000, "month": 2592000, "年": 31536000}
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "a couple": 2, "a couple of": 2, "a few": 3, "half an": 0.5}
_LATE = re.compile("下午|傍晚|晚|夜(?!里)|afternoon|evening|night|(?<![a-z])p\\.?m")
_NIGHT = re.compile("凌晨|半夜|夜里")
_NOON = re.compile("中午|noon")

_ISO = re.compile(r"((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_DATE = re.compile(r"(\S+?)\s*年\s*(\S+?)\s*月\s*([^日号\s凌早上中下傍晚半夜]+)")
_MONTH_DATE = re.compile(r"([0-9零一二三四五六七八九十]+)\s*月\s*([0-9零一二三四五六七八九十]+)")
_DAY_OF_MONTH = re.compile(r"([0-9零一二三四五六七八九十]+)\s*号")
_AGO = re.compile(r"(?P<n>半|[0-9.]+|[零一二两三四五六七八九十百]+|[a-z ]+?)\s*多?\s*个?\s*(?P<half>半)?多?\s*(?P<span>" + "|".join(_SPANS) + r")[a-z]*\s*(?:之前|以前|前|ago)")
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?(?:\.\d+)?(?P<zone>z|[+-]\d\d:?\d\d)?")
_HOUR = re.compile(r"([0-9零一二两三四五六七八九十]+)\s*(?:点钟?|时)\s*(半|一刻|三刻|(?P<minute>[0-9零一二三四五六七八九十]+)\s*分?)?")
_EN_HOUR = re.compile(r"(?<![\d:])(\d{1,2})\s*(?:a\.?m|p\.?m|o'clock)")
_EN_BARE_HOUR = re.compile(r"(?:morning|afternoon|evening|night|tonight) (?:at|around|about) (\d{1,2})$")
_SLASH_DATE = re.compile(r"(?<![\d/])(\d{1,2}) ?/ ?(\d{1,2})(?![\d/])")
_WEEK = re.compile(r"(上个?周|上个?星期|上个?礼拜|这周|本周|周|星期|礼拜)([一二三四五六日天])")
_EN_DATE = re.compile(r"(?P<m1>[a-z]{3,9})\.?\s*(?P<d1>\d{1,2})(?:st|nd|rd|th)?(?!\d|:|\s*[ap]\.?m)|(?P<d2>\d{1,2})(?:st|nd|rd|th)?\s*(?:of\s*)?(?P<m2>[a-z]{3,9})")


def resolve(phrase: str, now: datetime) -> str | None:
    """The time that a folded phrase means, as ISO 8601: a date, or date and time with the zone of `now`; None if it means none."""
    try:
        return _resolve(re.sub(r"\s+", " ", phrase.strip()), now)
    except (ValueError, OverflowError):  # 2025年13月40日
        return None


def _resolve(phrase: str, now: datetime) -> str | None:
    if phrase in ("刚刚", "刚才", "just now"):
        return _iso(now)
    ago = _AGO.search(phrase)
    if ago:
        return _past(ago, now)
    day, rest = _date(phrase, now)
    time = _time(rest)
    if day is None and time is None:
        return None
    if time is None:
        return day.isoformat()
    hour, minute, second, zone = time
    moment = datetime.combine(day or now.date(), datetime.min.time(), now.tzinfo) + timedelta(hours=hour, minutes=minute, seconds=second)
    if zone:
        clock = moment.replace(tzinfo=None).isoformat()
        return _iso(datetime.fromisoformat(clock + ("+00:00" if zone == "z" else zone if ":" in zone else zone[:3] + ":" + zone[3:])).astimezone(now.tzinfo))
    if day is None and moment > now:  # "下午三点" said in the morning is yesterday's
        moment -= timedelta(days=1)
    return _iso(moment)


def _iso(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()


def _past(ago: re.Match[str], now: datetime) -> str | None:
    word = ago["n"].strip()
    count = 0.5 if word == "半" else _COUNTS.get(word)
    if count is None:
        value = number(word)
        if value is None:
            return None
        count = float(value)
    if ago["half"]:
        count += 0.5
    seconds = _SPANS[ago["span"]]
    moment = now - timedelta(seconds=count * seconds)
    return moment.date().isoformat() if seconds >= 86400 else _iso(moment.replace(second=0))


def _date(phrase: str, now: datetime) -> tuple[date | None, str]:
    """The day, and what is left of the phrase for the time of day."""
    if found := _ISO.search(phrase):
        return date(int(found[1]), int(found[2]), int(found[3])), phrase[found.end():].lstrip("t ")
    if found := _YEAR_DATE.search(phrase):
        year = _whole(found[1])
        return date(year + 2000 if year < 100 else year, _whole(found[2]), _whole(found[3])), phrase[found.end():].lstrip("日号 ")
    if found := _MONTH_DATE.search(phrase):
        return _latest(_whole(found[1]), _whole(found[2]), now), phrase[found.end():].lstrip("日号 ")
    if found := _SLASH_DATE.search(phrase):
        return _latest(int(found[1]), int(found[2]), now), phrase[found.end():]
    if found := _DAY_OF_MONTH.search(phrase):
        day, month, year = _whole(found[1]), now.month, now.year
        if day > now.day:
            month, year = (12, year - 1) if month == 1 else (month - 1, year)
        return date(year, month, day), phrase[found.end():]
    if found := _WEEK.search(phrase):
        return _weekday(_WEEKDAYS[found[2]], found[1].startswith("上"), now), phrase[found.end():]
    for word, back in _DAYS.items():
        if word in phrase:
            return now.date() - timedelta(days=back), phrase
    for at, word in enumerate(_EN_WEEKDAYS):
        if word in phrase:
            return _weekday(at, False, now), phrase
    for found in _EN_DATE.finditer(phrase):
        name = (found["m1"] or found["m2"])[:3]
        if name in _MONTHS:
            rest = phrase[found.end():]
            year = re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)", rest)
            month, day = _MONTHS.index(name) + 1, int(found["d1"] or found["d2"])
            if year:
                return date(int(year[1]), month, day), rest[year.end():]
            return _latest(month, day, now), rest
    return None, phrase


def _latest(month: int, day: int, now: datetime) -> date:
    """The last such day: what people report lies behind them."""
    found = date(now.year, month, day)
    return found if found <= now.date() + timedelta(days=1) else found.replace(year=now.year - 1)


def _weekday(at: int, last_week: bool, now: datetime) -> date:
    back = (now.weekday() - at) % 7
    if last_week:
        return now.date() - timedelta(days=now.weekday() + 7 - at)
    return now.date() - timedelta(days=back)


def _time(phrase: str) -> tuple[int, int, int, str | None] | None:
    """Hour, minute, second, zone if written; None without a time of day."""
    zone = None
    if found := _CLOCK.search(phrase):
        hour, minute, second, zone = int(found[1]), int(found[2]), int(found[3] or 0), found["zone"]
    elif found := _HOUR.search(phrase):
        hour, second = _whole(found[1]), 0
        minute = {"半": 30, "一刻": 15, "三刻": 45}.get(found[2] or "", 0) or (_whole(found["minute"]) if found["minute"] else 0)
    elif found := _EN_HOUR.search(phrase) or _EN_BARE_HOUR.search(phrase):
        hour, minute, second = int(found[1]), 0, 0
    else:
        return None
    if hour > 24 or minute > 59:
        raise ValueError(phrase)
    if _LATE.search(phrase) and 1 <= hour < 12 or _NOON.search(phrase) and hour in (1, 2):
        hour += 12
    elif (_NIGHT.search(phrase) or re.search(r"(?<![a-z])a\.?m", phrase)) and hour == 12:
        hour = 0
    elif _LATE.search(phrase) and hour == 12 and "晚" in phrase:
        hour = 24
    return hour, minute, second, zone


def _whole(text: str) -> int:
    value = number(text)
    if value is None or value != int(value):
        raise ValueError(text)
    return int(value)
