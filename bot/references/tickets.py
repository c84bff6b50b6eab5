"""Ticket numbers: TK-, eight digits and a check digit that catches every single wrong digit and every swap of neighbours."""
from __future__ import annotations

import re

PREFIX = "TK-"
# Damm's quasigroup of order 10 (H. M. Damm, 2004): a number with its check digit reduces to 0.
_DAMM = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790")
_SHAPE = re.compile(r"TK[-\s#:]*(\d[\d\s-]{6,12}\d)", re.IGNORECASE)


def check_digit(digits: str) -> str:
    """The Damm check digit of a string of decimal digits."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def make_ticket_number(n: int) -> str:
    """The ticket number of the n-th ticket, 0 <= n < 100,000,000: "TK-" + 8 digits + check digit."""
    if not 0 <= n < 10**8:
        raise ValueError(f"ticket {n}: eight digits hold 0 to 99999999; widen the number before it gets there")
    digits = f"{n:08d}"
    return PREFIX + digits + check_digit(digits)


def check_ticket_number(text: str) -> str | None:
    """The ticket number as we write it, if `text` is one whose check digit fits ("tk 123456784" -> "TK-123456784"), else None."""
    match = _SHAPE.fullmatch(text.strip())
    digits = re.sub(r"\D", "", match[1]) if match else ""
    if len(digits) != 9 or not digits.isascii() or check_digit(digits) != "0":
        return None
    return PREFIX + digits
