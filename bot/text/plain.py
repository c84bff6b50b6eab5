"""Writes a text the way words are compared in: folded, with mainland words for those of Taiwan and Hong Kong, English as it is spelt. Never for display.

People who read 繁體 type what they see: 登入 and 簡訊 for 登录 and 短信, 唔 and 冇 for 不 and 没有. On a phone nobody looks for the apostrophe.
"""
from __future__ import annotations

import re

from bot.text.folding import fold
from bot.text.normalising import normalise

MAINLAND = {
    # as 繁體 is shown (bot/conversations/language.py)
    "登入": "登录", "稽核": "审核", "杂凑": "哈希", "简讯": "短信", "网路": "网络", "装置": "设备", "连结": "链接", "萤幕": "屏幕", "软体": "软件", "硬体": "硬件",
    "使用者": "用户", "支援": "支持", "伺服器": "服务器", "资讯": "信息", "讯号": "信号", "讯息": "消息", "设定": "设置", "系结": "绑定", "远端": "远程", "快取": "缓存",
    "解除安装": "卸载", "结束通话": "挂断", "重新整理": "刷新", "储存": "保存", "贴上": "粘贴", "汇出": "导出", "字元": "字符", "图示": "图标", "金钥": "密钥", "影印件": "复印件",
    "重灌": "重装", "优先顺序": "优先级", "视窗": "窗口", "记忆体": "内存", "档案": "文件", "社群": "社区", "联络": "联系", "线上": "在线", "型别": "类型", "飞航": "飞行", "新增": "添加",
    "信箱": "邮箱", "使用者名称": "用户名", "真人": "人工", "手机号码": "手机号", "行动数据": "手机流量", "影本": "复印件", "重新安装": "重装", "电信公司": "运营商", "电信业者": "运营商",
    "qr 码": "二维码", "qr码": "二维码", "品质": "质量", "私讯": "私信", "管道": "渠道", "内建": "自带", "弹出视窗": "弹窗", "推播": "推送", "封锁": "屏蔽",
    "开启": "打开", "许可权": "权限", "检视": "查看", "瞭": "了", "瀏": "浏", "高阶": "高级", "载入": "加载", "启用费": "激活费", "程式": "程序",
    # what people there say besides
    "提领": "提现", "储值": "充值", "入帐": "入账", "门号": "手机号", "当机": "死机", "电邮": "邮箱", "流动电话": "手机", "汇入": "转入", "汇出去": "转出去", "领不出来": "提不出来",
    "唔系": "不是", "唔到": "不到", "唔": "不", "冇": "没有", "未到": "没到", "未收到": "没收到", "喺": "在", "咗": "了", "嘅": "的", "边度": "哪里", "点解": "为什么", "点样": "怎么", "点算": "怎么办", "而家": "现在", "仲": "还",
}
"""Other word, simplified -> the mainland's."""
SPELT = {
    **{f"{verb}nt": f"{verb}n't" for verb in ("ca", "do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "could", "would", "should", "wo")}, "im": "i'm", "ive": "i've",
    "recieve": "receive", "recieved": "received", "recieving": "receiving", "recive": "receive", "recived": "received", "withdrawl": "withdrawal", "withdrawls": "withdrawals",
    "withdrawel": "withdrawal", "withdrawed": "withdrew", "deposite": "deposit", "adress": "address", "addres": "address", "acount": "account", "pasword": "password",
    "verfication": "verification", "verifcation": "verification", "cancled": "cancelled", "canceld": "cancelled", "sucessful": "successful", "succesful": "successful",
    "sucess": "success", "succes": "success", "completd": "completed", "thru": "through",
}
"""The commonest slips in English -> as the content spells them."""
_WORDS = re.compile("|".join(sorted(map(re.escape, MAINLAND), key=len, reverse=True)))
_SLIPS = re.compile(rf"(?<![a-z'])(?:{'|'.join(sorted(SPELT, key=len, reverse=True))})(?![a-z'])")


def plain(text: str) -> str:
    """The text normalised, in simplified characters, lower case and mainland words, the commonest slips mended, with one kind of apostrophe. Positions in it are its own."""
    said = _WORDS.sub(lambda found: MAINLAND[found[0]], fold(normalise(text)).replace("\u2019", "'"))
    return _SLIPS.sub(lambda found: SPELT[found[0]], said)
