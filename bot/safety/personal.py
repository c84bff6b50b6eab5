"""Masks personal data for logs, exports and transcripts; the message itself keeps it, and secrets are guard.py's."""
from __future__ import annotations

import re

from bot.references import find

_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9])[A-Za-z0-9._%+-]{0,63}@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})")
_PHONE = re.compile(r"(?<![0-9A-Za-z])(?:\+|00)\d{1,3}[ -]?(?:\(\d{1,4}\)[ -]?)?\d(?:[ -]?\d){5,12}(?![0-9A-Za-z])|(?<![0-9A-Za-z.])(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Za-z])"
                    r"|(?<![0-9A-Za-z.])\(?\d{3}\)?[ -]\d{3}[ -]\d{4}(?![0-9A-Za-z])")
_LABELLED_PHONE = re.compile(r"((?:手机|手機|电话|電話|phone|mobile|tel|cell|whatsapp)(?:号码?|號碼?|\s?number|\s?no\.?)?\s{0,2}(?:是|为|:|：|is)?\s{0,2})(\d(?:[ -]?\d){5,14})(?![0-9])", re.I)
_CHINESE_ID = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])")
# A bare number of a UID's length: an answer to "what is your UID?" carries no label. Amounts and ticket numbers stay.
_BARE = re.compile(r"(?<![0-9A-Za-z.,⟦-])\d{6,12}(?![0-9A-Za-z]|[.,]\d|\s?(?:usdt|usdc|btc|eth|trx|bnb|sol|xrp|doge|ltc|usd|u\b|个|枚|元|块|万|%))", re.I)


def redact(text: str) -> str:
    """The text with e-mail addresses, phone and identity numbers, UIDs, addresses and hashes shortened beyond recognition.

    What is left lets two mentions be compared by a person who knows the value: `z***@gmail.com`, `***5678`, `bc1qar…5mdq`.
    Redacting twice changes nothing more.
    """
    pieces, at = [], 0
    for reading in find(text):
        value = text[reading.start:reading.end]
        pieces += [_words(text[at:reading.start]), _reference(reading.kind, value)]
        at = reading.end
    return "".join([*pieces, _words(text[at:])])


def _reference(kind: str, value: str) -> str:
    if kind in ("address", "tx_hash"):
        return f"{value[:6]}…{value[-4:]}"
    return _tail(value) if kind == "uid" else value  # ticket and order numbers are what a transcript is searched by


def _words(text: str) -> str:
    text = _EMAIL.sub(r"\1***@\2", text)
    text = _CHINESE_ID.sub("⟦id⟧", text)
    text = _LABELLED_PHONE.sub(lambda match: match[1] + _tail(match[2]), text)
    text = _PHONE.sub(lambda match: _tail(match[0]), text)
    return _BARE.sub(lambda match: _tail(match[0]), text)


def _tail(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return "***" + digits[-(4 if len(digits) > 9 else 3):]
