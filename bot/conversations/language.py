"""Turns simplified Chinese into 繁體 (Taiwan's words) for display. Links, names, placeholders and values stay as they are."""
from __future__ import annotations

import re
from functools import lru_cache

from opencc import OpenCC

# What people in Taiwan and Hong Kong say where the general dictionary says otherwise, or leaves the mainland's word.
OVERRIDES = {
    # characters
    "賬": "帳", "臺": "台", "髮卡": "發卡", "聯絡髮": "聯絡發", "回復": "回覆", "“": "「", "”": "」", "‘": "『", "’": "』",
    # the dictionary's word is another one's
    "帳戶資訊": "帳戶資料", "補充資訊": "補充資料", "稽核": "審核", "繫結": "綁定", "登出": "註銷", "微訊號": "微信號", "郵箱": "信箱", "結束通話": "掛斷", "型別": "類型", "小元件": "小工具",
    "上鍊": "上鏈", "高優先順序": "高優先", "遮蔽": "封鎖", "一份檔案": "一份文件", "投訴檔案": "投訴文件", "專案方": "項目方", "重灌": "重新安裝", "影印件": "影本", "記憶體緊張": "記憶體不足",
    # the mainland's word, which the dictionary does not know
    "轉人工": "轉真人", "人工客服": "真人客服", "手機號": "手機號碼", "手機號碼": "手機號碼", "手機流量": "行動數據", "和流量": "和行動數據", "手機卡": "SIM 卡", "運營商": "電信公司",
    "手機尾號": "手機末幾碼", "質量": "品質", "私信": "私訊", "渠道": "管道", "自帶的": "內建的", "彈窗": "彈出視窗", "應用商店": "應用程式商店", "別的應用": "其他應用程式", "二維碼": "QR 碼",
    "推送": "推播", "退出所有裝置": "登出所有裝置", "退出帳戶": "登出帳戶", "退出那台": "登出那台", "一登就退出": "一登入就登出",
}
_OVERRIDE = re.compile("|".join(sorted(map(re.escape, OVERRIDES), key=len, reverse=True)))
_PROTECTED = re.compile(
    r"https?://[^\s，。；、）)]+|\S+@\S+\.\w+|@\w+|\{[^{}]*\}|TK-\d+|[A-Za-z0-9][A-Za-z0-9._:/+-]*")


def to_traditional(text: str, keep: tuple[str, ...] = ()) -> str:
    """The text in traditional characters.

    Args:
        text: simplified Chinese, possibly with links, addresses and values in it.
        keep: names that are never converted (the brand).
    """
    protected = _PROTECTED
    if keep:
        names = "|".join(re.escape(name) for name in sorted(keep, key=len, reverse=True) if name)
        protected = re.compile(f"{names}|{_PROTECTED.pattern}") if names else protected
    converted, end = [], 0
    for found in protected.finditer(text):
        converted += [_convert(text[end:found.start()]), found.group()]
        end = found.end()
    return "".join([*converted, _convert(text[end:])])


def _convert(text: str) -> str:
    if not text or text.isascii():
        return text
    return _OVERRIDE.sub(lambda found: OVERRIDES[found[0]], _opencc().convert(text))


@lru_cache(maxsize=1)
def _opencc() -> OpenCC:
    return OpenCC("s2twp")
