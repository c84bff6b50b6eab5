"""What the benchmarks say to the bot: first messages of different lengths and languages, one long conversation, and what nobody should send."""
from __future__ import annotations

import random

FIRST = (
    "充值没到账", "我的USDT转进来两个小时了还没显示", "忘记密码了怎么办", "挂单一直不成交", "转人工", "KYC是什么意思？",
    "my deposit has not arrived", "I forgot my password and the reset mail does not come", "limit order stuck for an hour",
    "how do I contact support", "今天天气怎么样", "BTC会涨吗", "what is the weather like", "提現一直在處理中", "帳號被鎖了",
    "你好，我在2025年12月1日下午3点，充值了0.5个BTC，还没到账",
)

# A conversation that never ends: start, answer, ask something else, go back, start over.
LONG = ("充值没到账", "钱包转的", "KYC是什么意思？", "返回", "不知道", "重新开始")

SIZE = 100_000
_random = random.Random(0)
# Each kind of text that some part of the way may take long over: the engine cuts a message, but only after it has arrived.
HOSTILE = {
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
