"""Ticket numbers: TK-, 8 random digits and a check digit, so that a mistyped or misheard number is noticed at once."""
from __future__ import annotations

import re
import secrets

# Damm's quasigroup of order 10 (H. M. Damm, 2004): finds every single wrong digit and every swap of neighbours.
_TABLE = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
          "3674209581", "5869720134", "8945362017", "9438617205", "2581436790")
_SHAPE = re.compile(r"TK-?(\d{9})", re.IGNORECASE)


def new_number() -> str:
    """A number nobody can guess from another one."""
    digits = f"{secrets.randbelow(10 ** 8):08d}"
    return f"TK-{digits}{_check_digit(digits)}"


def valid(number: str) -> bool:
    """Whether this can be one of our numbers. Whether such a ticket exists is another question."""
    found = _SHAPE.fullmatch(number.strip())
    return bool(found) and _check_digit(found[1]) == "0"


def _check_digit(digits: str) -> str:
    interim = "0"
    for digit in digits:
        interim = _TABLE[int(interim)][int(digit)]
    return interim
