"""Reads an answer for a field: a value, or precisely what is wrong with it. It keeps nothing and asks nothing."""
from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot import references
from bot.dialogue import lexicon
from bot.text import fold, normalise, numbers, plain

NUMERIC = frozenset({"digits", "amount", "phone", "time", "tx_hash", "address", "ticket_no", "text"})
"""Kinds whose answer may be a bare number: there "2" is a value, not the second button."""
OF_DIGITS = frozenset({"digits", "phone", "ticket_no"})
"""Kinds of which no value is without a digit."""
HASH_LENGTH = 64
"""Hex digits of a transaction hash."""
LONGEST = 500
"""Characters of a text kept when a field sets no maximum."""


@dataclass(frozen=True)
class Read:
    """A value that was understood."""

    value: str
    """Normalised."""
    said: str
    """In the user's own words."""


@dataclass(frozen=True)
class Trouble:
    """What is wrong with an answer, for the reply `field.<code>`."""

    code: str
    """Which sentence says it."""
    figures: Mapping[str, str] = field(default_factory=dict)
    """What the sentence needs: lengths, letters."""


def read(wanted: Mapping, text: str, entities: Sequence[Mapping] = ()) -> Read | Trouble | None:
    """Read `text` for the field `wanted` (`{name, kind, min?, max?, coins?, networks?}`).

    Entities of the field's name, else of its kind's, come first. None where the text is no attempt at this field.
    """
    reader = READERS.get(wanted["kind"], _text)
    plain = normalise(text)
    for name in (wanted["name"], wanted["kind"]):
        for entity in entities:
            if entity.get("entity") == name and entity.get("value") not in (None, ""):
                said = str(entity.get("text") or entity["value"])
                if wanted["kind"] in ("time", "coin", "network", "amount"):
                    return Read(str(entity["value"]), said)
                found = reader(wanted, str(entity["value"]))
                if found is not None:
                    return Read(found.value, said) if isinstance(found, Read) else found
    return reader(wanted, plain) if plain else None


def may_be(wanted: Mapping, text: str) -> bool:
    """Whether a text that could not be read may still hold the value, for a person who looks at it: "I forgot where it is" is no UID, and "so what now" is nothing that was asked for."""
    if wanted["kind"] in OF_DIGITS:
        return any(char.isdigit() for char in text)
    if wanted["kind"] == "email":
        return bool(_MAIL.search(fold(text)))
    return wanted["name"] == "problem" or not lexicon.QUESTION.search(plain(text))


def _text(wanted: Mapping, text: str) -> Read | Trouble | None:
    longest = wanted.get("max") or LONGEST
    if len(text) > longest:
        return Trouble("text_long", {"max": str(longest), "have": str(len(text))})
    if len(text) < (wanted.get("min") or 1):
        return Trouble("text_short", {"min": str(wanted["min"]), "have": str(len(text))})
    return Read(text, text)


def _digits(wanted: Mapping, text: str) -> Read | Trouble | None:
    runs = [re.sub(r"[\s-]", "", run) for run in re.findall(r"\d(?:[\s-]?\d)*", text)]
    if not runs:
        return None
    digits = max(runs, key=len)
    low, high = wanted.get("min") or 1, wanted.get("max") or 30
    if re.search(rf"[A-Za-z]{re.escape(digits)}|{re.escape(digits)}[A-Za-z]", text) and len(digits) < low:
        return Trouble("digits_only")
    if len(digits) < low:
        return Trouble("digits_short", {"min": str(low), "have": str(len(digits))})
    if len(digits) > high:
        return Trouble("digits_long", {"max": str(high), "have": str(len(digits))})
    return Read(digits, digits)


def _tx_hash(wanted: Mapping, text: str) -> Read | Trouble | None:
    found = references.read(text)
    if found.kind == "tx_hash" and not found.trouble:
        return Read(found.value, text[found.start:found.end] or found.value)
    if found.kind == "tx_hash" and found.trouble == "bad_character":
        return Trouble("hash_letters", {"letters": str(found.figures["character"])})
    if found.kind == "address":
        return Trouble("hash_address")
    if found.kind == "shortened":
        return Trouble("shortened")
    run = max(re.findall(r"[0-9A-Fa-f]{12,}", re.sub(r"(?i)\b0x", "", text)), key=len, default="")
    if not re.search("[0-9]", run) or not re.search("[A-Fa-f]", run):
        return None
    if len(run) < HASH_LENGTH:
        return Trouble("hash_short", {"have": str(len(run)), "missing": str(HASH_LENGTH - len(run))})
    return Trouble("hash_long", {"have": str(len(run)), "extra": str(len(run) - HASH_LENGTH)})


def _address(wanted: Mapping, text: str) -> Read | Trouble | None:
    found = references.read(text)
    if found.kind == "tx_hash":
        return Trouble("address_hash")
    if found.kind == "shortened":
        return Trouble("shortened")
    if found.kind != "address":
        run = max(re.findall(r"[0-9A-Za-z]{12,}", text), key=len, default="")
        return Trouble("address_short", {"have": str(len(run))}) if re.search("[0-9]", run) and re.search("[A-Za-z]", run) else None
    if not found.trouble:
        return Read(found.value, text[found.start:found.end] or found.value)
    if found.trouble == "bad_character":
        return Trouble("address_character", {"character": str(found.figures["character"]), "position": str(found.figures["position"])})
    if found.trouble in ("too_short", "too_long"):
        return Trouble("address_length", {"have": str(found.figures["length"]), "want": str(found.figures["expected"])})
    return Trouble("address_checksum")


_MAIL = re.compile(r"@|\d{5}|\b(?:at|dot|gmail|hotmail|outlook|yahoo|icloud|proton|qq|foxmail|com)\b|艾特|邮箱是|小老鼠|\.com")
"""Of what may be an address, or a number to write to, though it does not read as one."""


def _email(wanted: Mapping, text: str) -> Read | Trouble | None:
    if "@" not in text:
        return None
    found = re.search(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", text)
    return Read(found[0].lower(), found[0]) if found else Trouble("email_shape")


def _phone(wanted: Mapping, text: str) -> Read | Trouble | None:
    found = re.search(r"\+?\d[\d\s()-]{3,}\d", text)
    if not found:
        return None
    digits = re.sub(r"\D", "", found[0])
    if len(digits) < (wanted.get("min") or 6):
        return Trouble("phone_short", {"have": str(len(digits))})
    if len(digits) > 15:  # ITU-T E.164
        return Trouble("phone_long", {"have": str(len(digits))})
    return Read(("+" if found[0].startswith("+") else "") + digits, found[0])


def _amount(wanted: Mapping, text: str) -> Read | Trouble | None:
    found = [n for n in numbers(text) if n.value > 0]
    if len(found) > 1:
        return Trouble("amount_several")
    return Read(format(found[0].value, "f"), text) if found else None


NETWORKS = {
    "tron": "TRC20", "trx": "TRC20", "波场": "TRC20", "trc": "TRC20", "以太坊": "ERC20", "ethereum": "ERC20", "eth": "ERC20", "erc": "ERC20",
    "bsc": "BEP20", "bnb": "BEP20", "币安链": "BEP20", "币安智能链": "BEP20", "bep": "BEP20", "bitcoin": "BTC", "比特币": "BTC", "solana": "SOL",
    "arb": "ARBITRUM", "matic": "POLYGON", "ripple": "XRP",
}
"""Other names of chains."""


def _network(wanted: Mapping, text: str) -> Read | Trouble | None:
    plain = fold(text)
    standard = re.search(r"(trc|erc|bep)[\s-]?(20|721|2)(?!\d)", plain)
    if standard:
        return Read((standard[1] + standard[2]).upper(), text)
    words = re.findall(r"[a-z0-9]+", plain)
    for name in wanted.get("networks") or ():
        if fold(name) in words:
            return Read(name, text)
    for alias, name in NETWORKS.items():
        if alias in words or (not alias.isascii() and alias in plain):
            return Read(name, text)
    return None


def _coin(wanted: Mapping, text: str) -> Read | Trouble | None:
    plain = fold(text)
    words = re.findall(r"[a-z0-9]+", plain)
    for code, names in (wanted.get("coins") or {}).items():
        if fold(code) in words or any(fold(n) in (words if n.isascii() else plain) for n in names):
            return Read(code, text)
    alone = re.fullmatch(r"\s*\$?([A-Za-z][A-Za-z0-9]{1,9})\s*(?:币|coin|token)?\s*", text)
    return Read(alone[1].upper(), text) if alone and fold(alone[1]) not in _NO_COIN else None


_NO_COIN = frozenset(["yes", "no", "ok", "okay", "sure", "hi", "hello", "help", "what", "why", "how", "skip", "none", "unknown", "please", "stop", "back", "cancel", "human", "agent", "person", "support", "thanks", "never", "maybe", "done", "later"])

_TIME = re.compile(
    r"\d|今天|昨天|前天|大前天|刚才|刚刚|早上|上午|中午|下午|晚上|半夜|凌晨|小时|分钟|上周|这周|周[一二三四五六日天]|星期|礼拜|月|年|号|天前|以前|"
    r"\b(?:today|yesterday|now|ago|am|pm|morning|noon|afternoon|evening|night|hours?|minutes?|days?|weeks?|months?|last|this|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december)\b"
)


def _time(wanted: Mapping, text: str) -> Read | Trouble | None:
    return Read(text, text) if len(text) <= 80 and _TIME.search(fold(text)) else None


def _ticket_no(wanted: Mapping, text: str) -> Read | Trouble | None:
    number = references.check_ticket_number(text) or next((r.value for r in references.find(text) if r.kind == "ticket_no" and not r.trouble), None)
    if number:
        return Read(number, text)
    digits = re.sub(r"\D", "", text)
    if len(digits) < 5 and not (digits and re.search(r"(?i)\btk", text)):
        return None
    number = references.check_ticket_number(f"TK-{digits}") if len(digits) == 9 else None
    if number:
        return Read(number, text)
    return Trouble("ticket_no_digit") if len(digits) == 9 else Trouble("ticket_no_length", {"have": str(len(digits))})


READERS: Mapping[str, Callable[[Mapping, str], Read | Trouble | None]] = {
    "text": _text, "digits": _digits, "tx_hash": _tx_hash, "address": _address, "email": _email, "phone": _phone,
    "amount": _amount, "coin": _coin, "network": _network, "time": _time, "ticket_no": _ticket_no,
}
"""Kind of field -> its reader, which takes the field's description and the normalised text."""
