"""Base58 and Base58Check as Bitcoin, TRON, XRP and Solana write them; which coin a version byte belongs to is addresses.py's."""
from __future__ import annotations

from hashlib import sha256

BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_LONGEST = 128  # characters; nothing we know is longer, and decoding costs the square of the length
_VALUES = {alphabet: {char: value for value, char in enumerate(alphabet)} for alphabet in (BITCOIN, RIPPLE)}


def decode(text: str, alphabet: str = BITCOIN) -> bytes | None:
    """The bytes that `text` stands for, or None if a character is not in the alphabet."""
    values = _VALUES[alphabet]
    if not text or len(text) > _LONGEST or any(char not in values for char in text):
        return None
    number = 0
    for char in text:
        number = number * 58 + values[char]
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode(raw: bytes, alphabet: str = BITCOIN) -> str:
    """The text that stands for `raw`."""
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, value = divmod(number, 58)
        text = alphabet[value] + text
    return alphabet[0] * (len(raw) - len(raw.lstrip(b"\0"))) + text


def decode_check(text: str, alphabet: str = BITCOIN) -> bytes | None:
    """Version and payload of a Base58Check text, without the four checksum bytes; None if it does not check."""
    raw = decode(text, alphabet)
    if raw is None or len(raw) < 5 or sha256(sha256(raw[:-4]).digest()).digest()[:4] != raw[-4:]:
        return None
    return raw[:-4]
