"""Finds private keys and other long secrets by their form and checksum: WIF, xprv, wallet seeds, key files, card numbers."""
from __future__ import annotations

import binascii
import re
from base64 import b32decode

from bot.references import base58

Span = tuple[int, int]

_WIF_VERSIONS = {0x80, 0xB0, 0x9E, 0xEF, 0xCC}  # BTC, LTC, DOGE, testnet, DASH
_TOKEN = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{28,120}(?![0-9A-Za-z])")
_EXTENDED = re.compile(r"[A-Za-z]prv[1-9A-HJ-NP-Za-km-z]{90,120}")
_PEM = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]{0,8000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?)?")
_BYTES = re.compile(r"\[\s?(?:\d{1,3}\s?,\s{0,2}){31,63}\d{1,3}\s?\]")  # Solana key files: 64 numbers
_KNOWN_TOKENS = re.compile(r"(?<![0-9A-Za-z])(?:AKIA[0-9A-Z]{16}|gh[pousr]_[0-9A-Za-z]{30,80}|sk[-_](?:live_|test_|proj-)?[0-9A-Za-z_-]{20,120}"
                           r"|eyJ[0-9A-Za-z_-]{10,2000}\.[0-9A-Za-z_-]{4,2000}(?:\.[0-9A-Za-z_-]{0,500})?|\d{8,10}:[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-]))")
_CARD = re.compile(r"(?<![0-9A-Za-z.])(?:[2-6]\d{12,18}|[2-6]\d{3}(?:[ -]\d{4}){3}(?:[ -]?\d{1,3})?|3\d{3}[ -]\d{6}[ -]\d{5}|6\d{5}[ -]\d{7,13})(?![0-9A-Za-z]|\.\d)")
_CARD_LOOSE = re.compile(r"(?<![0-9A-Za-z.])[2-6](?:[ -]?\d){12,18}(?![0-9A-Za-z]|\.\d)")
_CARD_WORDS = re.compile(r"卡号|卡號|银行卡|信用卡|card|visa|mastercard|银联", re.I)
# Schemes by first digits and length; other long numbers are orders and transfers, one in ten of which passes Luhn's check.
_CARD_SCHEMES = re.compile(r"4(?:\d{12}|\d{15})|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35\d{14}|62\d{14,17}|6(?:011|4[4-9]\d|5\d\d)\d{12}")


def find_keys(text: str) -> list[Span]:
    """Spans that are private keys by themselves, whatever is said around them."""
    found = [match.span() for match in _TOKEN.finditer(text) if _is_key(match[0])]
    found += [match.span() for pattern in (_PEM, _BYTES) for match in pattern.finditer(text)]
    return found


def find_api_keys(text: str) -> list[Span]:
    """Spans that are API keys or session tokens by their form: known beginnings, and 64 letters of both cases with digits."""
    found = [match.span() for match in _KNOWN_TOKENS.finditer(text)]
    found += [match.span() for match in _TOKEN.finditer(text) if len(match[0]) == 64 and all(re.search(kind, match[0]) for kind in ("[g-z]", "[G-Z]", "[0-9]"))]
    return found


def find_cards(text: str) -> list[Span]:
    """Spans that can be payment-card numbers: a scheme's first digits and length, Luhn's check."""
    found = []
    for match in (_CARD_LOOSE if speaks_of_cards(text) else _CARD).finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if _CARD_SCHEMES.fullmatch(digits) and luhn(digits) and len(set(digits)) > 1:
            found.append(match.span())
    return found


def speaks_of_cards(text: str) -> bool:
    """Whether the words 卡号, card or a scheme's name stand in the text."""
    return bool(_CARD_WORDS.search(text))


def luhn(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1) of a string of digits."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_64_bytes(token: str) -> bool:
    """Base58 of 64 bytes: a Solana signature, or a Solana private key; the form is the same."""
    raw = base58.decode(token) if 86 <= len(token) <= 88 else None
    return raw is not None and len(raw) == 64


def _is_key(token: str) -> bool:
    first, length = token[0], len(token)
    if _EXTENDED.fullmatch(token):
        return True
    if length in (51, 52):
        payload = base58.decode_check(token)
        return payload is not None and payload[0] in _WIF_VERSIONS and len(payload) in (33, 34)
    if length == 58 and token.startswith("6P"):  # BIP 38
        return base58.decode_check(token) is not None
    if first == "s" and 28 <= length <= 31:  # XRP family seeds
        return base58.decode_check(token, base58.RIPPLE) is not None
    if first == "S" and length == 56:  # Stellar
        try:
            raw = b32decode(token)
        except ValueError:
            return False
        return binascii.crc_hqx(raw[:33], 0) == int.from_bytes(raw[33:], "little")
    return False
