"""What the big benchmark searches for: common and rare words, one and several, both languages, numbers (None: of real tickets)."""
from __future__ import annotations

SEARCHES: dict[str, tuple[str, ...]] = {
    "common": ("充值", "deposit", "客服", "account"),
    "several": ("充值没到账 昨天", "withdrawal pending", "验证器手机", "order cancel price"),
    "phrase": ("处理中完成余额", "still nothing arrived confirm", "下午截图显示"),
    "unfinished": ("with", "dep", "充", "conf"),
    "rare": ("4f3a", "9c01ab", "00ff", "deadbe"),
    "nothing": ("没有这样的话呀", "zzzznothing", "' or 1=1 --"),
    "number": (),
}
