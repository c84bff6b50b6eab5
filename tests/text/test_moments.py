import pytest

from bot.text.moments import absolute, dated


@pytest.mark.parametrize(("value", "shown"), [
    ("2026-11-21", "2026-11-21"),
    ("2026-11-21T15:00:00+08:00", "2026-11-21 15:00 UTC+8"),
    ("2026-11-21T15:00:30-03:30", "2026-11-21 15:00 UTC-3:30"),
    ("2026-11-21T15:00:00+00:00", "2026-11-21 15:00 UTC"),
    ("昨天下午", None), ("", None), ("2026-13-40", None),
])
def test_a_read_time_is_shown_with_its_zone(value, shown):
    assert absolute(value) == shown


@pytest.mark.parametrize(("said", "value", "language", "shown"), [
    ("昨天", "2026-11-21", "zh-Hans", "昨天（2026-11-21）"),
    ("yesterday 3pm", "2026-11-21T15:00:00+08:00", "en", "yesterday 3pm (2026-11-21 15:00 UTC+8)"),
    ("2026-11-21 15:00", "2026-11-21T15:00:00+08:00", "en", "2026-11-21 15:00"),
    ("不记得了", "不记得了", "zh-Hant", "不记得了"),
    ("", "2026-11-21", "en", "2026-11-21"),
])
def test_what_was_said_keeps_its_meaning_on_another_day(said, value, language, shown):
    assert dated(said, value, language) == shown
