"""Finds API keys, set-up keys of authenticators, tokens in links and private keys by their labels; by their form alone they are keys.py's."""
from __future__ import annotations

import re

Span = tuple[int, int]

_API = re.compile(r"(?:api[\s_-]?(?:key|secret|passphrase|token)|secret[\s_-]?key|access[\s_-]?(?:key|token)|api\s?密[钥鑰匙]|(?:谷歌|google|2fa|otp)?\s?密[钥鑰匙]|setup\s?key|secret|seed\s?key|私有?密[钥鑰])"
                  r"(?:[\s_]?(?:是|为|為|:|=|is|are|->|,)){0,2}\s{0,3}[\"'(\[]?([0-9A-Za-z_+/=-]{12,200})", re.I)
_ANY_API = re.compile(r"[0-9A-Za-z_+/=-]{12}|[?&#]")
_QUERY = re.compile(r"[?&#](?:access_token|auth_token|token|session(?:id)?|secret|signature|apikey|api_key|password|passwd|pwd|code|otp|sig|key|jwt)=([^&\s#\"'<>]{4,2000})", re.I)
_KEY_LABEL = re.compile(r"私\s{0,2}[钥鑰匙]|private\s?key|priv(?:ate)?[\s_-]?key|prvkey|keystore|钱包密钥", re.I)
_KEY_VALUE = re.compile(r"(?<![0-9A-Za-z])(?:0x)?(?=[0-9A-Za-z]{0,90}\d)[0-9A-Za-z]{40,120}(?![0-9A-Za-z])")


def find_api_secrets(text: str) -> list[Span]:
    """Spans of API keys, authenticator set-up keys and tokens in links, by their labels."""
    if not _ANY_API.search(text):
        return []
    found = [match.span(1) for match in _API.finditer(text) if re.search("[0-9]", match[1]) or re.fullmatch("[A-Z2-7]{16,64}", match[1])]
    return found + [match.span(1) for match in _QUERY.finditer(text)]


def find_labelled_keys(text: str) -> list[Span]:
    """Spans near the words "private key" that may be one with a slip in it; whole 64-digit keys are guard's."""
    if not (label := _KEY_LABEL.search(text)):
        return []
    return [match.span() for match in _KEY_VALUE.finditer(text) if len(match[0]) > 44 or match.start() >= label.end()]


def speaks_of_keys(text: str) -> bool:
    """Whether the words 私钥, private key, 导入 (import) or their like stand in the text."""
    return bool(_KEY_LABEL.search(text) or re.search(r"导入|導入|汇入钱包|(?<![A-Za-z])import|secret\s?key|密[钥鑰]", text, re.I))
