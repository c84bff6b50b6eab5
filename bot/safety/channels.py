"""Whether a link, e-mail address, handle or phone number is one of ours, an imitation, or neither. It opens nothing and asks nobody.

"Ours" means listed in data/exchange.yml, no more: a sender can be forged, and what is listed is ours only when the user opens
it himself from our page. The texts of the cards say so.
"""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlsplit

import idna
import tldextract
from confusable_homoglyphs import confusables
from rapidfuzz.distance import OSA

OURS, IMITATION, OTHER = "ours", "imitation", "not_ours"
_RANK = (IMITATION, OTHER, OURS)
MOST_CHANNELS = 10
"""Of one message; each is judged, and nobody needs more."""
MOST_CHARACTERS = 2_000

_LINK = re.compile(r"(?:h[tx]{2}ps?://|www\.)[^\s<>\"'，。；！？、（）()【】]{3,300}", re.I)
_HOST = re.compile(r"(?<![\w@.%+/-])((?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24}\b)(?![\w@])(?:/[^\s<>\"'，。；！？、（）()]{0,200})?")
_EMAIL = re.compile(r"(?<![\w.+%-])([\w.+%-]{1,64})@((?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24})")
_TELEGRAM = re.compile(r"(?:(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|telegram\.dog)/|tg://resolve\?domain=)(?:s/)?([A-Za-z]\w{3,31})", re.I)
_SOCIAL = re.compile(r"(?:https?://)?(?:www\.|m\.|mobile\.)?(x\.com|twitter\.com|facebook\.com|fb\.com)/([A-Za-z0-9_.]{2,50})", re.I)
_HANDLE = re.compile(r"(?<![\w.@/])@([A-Za-z]\w{3,31})(?![\w.]*@)")
_NAMED = re.compile(r"(?:telegram|电报|飞机|飛機|tg|微信|wechat|whatsapp|line|推特|twitter|客服|support)\s*(?:号|帳號|账号|id|username|用户名|handle|account)?\s*(?:是|叫|为|:|：|=|is|named|called)\s*@?([A-Za-z]\w{3,31})", re.I)
_PHONE = re.compile(r"(?<![\w.+-])(?:\+|00)\d{1,3}[ -]?(?:\(\d{1,4}\)[ -]?)?\d(?:[ -]?\d){5,12}(?![\w-])|(?<![\w.+-])(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|[48]00[ -]?\d{3}[ -]?\d{4})(?![\w-])")
_OWN_MAIL = re.compile(r"我的?(?:注册)?(?:邮箱|郵箱|信箱)\W{0,3}(?:是)?\s*$|\bmy e-?mail(?: address)?(?: is)?\W*$", re.I)
_LOOK = str.maketrans({"0": "o", "1": "l", "i": "l", "3": "e", "5": "s", "|": "l", "!": "l"})


@dataclass(frozen=True)
class Channel:
    """Something by which somebody can be reached, as it stands in a text."""

    kind: str
    """domain, email, telegram, x, facebook, handle or phone."""
    value: str
    """Normalised: a host in lower case and Unicode, a handle without @, digits of a number."""
    start: int = 0
    pretends: str = ""
    """Of a link: what stands before an @ in it and is not where it leads (https://ours.example@elsewhere.example)."""

    @property
    def shown(self) -> str:
        """As it may be repeated: never a link that can be tapped."""
        return self.value.replace(".", "[.]").replace("@", "[at]")[:80]


@dataclass(frozen=True)
class Verdict:
    """What a channel is."""

    channel: Channel
    outcome: str
    """OURS, IMITATION or OTHER."""
    like: str = ""
    """Of an imitation: which of ours it looks like."""


def judge(text: str, ours: Mapping[str, Iterable[str]]) -> list[Verdict]:
    """Each channel in a text with its verdict, the gravest first. `ours`: `channels:` of data/exchange.yml."""
    verdicts = [_verdict(channel, ours) for channel in find(text)]
    return sorted(verdicts, key=lambda verdict: _RANK.index(verdict.outcome))


def find(text: str) -> list[Channel]:
    """Links, addresses, handles and numbers in a text, left to right, without doubles."""
    text = unicodedata.normalize("NFKC", "".join(char for char in text[:MOST_CHARACTERS] if unicodedata.category(char) != "Cf"))
    text = text.replace("。", ".") if re.search(r"[A-Za-z0-9]。[A-Za-z]{2}", text) else text
    text = re.sub(r"\s?[\[({]\s?(?:\.|dot|点)\s?[\])}]\s?", ".", text, flags=re.I)
    found: list[Channel] = []
    taken: list[tuple[int, int]] = []

    def take(kind: str, value: str, span: tuple[int, int], pretends: str = "") -> None:
        if value and not any(start < span[1] and span[0] < end for start, end in taken):
            taken.append(span)
            found.append(Channel(kind, value, span[0], pretends))

    for match in _TELEGRAM.finditer(text):
        take("telegram", match[1].lower(), match.span())
    for match in _SOCIAL.finditer(text):
        take("x" if match[1].lower() in ("x.com", "twitter.com") else "facebook", match[2].lower(), match.span())
    for match in _LINK.finditer(text):
        pretends, host = _netloc(match[0])
        take("domain", _host(host), match.span(), pretends)
    for match in _EMAIL.finditer(text):
        if not _OWN_MAIL.search(text[max(0, match.start() - 16):match.start()]):
            take("email", f"{match[1].lower()}@{_host(match[2])}", match.span())
        else:
            taken.append(match.span())
    for match in _HOST.finditer(text):
        if _parts(_host(match[1])).suffix:
            take("domain", _host(match[1]), match.span())
    for match in (*_HANDLE.finditer(text), *_NAMED.finditer(text)):
        take("handle", match[1].lower(), match.span())
    for match in _PHONE.finditer(text):
        take("phone", re.sub(r"\D", "", match[0]).removeprefix("00"), match.span())
    return sorted(found, key=lambda channel: channel.start)[:MOST_CHANNELS]


def _verdict(channel: Channel, ours: Mapping[str, Iterable[str]]) -> Verdict:
    if channel.kind == "email":
        local, _, host = channel.value.rpartition("@")
        if channel.value in _lower(ours.get("emails")):
            return Verdict(channel, OURS)
        like = _imitated(host, ours)
        return Verdict(channel, IMITATION, like) if like else Verdict(channel, OTHER)
    if channel.kind == "domain":
        if _registered(channel.value) in _lower(ours.get("domains")):
            return Verdict(channel, OURS)
        like = _imitated(channel.value, ours) or next((domain for domain in _lower(ours.get("domains")) if domain in channel.pretends), "")
        return Verdict(channel, IMITATION, like) if like else Verdict(channel, OTHER)
    if channel.kind == "phone":
        listed = {re.sub(r"\D", "", number) for number in _lower(ours.get("phones"))}
        if channel.value in listed:
            return Verdict(channel, OURS)
        like = next((number for number in listed if OSA.distance(channel.value, number, score_cutoff=1) <= 1), "")
        return Verdict(channel, IMITATION, like) if like else Verdict(channel, OTHER)
    kinds = ("telegram", "x", "facebook") if channel.kind == "handle" else (channel.kind,)
    handles = [name.lstrip("@") for kind in kinds for name in _lower(ours.get(kind))]
    if channel.value in handles:
        return Verdict(channel, OURS)
    brands = [_parts(domain).domain for domain in _lower(ours.get("domains"))]
    like = next((name for name in handles if _alike(channel.value, name)), "") or next((name for name in brands if _plain(name) in _plain(channel.value) and len(name) >= 5), "")
    return Verdict(channel, IMITATION, like) if like else Verdict(channel, OTHER)


def _imitated(host: str, ours: Mapping[str, Iterable[str]]) -> str:
    """Which of our domains a host that is not ours looks like; empty if none."""
    parts = _parts(host)
    for domain in _lower(ours.get("domains")):
        name = _parts(domain).domain
        if _registered(host) == domain:
            continue
        if _alike(parts.domain, name) or _plain(parts.domain) == _plain(name):
            return domain  # examp1e.com, exmaple.com, example.net
        labels = [*parts.subdomain.split("."), parts.domain]
        if any(_plain(name) in re.split(r"[-_]", _plain(label)) or (len(name) >= 5 and _plain(name) in _plain(label)) for label in labels):
            return domain  # example.com.login-secure.net, example-support.com
        if skeleton(domain).replace(".", "") in skeleton(host).replace(".", "").replace("-", ""):
            return domain
    return ""


def _alike(one: str, other: str) -> bool:
    """The same to a hurried eye: equal once look-alikes are folded, or one slip apart."""
    if one == other:
        return False
    if skeleton(one) == skeleton(other):
        return True
    return min(len(one), len(other)) >= 4 and OSA.distance(skeleton(one), skeleton(other), score_cutoff=1) <= 1


def skeleton(text: str) -> str:
    """What a text looks like: each letter as the Latin one it can be taken for (Unicode's confusables), rn as m, 1 as l."""
    folded = "".join(_latin(char) for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
    return folded.replace("rn", "m").replace("vv", "w").replace("cl", "d").translate(_LOOK)


@lru_cache(maxsize=2_000)
def _latin(char: str) -> str:
    if char.isascii():
        return char
    for row in confusables.is_confusable(char, greedy=True, preferred_aliases=[]) or ():
        for alike in row["homoglyphs"]:
            if alike["c"].isascii() and alike["c"].isalnum():
                return alike["c"].lower()
    return char


def _plain(label: str) -> str:
    return skeleton(label)


def _netloc(link: str) -> tuple[str, str]:
    """(what stands before an @, the host) of a link."""
    try:
        split = urlsplit(re.sub(r"^h[tx]{2}p", "http", link if "://" in link else f"http://{link}", flags=re.I))
    except ValueError:  # brackets that are no IPv6 address
        return "", ""
    before, _, host = split.netloc.rpartition("@")
    return before.lower(), host.split(":")[0]


def _host(host: str) -> str:
    """A host in lower case and Unicode; punycode is shown as what it stands for."""
    host = host.lower().rstrip(".")
    if "xn--" not in host:
        return host
    labels = []
    for label in host.split("."):
        try:
            labels.append(idna.decode(label) if label.startswith("xn--") else label)
        except (idna.IDNAError, UnicodeError):
            labels.append(label)
    return ".".join(labels)


@cache
def _extract() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list that comes with the package; nothing is fetched


@lru_cache(maxsize=1_000)
def _parts(host: str) -> tldextract.tldextract.ExtractResult:
    return _extract()(host)


def _registered(host: str) -> str:
    parts = _parts(host)
    return f"{parts.domain}.{parts.suffix}" if parts.suffix else host


def _lower(names: Iterable[str] | None) -> list[str]:
    return [str(name).lower() for name in names or ()]
