"""Any bytes somebody may send are understood or not, without an exception and without hanging. How fast is `make bench`'s subject."""
from __future__ import annotations

import random

import pytest

SIZE = 100_000
_random = random.Random(0)
TEXTS = {
    "one Han character": "充" * SIZE,
    "one letter": "a" * SIZE,
    "no blanks": "ab1" * (SIZE // 3),
    "a number of a million digits": "7" * 1_000_000,
    "figures and commas": "1," * (SIZE // 2),
    "Chinese numerals": "一百二十万" * (SIZE // 5),
    "hexadecimal": "0x" + "4a5e" * (SIZE // 4),
    "base58": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa" * (SIZE // 34),
    "links": "https://a.b/c?d=" * (SIZE // 16),
    "addresses of e-mail": "a@b." * (SIZE // 4),
    "times": "昨天下午三点" * (SIZE // 6),
    "names of coins": "btc usdt trc20 " * (SIZE // 15),
    "control characters": "".join(map(chr, range(32))) * (SIZE // 32),
    "bytes": bytes(_random.randrange(256) for _ in range(SIZE)).decode("latin-1"),
    "right to left": "\u202e\u2066مرحبا بالعالم שלום" * (SIZE // 20),
    "mixed scripts": "充值 пополнение 入金 डिपॉजिट เงินฝาก deposit ÅÄÖ" * (SIZE // 40),
    "broken surrogates": "\ud800\udfff\ud83d充" * (SIZE // 4),
    "combining marks": "e" + "\u0301" * SIZE,
    "zero width": "\u200b\u200d\ufeff" * (SIZE // 3),
    "ligatures that grow": "\ufdfa" * SIZE,
    "emoji": "👩‍👩‍👧‍👦" * (SIZE // 7),
    "slashes": "/" * SIZE,
    "markup": "<script>{{7*7}}</script>" * (SIZE // 24),
    "line breaks": "充值没到账\n" * (SIZE // 6),
    "pinyin": "chongzhimeidaozhang" * (SIZE // 19),
}


@pytest.mark.timeout(20)  # a regular expression that runs away takes minutes
@pytest.mark.parametrize("kind", TEXTS)
def test_is_answered(understand, kind):
    assert understand(TEXTS[kind])["decision"] in ("act", "clarify", "fallback")
