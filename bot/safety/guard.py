"""Masks secrets in a message before anything is stored, logged or sent on; personal data is personal.py's and stays.

A mask reads `⟦password⟧`: double brackets that nobody types, around one of KINDS in English. It is the same in every
language, survives NFKC, and is never masked again. Where 64 hex digits may be a hash or a key nobody can tell: they are
shortened to `4a5e1e…a33b` and the user is asked (DESIGN.md, 3.2).
"""
from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.safety import codes, documents, keys, labels, passwords, seed
from bot.safety.shadow import Shadow
from bot.text.normalising import whole

KINDS = ("seed", "key", "password", "api", "card", "code", "id", "hex")
"""What can be found, the gravest first. `hex` is the shortened one."""

ADVICE = {kind: f"secret.{kind}" for kind in KINDS} | {"hex": "secret.hex_ask"}
"""Which sentence of data/replies.yml tells the user what to do."""

_NUMBER_FIELDS = frozenset({"uid", "order_id", "ticket_no", "amount", "price", "phone", "memo", "account"})
_HEX64 = re.compile(r"(?<![0-9A-Za-z])(?:0[xX])?[0-9a-fA-F]{64}(?![0-9A-Za-z])")
_HEX_APART = re.compile(r"(?<![0-9A-Za-z])(?:0[xX])?(?:[0-9a-fA-F]{4,60}[ \n-]{1,2}){1,15}[0-9a-fA-F]{4,60}(?![0-9A-Za-z])")
_LONG58 = re.compile(r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{86,88}(?![0-9A-Za-z])")
_HASH_WORDS = re.compile(r"哈希|哈西|雜湊|hash|tx\s?id|tx\b|tx[:=]|交易(?:号|號|id|编号|編號|单号)|transaction|转账|轉賬|轉帳|转出|转入|充值|充币|儲值|提现|提币|到账|到賬|入账|区块|區塊|链上|鏈上|scan|explorer|blockchair|mempool|"
                         r"deposit|withdraw|transfer|sent\b|received?|credited|confirmation", re.I)
_HASH_NAMES = re.compile(r"哈希|hash|tx\s?id", re.I)
_HASH_LABEL = re.compile(r"(?:哈希值?|hash|tx\s?id|tx|交易号)\s{0,2}(?:是|为|:|=|is)?\s{0,3}$", re.I)
_NEAR = 80  # characters on either side within which hash words count
_NUMBER_WORDS = re.compile(r"(?:订单|訂單|单号|編號|编号|委托|工单|流水|uid|order|ticket|reference|ref|tx|memo|标签|tag)\D{0,12}$", re.I)

# What may stand beside a secret in a message that says nothing else.
_LABELS = re.compile(r"⟦\w+⟧|我的?|这是|這是|您的|你的|给你|给您|[是为為的了吧啊呢]|就|登[录錄陆]|账[户号]|资金|交易|支付|谷歌|短信|邮箱|手机|新|旧|原|密[码碼钥鑰]|口令|验证码|驗證碼|校验码|动态码|备用码|恢复码|身[份分][证證]|证件|護照|护照|号码?|號碼?|"
                     r"助记词|助記詞|恢复短语|私[钥鑰]|钱包|银行卡|信用卡|卡号|安全码|\b(?:my|the|this|is|are|was|here|it'?s|its|your|password|passwd|pwd|pass|code|otp|pin|2fa|verification|google|sms|email|"
                     r"seed|recovery|secret|phrase|words?|mnemonic|private|key|api|card|number|cvv|passport|id|wallet|for|you|and)\b|[\W_]|\b0x\b", re.I)


@dataclass(frozen=True)
class Found:
    """A masked place: its kind and where the mask stands in the guarded text. Never the secret itself."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Guarded:
    """A message that may be stored."""

    text: str
    """The user's text with masks in place of secrets; otherwise character for character what he wrote, save what no
    database takes (NUL, broken surrogates)."""
    found: tuple[Found, ...] = ()
    only_secret: bool = False
    """Nothing else was said: the app answers, and the engine never sees the message."""
    advice: str | None = None
    """The key of data/replies.yml for the gravest thing found; None if nothing was."""

    @property
    def ask_what(self) -> bool:
        """A hash or a private key was shortened: ask which it is, and for the hash again if it is one."""
        return any(found.kind == "hex" for found in self.found)


def mask(kind: str) -> str:
    """The mask of a kind of secret."""
    return f"⟦{kind}⟧"


def guard(text: str, asked: str | None = None, previous: str | None = None) -> Guarded:
    """The message with its secrets masked.

    `asked` is the field that the bot is asking for (a name of data/fields.yml), `previous` the user's own message before
    this one, already guarded. Pure, about linear in the length of the text.
    """
    text = whole(text).replace("\0", "")
    shadow = Shadow(text)
    hits = _hits(shadow.text, asked, Shadow(previous or "").text)
    if not hits:
        return Guarded(text)
    pieces: list[str] = []
    found: list[Found] = []
    at = length = 0
    for kind, start, end in hits:
        first, last = shadow.origin(start, end)
        while unicodedata.combining(text[last:last + 1] or " "):  # marks of the last letter, which the shadow leaves out
            last += 1
        shown = _shortened(shadow.text[start:end]) if kind == "hex" else mask(kind)
        pieces += [text[at:first], shown]
        length += first - at
        found.append(Found(kind, length, length + len(shown)))
        length += len(shown)
        at = last
    guarded = "".join([*pieces, text[at:]])
    gravest = min((hit.kind for hit in found), key=KINDS.index)
    return Guarded(guarded, tuple(found), _only_masks(guarded, found), ADVICE[gravest])


def _hits(text: str, asked: str | None, previous: str) -> list[tuple[str, int, int]]:
    """Kind and span of every secret, left to right and without overlap; of two that overlap the graver, then the longer."""
    if len(text) < 3:
        return []
    spans = [("seed", span) for span in seed.find_seeds(text, bool(seed.HINT.search(previous)) or mask("seed") in previous)]
    spans += [("key", span) for span in keys.find_keys(text)]
    spans += [("key", span) for span in labels.find_labelled_keys(text) if not _is_hash_shape(text[slice(*span)])]
    spans += [(kind, span) for kind, span in _hashes_or_keys(text, asked, previous)]
    spans += [("api", span) for span in keys.find_api_keys(text) + labels.find_api_secrets(text) if not _is_hash_shape(text[slice(*span)])]
    spans += [("password", span) for span in passwords.find_passwords(text, previous)]
    spans += [("code", span) for span in codes.find_codes(text, previous, asked)]
    spans += [("id", span) for span in documents.find_documents(text)]
    spans += [("card", span) for span in keys.find_cards(text) if _may_be_card(text, span, asked)]
    taken: list[tuple[str, int, int]] = []
    for kind, (start, end) in sorted(spans, key=lambda hit: (KINDS.index(hit[0]), hit[1][0] - hit[1][1])):
        clash = next((at for at, (_, first, last) in enumerate(taken) if start < last and first < end), None)
        if clash is None:
            taken.append((kind, start, end))
        else:  # nothing of either may stay: the graver kind covers both
            other, first, last = taken[clash]
            taken[clash] = (other, min(start, first), max(end, last))
    return _joined(sorted(taken, key=lambda hit: hit[1]))


def _joined(hits: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Hits that grew into each other, as one."""
    joined: list[tuple[str, int, int]] = []
    for kind, start, end in hits:
        if joined and start < joined[-1][2]:
            before, first, last = joined[-1]
            joined[-1] = (min(before, kind, key=KINDS.index), first, max(end, last))
        else:
            joined.append((kind, start, end))
    return joined


def _is_hash_shape(token: str) -> bool:
    return bool(_HEX64.fullmatch(token)) or keys.is_64_bytes(token)


def _hashes_or_keys(text: str, asked: str | None, previous: str) -> list[tuple[str, tuple[int, int]]]:
    """What to do with each 64 hex digits, and with base58 of 64 bytes, which on Solana is a signature or a private key."""
    places = [match.span() for match in _HEX64.finditer(text)]
    places += [match.span() for match in _HEX_APART.finditer(text) if _HEX64.fullmatch(re.sub("[ \n-]", "", match[0]))]
    places += [match.span() for match in _LONG58.finditer(text) if keys.is_64_bytes(match[0])]
    if not places:
        return []
    found = []
    here, before = labels.speaks_of_keys(text), labels.speaks_of_keys(previous)
    for start, end in places:
        labelled = _HASH_LABEL.search(text[max(0, start - 20):start])
        if here or (before and not labelled):
            found.append(("key", (start, end)))
        elif asked != "tx_hash" and not _HASH_NAMES.search(previous) and not _HASH_WORDS.search(text[max(0, start - _NEAR):start] + " " + text[end:end + _NEAR]):
            found.append(("hex", (start, end)))
    return found


def _shortened(token: str) -> str:
    joined = re.sub(r"[\s-]", "", token)
    return f"{joined[:6]}…{joined[-4:]}"


def _may_be_card(text: str, span: tuple[int, int], asked: str | None) -> bool:
    if keys.speaks_of_cards(text):
        return True
    return asked not in _NUMBER_FIELDS and not _NUMBER_WORDS.search(text[max(0, span[0] - 20):span[0]])


def _only_masks(text: str, found: list[Found]) -> bool:
    rest, at = [], 0
    for hit in found:
        rest.append(text[at:hit.start])
        at = hit.end
    rest.append(text[at:])
    return not _LABELS.sub("", " ".join(rest))
