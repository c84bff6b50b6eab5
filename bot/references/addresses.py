"""Which chains an address belongs to and whether its checksum fits; reads one address, not running text."""
from __future__ import annotations

import binascii
import re
from base64 import b32decode, urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass

from bot.references import base58, bech32
from bot.references.keccak import keccak256

EVM = ("ERC20", "BEP20", "POLYGON", "ARBITRUM", "OPTIMISM", "AVAXC", "BASE")
"""Chains that share Ethereum's address form: the address alone does not say which one."""

_VERSIONS = {0x00: "BTC", 0x05: "BTC", 0x30: "LTC", 0x32: "LTC", 0x41: "TRC20", 0x1E: "DOGE", 0x16: "DOGE", 0x4C: "DASH"}
_SEGWIT = {"bc": "BTC", "ltc": "LTC"}
_BECH32 = {"addr": "ADA", "cosmos": "ATOM", "inj": "INJ", "sei": "SEI", "celestia": "TIA", "osmo": "OSMO", "terra": "LUNA"}


@dataclass(frozen=True)
class Shape:
    """What addresses of one kind look like when a character is wrong, and how many characters they have."""

    network: str
    start: re.Pattern[str]
    lengths: tuple[int, ...]
    alphabet: str


_B58 = base58.BITCOIN
SHAPES = (
    Shape("TRC20", re.compile("T"), (34,), _B58),
    Shape("BTC", re.compile("bc1q", re.I), (42, 62), bech32.ALPHABET),
    Shape("BTC", re.compile("bc1p", re.I), (62,), bech32.ALPHABET),
    Shape("LTC", re.compile("ltc1q", re.I), (43, 63), bech32.ALPHABET),
    Shape("BTC", re.compile("[13]"), (33, 34), _B58),
    Shape("LTC", re.compile("[LM]"), (33, 34), _B58),
    Shape("DOGE", re.compile("D"), (34,), _B58),
    Shape("XRP", re.compile("r"), (33, 34), base58.RIPPLE),
)


@dataclass(frozen=True)
class Address:
    """An address: as chains write it, the chains it may be on (first the likeliest), and whether a checksum proves it."""

    value: str
    networks: tuple[str, ...]
    checked: bool


def read_address(text: str) -> Address | None:
    """The address that `text` is, or None. An EVM address in one case has no checksum; a Solana address never has one."""
    if not 25 <= len(text) <= 120:
        return None
    if re.fullmatch("0[xX][0-9a-fA-F]{40}", text):
        digits = text[2:]
        one_case = digits in (digits.lower(), digits.upper())
        return Address("0x" + digits, EVM, not one_case) if one_case or eip55(text) == "0x" + digits else None
    if "1" in text[1:8] and (found := _bech32(text)):
        return found
    if text.startswith(("EQ", "UQ", "kQ", "0Q")) and len(text) == 48:
        return _ton(text)
    if text[0] == "G" and len(text) == 56:
        return _stellar(text)
    if text[0] == "r" and len(text) <= 35:
        payload = base58.decode_check(text, base58.RIPPLE)
        return Address(text, ("XRP",), True) if payload and len(payload) == 21 and payload[0] == 0 else None
    payload = base58.decode_check(text) if len(text) <= 36 else None
    if payload and len(payload) == 21 and payload[0] in _VERSIONS:
        return Address(text, (_VERSIONS[payload[0]],), True)
    return _solana(text)


def networks_of(address: str) -> tuple[str, ...]:
    """The chains an address can be on ("0x..." is on every EVM chain); empty if it is no valid address."""
    found = read_address(address.strip())
    return found.networks if found else ()


def eip55(address: str) -> str:
    """The address "0x" + 40 hex digits in the mixed case that is its checksum (EIP-55)."""
    digits = address[2:].lower()
    digest = keccak256(digits.encode()).hex()
    return "0x" + "".join(char.upper() if nibble > "7" else char for char, nibble in zip(digits, digest))


def mistakes(text: str) -> Iterator[tuple[str, int]]:
    """Where one slip would explain why `text` fails: ("doubled" | "missing" | "wrong", position from 1).

    Nothing says which address was meant, only where to look: a guessed address must never be offered for a payment.
    """
    for kind, at, candidate in _repairs(text):
        found = read_address(candidate)
        if found and found.checked:
            yield kind, at


def _repairs(text: str) -> Iterator[tuple[str, int, str]]:
    shape = next((shape for shape in SHAPES if shape.start.match(text)), None)
    if shape is None:
        return
    for at in range(len(text)):
        yield "doubled", at + 1, text[:at] + text[at + 1:]
    for at in range(len(text) + 1):
        for char in shape.alphabet:
            if len(text) in shape.lengths and at < len(text):
                yield "wrong", at + 1, text[:at] + char + text[at + 1:]
            elif len(text) + 1 in shape.lengths:
                yield "missing", at + 1, text[:at] + char + text[at:]


def _bech32(text: str) -> Address | None:
    decoded = bech32.decode(text)
    if decoded is None:
        return None
    prefix = decoded[0]
    if prefix in _SEGWIT:
        return Address(text.lower(), (_SEGWIT[prefix],), True) if bech32.segwit(text, prefix) else None
    return Address(text.lower(), (_BECH32[prefix],), True) if prefix in _BECH32 else None


def _ton(text: str) -> Address | None:
    try:
        raw = urlsafe_b64decode(text)
    except ValueError:
        return None
    return Address(text, ("TON",), True) if len(raw) == 36 and binascii.crc_hqx(raw[:34], 0) == int.from_bytes(raw[34:], "big") else None


def _stellar(text: str) -> Address | None:
    try:
        raw = b32decode(text)
    except ValueError:
        return None
    return Address(text, ("XLM",), True) if binascii.crc_hqx(raw[:33], 0) == int.from_bytes(raw[33:], "little") else None


def _solana(text: str) -> Address | None:
    """Base58 of 32 bytes, with digits and both cases as random bytes have them: there is no checksum to ask."""
    if not 32 <= len(text) <= 44 or not (re.search("[0-9]", text) and re.search("[A-Z]", text) and re.search("[a-z]", text)):
        return None
    raw = base58.decode(text)
    return Address(text, ("SOL",), False) if raw is not None and len(raw) == 32 else None
