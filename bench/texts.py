"""What the benchmarks say to the bot: first messages of different lengths and languages, and one long conversation."""
from __future__ import annotations

FIRST = (
    "充值没到账", "我的USDT转进来两个小时了还没显示", "忘记密码了怎么办", "挂单一直不成交", "转人工", "KYC是什么意思？",
    "my deposit has not arrived", "I forgot my password and the reset mail does not come", "limit order stuck for an hour",
    "how do I contact support", "今天天气怎么样", "BTC会涨吗", "what is the weather like", "提現一直在處理中", "帳號被鎖了",
    "你好，我在2025年12月1日下午3点，充值了0.5个BTC，还没到账",
)

# A conversation that never ends: start, answer, ask something else, go back, start over.
LONG = ("充值没到账", "钱包转的", "KYC是什么意思？", "返回", "不知道", "重新开始")
