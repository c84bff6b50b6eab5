"""Texts of any length go out whole, in pieces Telegram takes."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.splitting import MOST_UNITS, split, units


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_a_text_that_fits_stays_whole():
    assert split("a" * MOST_UNITS) == ["a" * MOST_UNITS]


def test_emoji_count_twice_as_telegram_counts():
    assert units("😀") == 2
    assert [len(piece) for piece in split("😀" * 3000)] == [2048, 952]


@pytest.mark.parametrize(("place", "end"), [("\n\n", "。"), ("\n", "。"), ("。", "。"), (" ", "a")])
def test_the_cut_is_where_a_reader_would_make_it(place, end):
    text = place.join(["字" * 99 + end] * 60)
    for piece in split(text)[:-1]:
        assert piece.endswith(end)


def test_a_drawn_sign_is_not_torn_apart():
    family = "👩\u200d👩\u200d👧"
    pieces = split("x" * 4090 + family * 5)
    assert "".join(pieces).count(family) == 5
    assert all(not piece.startswith("\u200d") and not piece.endswith("\u200d") for piece in pieces)


@given(st.text(max_size=400), st.integers(5, 60))
def test_nothing_is_lost_and_no_piece_is_too_long_or_empty(text, most):
    pieces = split(text, most)
    assert squeezed("".join(pieces)) == squeezed(text)
    assert all(0 < units(piece) <= most for piece in pieces)
