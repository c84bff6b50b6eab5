"""Bech32 and Bech32m (BIP 173, BIP 350): the checksum, and the rules for SegWit addresses."""
from __future__ import annotations

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32, _BECH32M = 1, 0x2BC830A3
_LONGEST = 120  # characters; BIP 173 says 90, Cardano's addresses have 103
_VALUES = {char: value for value, char in enumerate(ALPHABET)}


def decode(text: str) -> tuple[str, list[int], bool] | None:
    """Prefix, five-bit groups without the checksum, and whether it is Bech32m; None if `text` does not check."""
    if len(text) > _LONGEST or (text != text.lower() and text != text.upper()):
        return None
    prefix, _, data = text.lower().rpartition("1")
    if not prefix or len(data) < 6 or any(char not in _VALUES for char in data):
        return None
    values = [_VALUES[char] for char in data]
    remainder = _polymod([ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix] + values)
    if remainder not in (_BECH32, _BECH32M):
        return None
    return prefix, values[:-6], remainder == _BECH32M


def segwit(text: str, prefix: str) -> bool:
    """Whether `text` is a SegWit address with that prefix: witness version, program length and checksum kind fit (BIP 350)."""
    decoded = decode(text)
    if decoded is None or decoded[0] != prefix or not decoded[1]:
        return False
    _, (version, *groups), is_m = decoded
    length, spare = divmod(len(groups) * 5, 8)
    if spare > 4 or (groups and groups[-1] & ((1 << spare) - 1)) or version > 16 or is_m != (version > 0):
        return False
    return length in (20, 32) if version == 0 else 2 <= length <= 40


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= generator
    return check
