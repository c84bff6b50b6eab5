"""Opening hours: whether it is open, when it next opens, and arithmetic in open time, across midnight, holidays and clock changes. Pure."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 400
"""How far ahead is looked: more than a year of holidays means that it never opens."""


class NeverOpen(Exception):
    """There is no opening time within MOST_DAYS."""


@dataclass(frozen=True)
class Hours:
    """A week of opening hours in one time zone. A `close` that is not after `open` is on the next day; such a shift belongs to the day it begins on."""

    zone: ZoneInfo
    open: time
    close: time
    """00:00 stands for the end of the day."""
    days: frozenset[int]
    """0 for Monday to 6."""
    holidays: frozenset[date] = frozenset()

    @classmethod
    def read(cls, section: Mapping) -> Hours:
        """The section `hours` of data/exchange.yml; what it leaves out is always open. Raises ValueError with what is wrong."""
        name = section.get("timezone") or "UTC"
        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'timezone "{name}" is unknown; write an IANA name such as Asia/Singapore') from None
        days = section.get("days") or list(DAYS)
        for day in days:
            if day not in DAYS:
                raise ValueError(f'day "{day}" is unknown; write {", ".join(DAYS)}')
        return cls(zone, _time(section.get("open") or "00:00"), _time(section.get("close") or "24:00"), frozenset(DAYS.index(day) for day in days),
                   frozenset(_date(each) for each in section.get("holidays") or ()))

    def is_open(self, moment: datetime) -> bool:
        """Whether people are there at `moment` (with a zone)."""
        moment = _utc(moment)
        return any(begin <= moment < end for begin, end in self.shifts(moment, 1))

    def next_open(self, moment: datetime) -> datetime:
        """`moment` itself while it is open, else when it opens next (UTC). Raises NeverOpen."""
        moment = _utc(moment)
        for begin, end in self.shifts(moment, MOST_DAYS):
            if moment < end:
                return max(moment, begin)
        raise NeverOpen

    def add(self, moment: datetime, seconds: float) -> datetime:
        """When `seconds` of open time after `moment` have passed (UTC). Raises NeverOpen."""
        moment, left = _utc(moment), timedelta(seconds=seconds)
        for begin, end in self.shifts(moment, MOST_DAYS):
            begin = max(begin, moment)
            if begin >= end:
                continue
            if begin + left <= end:
                return begin + left
            left -= end - begin
        raise NeverOpen

    def between(self, start: datetime, end: datetime) -> float:
        """Seconds of open time from `start` to `end`; 0 when `end` is earlier."""
        start, end = _utc(start), _utc(end)
        if end <= start:
            return 0.0
        total = timedelta()
        for begin, finish in self.shifts(start, (end - start).days + 2):
            total += max(timedelta(), min(finish, end) - max(begin, start))
        return total.total_seconds()

    def shifts(self, moment: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """Shifts (begin, end) in UTC, in order, from the day before `moment` to `days` days after."""
        first = moment.astimezone(self.zone).date() - timedelta(days=1)
        for number in range(days + 2):
            day = first + timedelta(days=number)
            if day.weekday() not in self.days or day in self.holidays:
                continue
            begin = self._moment(day, self.open)
            end = self._moment(day if self.close > self.open else day + timedelta(days=1), self.close)
            if begin < end:
                yield begin, end

    def _moment(self, day: date, at: time) -> datetime:
        # A local time that a clock change skips or repeats: zoneinfo takes the offset before the change, which is what a clock on the wall would do.
        return datetime.combine(day, at, self.zone).astimezone(timezone.utc)


def _utc(moment: datetime) -> datetime:
    # Two moments of one zone are compared and added by their wall clocks, which a clock change makes wrong by an hour.
    return moment.astimezone(timezone.utc)


def _time(text: str) -> time:
    if text == "24:00":
        return time(0)
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text}" is no time of day; write it as "09:00"') from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'holiday "{text}" is no date; write it as "2026-12-25"') from None
