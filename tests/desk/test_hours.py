"""Opening hours: arithmetic in open time across midnight, weekends, holidays and clock changes."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.hours import Hours, NeverOpen

SINGAPORE, BERLIN = ZoneInfo("Asia/Singapore"), ZoneInfo("Europe/Berlin")
WEEK = Hours.read({"timezone": "Asia/Singapore", "open": "09:00", "close": "21:00", "days": ["mon", "tue", "wed", "thu", "fri"], "holidays": ["2026-12-25"]})
NIGHT = Hours.read({"timezone": "Europe/Berlin", "open": "22:00", "close": "06:00"})
DAY = Hours.read({"timezone": "Europe/Berlin"})


def at(text: str, zone: ZoneInfo = SINGAPORE) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_it_is_open_from_the_first_minute_to_before_the_last():
    assert WEEK.is_open(at("2026-12-21T09:00"))
    assert WEEK.is_open(at("2026-12-21T20:59:59"))
    assert not WEEK.is_open(at("2026-12-21T21:00"))
    assert not WEEK.is_open(at("2026-12-20T12:00"))  # a Sunday


def test_a_holiday_is_closed_all_day_and_the_weekend_behind_it_too():
    assert WEEK.next_open(at("2026-12-24T21:30")) == at("2026-12-28T09:00")


def test_half_an_hour_begun_before_closing_ends_the_next_morning():
    assert WEEK.add(at("2026-12-21T20:50"), 30 * 60) == at("2026-12-22T09:20")


def test_half_an_hour_begun_on_friday_evening_ends_on_monday():
    assert WEEK.add(at("2026-12-18T20:50"), 30 * 60) == at("2026-12-21T09:20")


def test_open_time_between_two_moments_leaves_out_nights_and_weekends():
    assert WEEK.between(at("2026-12-18T20:00"), at("2026-12-21T10:00")) == 2 * 3600


def test_a_shift_over_midnight_belongs_to_the_day_it_begins_on():
    night = Hours.read({"timezone": "Asia/Singapore", "open": "22:00", "close": "06:00", "days": ["fri"]})
    assert night.is_open(at("2026-12-19T05:59"))  # Saturday morning, Friday's shift
    assert not night.is_open(at("2026-12-18T05:59"))


def test_the_night_of_the_clock_change_has_an_hour_more_or_less():
    assert NIGHT.between(at("2026-10-24T22:00", BERLIN), at("2026-10-25T06:00", BERLIN)) == 9 * 3600
    assert NIGHT.between(at("2026-03-28T22:00", BERLIN), at("2026-03-29T06:00", BERLIN)) == 7 * 3600
    assert NIGHT.add(at("2026-10-25T02:30", BERLIN), 3600) == datetime(2026, 10, 25, 1, 30, tzinfo=timezone.utc)


def test_always_open_counts_every_second_also_when_the_clocks_change():
    begin = at("2026-10-25T00:00", BERLIN)
    assert DAY.add(begin, 86400) == begin.astimezone(timezone.utc) + timedelta(days=1)
    assert DAY.between(begin, at("2026-10-26T00:00", BERLIN)) == 25 * 3600


def test_the_zone_of_whoever_asks_does_not_matter():
    moment = at("2026-12-21T20:50")
    assert WEEK.add(moment.astimezone(BERLIN), 1800) == WEEK.add(moment.astimezone(timezone.utc), 1800) == WEEK.add(moment, 1800)


def test_hours_that_never_come_are_told():
    with pytest.raises(NeverOpen):
        Hours.read({"days": ["mon"], "timezone": "UTC", "holidays": [str((datetime(2026, 1, 5) + timedelta(days=7 * n)).date()) for n in range(120)]}).next_open(
            datetime(2026, 1, 6, tzinfo=timezone.utc))


@pytest.mark.parametrize(("section", "word"), [
    ({"timezone": "Mars/Base"}, "Mars/Base"), ({"open": "9 Uhr"}, "9 Uhr"), ({"days": ["Montag"]}, "Montag"), ({"holidays": ["25.12."]}, "25.12.")])
def test_a_mistake_in_the_hours_is_named(section, word):
    with pytest.raises(ValueError, match=word):
        Hours.read(section)


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda each: each.replace(tzinfo=timezone.utc))


@given(st.sampled_from([WEEK, NIGHT, DAY]), MOMENTS, st.integers(0, 5 * 86400))
def test_what_is_added_is_what_lies_between(hours, moment, seconds):
    end = hours.add(moment, seconds)
    assert end >= moment
    assert abs(hours.between(moment, end) - seconds) < 1e-3


@given(st.sampled_from([WEEK, NIGHT, DAY]), MOMENTS, st.integers(0, 86400), st.integers(0, 86400))
def test_adding_twice_is_adding_the_sum(hours, moment, one, two):
    assert hours.add(hours.add(moment, one), two) == hours.add(moment, one + two) or two == 0
