"""The fixed words of what goes to outside desks, for the agents who read it there. Nothing here reaches a visitor."""
from __future__ import annotations

WORDS = {
    "visitor": {"zh": "访客", "en": "Visitor"},
    "bot": {"zh": "机器人", "en": "Bot"},
    "system": {"zh": "系统", "en": "System"},
    "agent": {"zh": "客服", "en": "Agent"},
    "note": {"zh": "内部备注", "en": "Private note"},
    "ticket": {"zh": "问题编号", "en": "Ticket"},
    "problem": {"zh": "问题", "en": "Problem"},
    "queue": {"zh": "队列", "en": "Queue"},
    "priority": {"zh": "优先级", "en": "Priority"},
    "fields": {"zh": "已收集", "en": "Collected"},
    "missing": {"zh": "用户未提供", "en": "Not given"},
    "conversation": {"zh": "会话记录（时间为 UTC）", "en": "Conversation (times in UTC)"},
    "earlier": {"zh": "其间的会话记录（时间为 UTC）", "en": "Conversation meanwhile (times in UTC)"},
    "how": {"zh": "公开回复会显示在用户的会话里；内部备注不会。", "en": "Public replies appear in the visitor's conversation; private notes do not."},
    "merged": {"zh": "已并入", "en": "Merged into"},
    "file": {"zh": "文件", "en": "File"},
    "unfit": {"zh": "这个文件没有转给访客（只收图片和 PDF，最大 10 MB）", "en": "This file was not passed on to the visitor (pictures and PDF only, at most 10 MB)"},
    "urgent": {"zh": "紧急", "en": "urgent"}, "high": {"zh": "高", "en": "high"}, "normal": {"zh": "普通", "en": "normal"}, "low": {"zh": "低", "en": "low"},
}


def word(name: str, language: str) -> str:
    """`language`: zh or en."""
    return WORDS[name][language]
