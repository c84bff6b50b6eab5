"""Ticket numbers catch slips of the pen."""
from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.references import check_ticket_number, make_ticket_number
from bot.references.tickets import check_digit

ticket = st.integers(0, 99_999_999)


def test_the_check_digit_is_damm_s():
    assert check_digit("572") == "4"


@given(ticket)
def test_a_number_we_made_is_ours_however_it_is_typed(n):
    number = make_ticket_number(n)
    assert len(number) == len("TK-") + 9
    for typed in (number, number.lower(), number.replace("-", ""), number.replace("-", " "), f"{number[:7]} {number[7:]}"):
        assert check_ticket_number(typed) == number


@given(ticket, st.integers(0, 8), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_caught(n, place, digit):
    number = make_ticket_number(n)
    wrong = number[:3 + place] + digit + number[4 + place:]
    assume(wrong != number)
    assert check_ticket_number(wrong) is None


@given(ticket, st.integers(0, 7))
def test_two_swapped_neighbours_are_caught(n, place):
    number = list(make_ticket_number(n))
    assume(number[3 + place] != number[4 + place])
    number[3 + place], number[4 + place] = number[4 + place], number[3 + place]
    assert check_ticket_number("".join(number)) is None


@pytest.mark.parametrize("text", ["", "TK-", "12345678", "TK-1234", "TK-1234567890123", "TK-١٢٣٤٥٦٧٨٩", "XX-123456786"])
def test_other_texts_are_no_ticket_numbers(text):
    assert check_ticket_number(text) is None


@pytest.mark.parametrize("n", [-1, 10**8])
def test_a_number_that_does_not_fit_is_refused_with_a_reason(n):
    with pytest.raises(ValueError, match="eight digits"):
        make_ticket_number(n)
