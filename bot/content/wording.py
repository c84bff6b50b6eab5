"""Judges single texts against the rules a machine can check (how the bot speaks). Where a text stands, and flows as a whole, are `check.py`'s subject."""
from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from bot.dialogue.model import Exchange, Text, Words
from bot.dialogue.render import PLACEHOLDER

MOST_HAN, MOST_LATIN = 12, 24
"""Characters of a button's label: what a phone shows on one line."""

_HAN = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\ufe0f]")
_RAW = re.compile(r"https?://|www\.|\b[\w.+-]+@(?!mail\.com|site\.com)[\w-]+\.[a-z]{2,}|(?<![\w{.])@\w{3,}|\bt\.me/|\b[a-z0-9-]+\.(?:com|io|org|net)\b(?!\})", re.IGNORECASE)
_EXAMPLE = re.compile(r"\bname@(?:mail|site)\.com\b")
_BARE_NETWORK = re.compile("(?<!手机)(?<!无线)(?<!移动)(?<!家里)(?<!公司)(?<!社交)(?<!上网)(?<!Wi-Fi)(?<!换个)网络")
_BARE_NETWORK_EN = re.compile(r"(?<!mobile )(?<!wireless )(?<!home )(?<!social )(?<!wi-fi )\bnetworks?\b", re.IGNORECASE)
_FORBIDDEN = (
    (re.compile("别担心|不用担心|不要担心|请放心|don'?t worry|no worries", re.IGNORECASE), "Say what happens next instead."),
    (re.compile("亲(?=[，,！!～~ ]|爱的|亲)|(?<![a-z])dear (?:user|customer)", re.IGNORECASE), "Address people plainly: 您."),
    (re.compile(r"\b(?:please kindly|kindly)\b", re.IGNORECASE), "Please is enough."),
    (_EMOJI, "Take the emoji out."),
    (re.compile("[!！]\\s*[!！]"), "One full stop is enough."),
    (re.compile(r"(?:分钟|小时|天)[之以]?内(?:会|将|就会)?(?:回复|联系|处理完|解决)|(?<!不)(?<!从未)(?:会|将)(?:尽快|很快|马上)?(?:主动)?联系您|马上有人|will (?:contact|call|get back to|be with) you|\b(?:reply|answer|respond|contact you) (?:within|in) \d", re.IGNORECASE),
     "No text promises a time or a person; say what the user can do."),
)
_SECRET = re.compile(r"密码|验证码|助记词|私钥|password|passcode|\bcodes?\b|seed phrase|recovery phrase|private key", re.IGNORECASE)
_REQUEST = re.compile(r"(?:发给|告诉|提供给?|发到|发来|粘贴|贴到|报给)(?:我|我们|这里|过来|客服|一下|下)|(?:您的|你的).{0,6}(?:密码|验证码|助记词|私钥).{0,4}(?:是什么|是多少)|\b(?:send|tell|give|paste|share|type)\b.{0,20}\b(?:me|us|here)\b|what is your (?:password|code|seed)", re.IGNORECASE)
_DENIED = re.compile(r"不|别|勿|绝|无需|遮|骗|假|\bnot\b|\bnever\b|n't\b|\bno\b|\bscam|\bcover|\bwithout\b", re.IGNORECASE)


def faults(text: Text, exchange: Exchange, may: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """What is wrong with a text that people read: (what, what to do). `may` names the arguments it may use besides links, facts, regions and fields."""
    found = {lang: PLACEHOLDER.findall(said) for lang, said in (("zh", text.zh), ("en", text.en))}
    if set(found["zh"]) != set(found["en"]):
        odd = ", ".join(sorted(f"{{{p}}}" for p in set(found["zh"]) ^ set(found["en"])))
        yield f"zh and en use different placeholders: {odd}", "Use the same ones in both."
    for name in sorted(set(found["zh"]) | set(found["en"])):
        kind, _, key = name.partition(".")
        known = {"link": exchange.links, "fact": exchange.facts, "region": exchange.region("")}.get(kind)
        if known is not None and key not in known:
            near = get_close_matches(key, known, 1)
            yield f"{{{name}}} is unknown", f"Write {{{kind}.{near[0]}}} if that is meant, or add {key} to data/exchange.yml ({kind}s)." if near else f"Add {key} to data/exchange.yml ({kind}s), or use one of: {', '.join(sorted(known))}."
        elif known is None and kind != "field" and name not in may:
            yield f"{{{name}}} is unknown", f"Use {', '.join(['{link.x}', '{fact.x}', '{region.x}', '{field.x}', *(f'{{{m}}}' for m in sorted(may))])}."
    for said in (text.zh, text.en):
        yield from _said(said)


def _said(said: str) -> Iterator[tuple[str, str]]:
    plain = PLACEHOLDER.sub("", said)
    for pattern, do in _FORBIDDEN:
        word = pattern.search(plain)
        if word:
            yield f'says "{word[0].strip()}"', do
    raw = _RAW.search(_EXAMPLE.sub("", plain))
    if raw:
        yield f'holds a raw address ("{raw[0]}")', "Put it into data/exchange.yml and write {link.x} or {fact.x}."
    if _BARE_NETWORK.search(plain):
        yield 'says a bare "网络"', "Write 链 (as in TRC20) or 手机网络/Wi-Fi, whichever is meant."
    if _BARE_NETWORK_EN.search(plain):
        yield 'says a bare "network"', "Write chain (as in TRC20), or mobile data/Wi-Fi, whichever is meant."
    for sentence in re.split(r"[。！？!?;；\n]|\.\s", plain):
        if _SECRET.search(sentence) and _REQUEST.search(sentence) and not _DENIED.search(sentence):
            yield f'seems to ask for a secret ("{sentence.strip()[:40]}")', "Never ask for a password, a code or a seed phrase."
    if re.search(r"[{}｛｝]", plain):
        yield "has a brace that is no placeholder", "Write {link.x}, {fact.x} or {field.x} with the braces { and } of an English keyboard, or take them out."


def label_faults(label: Text) -> Iterator[tuple[str, str]]:
    """What is wrong with a button's label."""
    if len(label.zh) > MOST_HAN and _width(label.zh) > MOST_HAN:
        yield f'the label "{label.zh}" is longer than {MOST_HAN} characters', "Shorten it: phones cut the rest off."
    if len(label.en) > MOST_LATIN:
        yield f'the label "{label.en}" is longer than {MOST_LATIN} characters', "Shorten it: phones cut the rest off."
    if PLACEHOLDER.search(label.zh + label.en):
        yield "a label has a placeholder", "Write the words."


def question_faults(ask: Text) -> Iterator[tuple[str, str]]:
    """What is wrong with a question."""
    for lang, said in (("zh", ask.zh), ("en", ask.en)):
        if len(re.findall("[?？]", said)) > 1:
            yield f"asks more than one question ({lang})", "One question a bubble: make two steps of it."


def examples_faults(examples: Words) -> Iterator[tuple[str, str]]:
    """What is wrong with a flow's seed sentences."""
    for lang, said in (("zh", examples.zh), ("en", examples.en)):
        if len(said) < 2:
            yield f"has fewer than two examples in {lang}", "Write how people say it, three or four sentences."


def is_han(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return bool(_HAN.search(text))


def _width(text: str) -> float:
    """Han characters; two Latin ones count as one."""
    return sum(1 if _HAN.match(c) else 0.5 for c in text)
