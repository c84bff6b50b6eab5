"""Reads what people paste: hashes, addresses, explorer links, ticket, order and user numbers, and what is wrong with them.

Offline: a reading says what a text is, never that a transaction or an account exists.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from bot.references import base58, explorers, tickets
from bot.references.addresses import SHAPES, Address, mistakes, read_address

HASH_LENGTH = 64
"""Hex digits of a transaction hash on every chain but Solana (there: 87 or 88 base58 characters)."""

_HASH_NETWORKS = ("BTC", "TRC20", "LTC", "DOGE", "XRP")
_EVM_HASH_NETWORKS = ("ERC20", "BEP20", "POLYGON", "ARBITRUM", "OPTIMISM", "AVAXC", "BASE")
_MOST = 20  # references in one text; nobody needs more, and reading each has its price
_MOST_EXAMINED = 60


@dataclass(frozen=True)
class Reading:
    """What a piece of text is."""

    kind: str
    """tx_hash, address, ticket_no, order_id, uid, number, shortened or unknown."""
    value: str
    """As chains or we write it; what was typed where trouble forbids a guess."""
    network_guesses: tuple[str, ...] = ()
    """Chains it can belong to, the likeliest first; one where a link or the form decides."""
    trouble: str | None = None
    """too_short, too_long, bad_character, bad_checksum, shortened; None if nothing is wrong as far as its form can tell."""
    figures: dict[str, int | str] = field(default_factory=dict)
    """For the sentence: expected, length, missing | extra, position (from 1), character, slip (doubled | missing | wrong)."""
    checked: bool = False
    """A checksum fits, so no character is wrong; hashes, Solana and one-case EVM addresses have none."""
    start: int = 0
    end: int = 0
    """Where it stands in the text that was read."""


def read(text: str) -> Reading:
    """What the whole text is, or the best reference in it; kind "unknown" if there is none.

    Blanks inside are forgiven where the characters together are one hash or address ("4a5e 1e4b ...", a line break).
    """
    plain = text.strip()
    joined = "".join(plain.split())
    found: Reading | None = None
    if len(joined) <= 200 and joined.isascii() and not joined.isalpha():
        found = _classify(joined) or _numbered(plain)
    if found is None or (found.trouble and joined != plain):
        in_text = find(text)
        better = next((reading for reading in in_text if not reading.trouble), None) or (in_text[0] if in_text else None)
        found = better or found
    else:
        start = text.find(plain)
        found = replace(found, start=start, end=start + len(plain))
    if found is None:
        return Reading("unknown", plain[:200], start=0, end=len(text))
    return _locate(found)


def find(text: str) -> list[Reading]:
    """Every reference in a running text, left to right and without overlap; at most 20. Linear in the length of the text."""
    found: list[Reading] = []
    examined = 0
    for chunk in _CHUNK.finditer(text):
        if len(found) >= _MOST or examined >= _MOST_EXAMINED:
            break
        for reading, start, end in _in_chunk(chunk[0], _MOST_EXAMINED - examined):
            examined += 1
            if reading:
                found.append(replace(reading, start=chunk.start() + start, end=chunk.start() + end))
    for pattern, reader in _IN_CONTEXT:
        for match in pattern.finditer(text):
            start, end = match.span(1)
            if len(found) >= _MOST:
                break
            if not any(reading.start < end and start < reading.end for reading in found) and (reading := reader(match[1])):
                found.append(replace(reading, start=start, end=end))
    return sorted(found, key=lambda reading: reading.start)[:_MOST]


_CHUNK = re.compile(r"[!-~]{6,}")
_TOKEN = re.compile(r"[0-9A-Za-z]{20,128}")
_TON_TOKEN = re.compile(r"(?<![0-9A-Za-z_-])[EUk0]Q[0-9A-Za-z_-]{46}(?![0-9A-Za-z_-])")


def _in_chunk(chunk: str, budget: int) -> list[tuple[Reading | None, int, int]]:
    """The candidates in a run of ASCII without blanks, each with what it was read as and its place in the run."""
    if explorers.is_link(chunk):
        network, pieces = explorers.parts(chunk)
        for piece, offset in pieces[:12]:
            token = re.match("[0-9A-Za-z_-]*", piece)[0]  # type: ignore[index]
            reading = _classify(token) if len(token) >= 20 else None
            if reading and reading.kind in ("tx_hash", "address"):
                if network and (not reading.network_guesses or network in reading.network_guesses or reading.kind == "tx_hash"):
                    reading = replace(reading, network_guesses=(network,))
                return [(reading, offset, offset + len(token))]
        return [(None, 0, 0)]
    found: list[tuple[Reading | None, int, int]] = []
    for pattern in (_TON_TOKEN, _TOKEN):
        for match in pattern.finditer(chunk):
            if len(found) >= budget:
                break
            start, end = match.span()
            before, after = chunk[start - 1:start] if start else "", chunk[end:end + 1]
            if (before and before.isalnum()) or after.isalnum() or any(start < stop and at < end for _, at, stop in found):
                continue  # a piece of something longer
            found.append((_classify(match[0]), start, end))
    return found


def _classify(token: str) -> Reading | None:
    """What one word of ASCII is, without looking for slips inside a failing checksum; None if it resembles nothing we know."""
    if explorers.is_link(token):
        return next((reading for reading, _, _ in _in_chunk(token, 12) if reading), None)
    if number := tickets.check_ticket_number(token):
        return Reading("ticket_no", number, checked=True)
    bare = token[2:] if token[:2] in ("0x", "0X") else token
    prefixed = bare is not token
    if _HEX.fullmatch(bare):
        return _hex(bare, prefixed)
    if address := read_address(token):
        return _of_address(address)
    if 86 <= len(token) <= 88 and (raw := base58.decode(token)) is not None and len(raw) == 64:
        return Reading("tx_hash", token, ("SOL",))
    return _near_hex(token, bare, prefixed) or _near_address(token)


_HEX = re.compile("[0-9a-fA-F]+")


def _hex(digits: str, prefixed: bool) -> Reading | None:
    length = len(digits)
    if length == HASH_LENGTH:
        return Reading("tx_hash", ("0x" if prefixed else "") + digits.lower(), _EVM_HASH_NETWORKS if prefixed else _HASH_NETWORKS)
    if length == 40:
        if address := read_address("0x" + digits):
            found = _of_address(address)
            return found if prefixed else replace(found, trouble="too_short", value=digits, figures=_lengths(42, 40))
        return Reading("address", "0x" + digits, _EVM_HASH_NETWORKS, "bad_checksum") if prefixed else None
    if length < 36 or length > 80 or not re.search("[0-9]", digits) or (not prefixed and not re.search("[a-fA-F]", digits)):
        return None
    if prefixed and length <= 46:
        return Reading("address", "0x" + digits, _EVM_HASH_NETWORKS, *_wrong_length(42, length + 2))
    if length >= 50:
        return Reading("tx_hash", ("0x" if prefixed else "") + digits, _EVM_HASH_NETWORKS if prefixed else _HASH_NETWORKS, *_wrong_length(HASH_LENGTH, length))
    return None


def _near_hex(token: str, bare: str, prefixed: bool) -> Reading | None:
    """A hash or EVM address with a letter that is no hex digit, as an O for a 0."""
    wrong = [at for at, char in enumerate(bare) if char not in "0123456789abcdefABCDEF"]
    if not 0 < len(wrong) <= 2 or not (len(bare) == HASH_LENGTH or (prefixed and len(bare) == 40)):
        return None
    at = wrong[0] + len(token) - len(bare)
    kind = "tx_hash" if len(bare) == HASH_LENGTH else "address"
    return Reading(kind, token, _EVM_HASH_NETWORKS if prefixed else _HASH_NETWORKS, "bad_character", {"position": at + 1, "character": token[at]})


def _near_address(token: str) -> Reading | None:
    if not re.search("[0-9]", token[1:]) or not re.search("[A-Za-z]", token):
        return None
    for shape in SHAPES:
        nearest = min(shape.lengths, key=lambda length: abs(length - len(token)))
        if not shape.start.match(token) or abs(nearest - len(token)) > 3:
            continue
        bech = shape.alphabet.startswith("qpz")
        body = token.lower()[token.lower().index("1") + 1:] if bech else token
        wrong = [at for at, char in enumerate(body) if char not in shape.alphabet]
        if len(wrong) > 2 or (not bech and not (re.search("[A-Z]", token) and re.search("[a-z]", token))):
            continue
        if len(token) not in shape.lengths and not (shape.lengths == (33, 34) and 26 <= len(token) <= 34):
            return Reading("address", token, (shape.network,), *_wrong_length(nearest, len(token)))
        if wrong:
            at = wrong[0] + len(token) - len(body)
            return Reading("address", token, (shape.network,), "bad_character", {"position": at + 1, "character": token[at]})
        return Reading("address", token, (shape.network,), "bad_checksum", {"length": len(token)})
    return None


def _of_address(address: Address) -> Reading:
    return Reading("address", address.value, address.networks, checked=address.checked)


def _wrong_length(expected: int, length: int) -> tuple[str, dict[str, int | str]]:
    return ("too_short" if length < expected else "too_long"), _lengths(expected, length)


def _lengths(expected: int, length: int) -> dict[str, int | str]:
    difference = {"missing": expected - length} if length < expected else {"extra": length - expected}
    return {"expected": expected, "length": length, **difference}


def _locate(reading: Reading) -> Reading:
    """The reading with the place of the slip, if exactly one slip explains why its checksum fails."""
    if reading.kind != "address" or reading.trouble not in ("bad_checksum", "too_short", "too_long") or reading.network_guesses == _EVM_HASH_NETWORKS:
        return reading
    if abs(int(reading.figures.get("missing", 0)) - int(reading.figures.get("extra", 0))) > 1:
        return reading
    slips = list(mistakes(reading.value))
    if not slips:
        return reading
    slip, position = slips[0]  # one letter doubled can be removed at either place: name the first
    return replace(reading, figures={**reading.figures, "slip": slip, "position": position})


def _ticket(text: str) -> Reading | None:
    if number := tickets.check_ticket_number(text):
        return Reading("ticket_no", number, checked=True)
    digits = re.sub(r"\D", "", text)
    typed = tickets.PREFIX + digits
    if len(digits) == 9:
        return Reading("ticket_no", typed, trouble="bad_checksum", figures={"length": 9})
    return Reading("ticket_no", typed, (), *_wrong_length(9, len(digits)))


def _short(text: str) -> Reading | None:
    """"0x12ab...9f": people paste what a wallet shows; no figures can be checked on it."""
    left, right = re.split(r"[^0-9A-Za-z]+", text, maxsplit=1)
    both = left + right
    hexadecimal = bool(_HEX.fullmatch(both.removeprefix("0x").removeprefix("0X")))
    if not re.search("[0-9]", both) or not re.search("[A-Za-z]", both) or re.fullmatch("(?i)[a-z]{2,3}[0-9]{2}", left):
        return None
    if not (hexadecimal or re.match("0x|T[1-9A-Za-z]{2}|bc1|ltc1|[13LDr][1-9A-HJ-NP-Za-km-z]{3}", left)) or not re.search("[0-9]", right + left[2:]):
        return None
    return Reading("shortened", text, trouble="shortened")


def _order(text: str) -> Reading | None:
    return Reading("order_id", text)


def _uid(text: str) -> Reading | None:
    return Reading("uid", text)


def _numbered(text: str) -> Reading | None:
    """A text that is one number with or without its label."""
    for pattern, reader in _IN_CONTEXT:
        if (match := pattern.match(text)) and match.end() == len(text):
            return reader(match[1])
    return Reading("number", text) if re.fullmatch(r"\d{4,24}", text) else None


_JOIN = r"[\s:：#=是为]{0,4}"
_IN_CONTEXT = (
    (re.compile(r"(?<![0-9A-Za-z])(TK[-\s#:]{0,3}\d[\d-]{5,11}\d)(?![0-9A-Za-z])", re.I), _ticket),
    (re.compile(rf"(?:订单编?号?|訂單編?號?|委托单?编?号|委託單?編?號|order\s?(?:id|no\.?|number|ref)?)\s?(?:is)?{_JOIN}(\d{{6,24}})(?![0-9A-Za-z])", re.I), _order),
    (re.compile(rf"(?:uid|user\s?id|用户\s?id|用户编?号|用戶\s?id){_JOIN}(?:is\s)?(\d{{5,12}})(?![0-9A-Za-z])", re.I), _uid),
    (re.compile(r"(?<![0-9A-Za-z])([0-9A-Za-z]{3,12}(?:\.{2,6}|…{1,2}|\*{2,10})[0-9A-Za-z]{2,12})(?![0-9A-Za-z])"), _short),
)
