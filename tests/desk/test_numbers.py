"""Ticket numbers: a slip of the pen is noticed."""
from __future__ import annotations

from bot.desk.numbers import new_number, valid


def test_numbers_have_the_agreed_shape_and_check():
    for _ in range(200):
        number = new_number()
        assert len(number) == 12
        assert number.startswith("TK-")
        assert valid(number)


def test_any_single_wrong_digit_and_any_swap_of_neighbours_is_noticed():
    number = new_number()
    for place in range(3, 12):
        for digit in "0123456789":
            if digit != number[place]:
                assert not valid(number[:place] + digit + number[place + 1:])
        if place < 11 and number[place] != number[place + 1]:
            assert not valid(number[:place] + number[place + 1] + number[place] + number[place + 2:])


def test_what_is_no_number_is_not_valid():
    for text in ("", "TK-", "TK-12345678", "TK-1234567890", "38229096", "XX-038229096"):
        assert not valid(text)
