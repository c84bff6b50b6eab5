"""Whether words found in a text are meant: denied, hedged or asked. It says nothing about what the words mean.

A wrong branch is about somebody's money, so the judgement is careful in one direction: where a reader could doubt that the
words are affirmed, they are reported as denied or hedged, and the bot asks again.
"""
from __future__ import annotations

import re
from dataclasses import dataclass

from bot.text.folding import fold


@dataclass(frozen=True)
class Stance:
    """How a text stands to words in it."""

    negated: bool = False
    """The words are denied ("没有成功", "not matched"); two negations cancel ("不是没有成功")."""
    hedged: bool = False
    """The writer is not sure ("应该吧", "probably")."""
    asked: bool = False
    """The words are in question ("成功了吗", "isn't it confirmed?")."""

    @property
    def affirmed(self) -> bool:
        """The words may be taken as said."""
        return not (self.negated or self.hedged or self.asked)


_SENTENCE_END = ".。!！?？;；…\n"
_CLAUSE_END = _SENTENCE_END + ",，、:：()[]（）"
_TURNS = re.compile(r"但是?|可是|不过|然而|只是|所以|而是|就是|\b(?:but|however|although|though|because|so|yet|while|and)\b")

# Words between a negation and what it denies. Anything else ("没到账显示成功") ends its reach.
_ZH_BETWEEN = tuple(sorted((
    "有", "能", "能够", "会", "是", "太", "很", "再", "完全", "全部", "全", "都", "法", "办法", "显示", "看到", "看见", "见到", "收到", "已经",
    "提示", "说", "真", "真的", "真正", "怎么", "算", "被", "给", "我", "到", "出现", "写", "写着", "标", "得", "用", "要", "想", "可以", "可能",
    "什么", "任何", "一直", "马上", "立刻", "及时", "成", "通知", "状态", "的", "地", "过", "敢", "肯", "愿意", "选", "选择", "属于", "存在", "必",
    "所有", "那么", "这么", "特别", "十分", "非常", "一个", "对", "上", "按", "填", "在", "来", "去", "点", "按过", "点过", "必要",
), key=len, reverse=True))
_ZH_NEGATIONS = ("并没有", "从来没有", "还没有", "没有", "没能", "没法", "从未", "尚未", "并未", "并非", "不是", "无法", "未能", "未曾", "不曾", "不", "没",
                 "未", "无", "别", "非", "勿", "莫", "甭", "否")
# Words that end in a negation's character and deny nothing.
_ZH_INNOCENT = re.compile("(?:[特级识区分个性类辨差告派鉴]别|是否|能否|可否|有无|与否|莫非|除非|无非|要不要|是不是|有没有|能不能|会不会|要不|好不|差不|[了过完到]没|[这那]不)$")
_ZH_NOT_NEGATION_FOLLOWED = re.compile("别(?:的|人|处|家|名|国)|未来|无论|不管|不论|不仅|不但|不只|不光|不好意思|非常|非得|没错|没问题|没关系|没事|不客气|不用谢")
_ZH_AFTER = re.compile(r"\s*(?:了|的)?\s*(?:不[了上到成出动下通来着]|不行|不成功|不对|不了|没有?成功|未成功|失败)")
_ZH_ASKED_BEFORE = re.compile("(?:是否|能否|可否|有没有|是不是|能不能|会不会|可不可以|有无|算不算|怎么知道|如何知道|怎么看|怎样才|怎么才)[^,，。.!?;；\n]{0,8}$")

_EN_WORD = re.compile(r"[a-z0-9]+(?:['\u2019][a-z]+)*")
_EN_NEGATIONS = {"not", "no", "never", "cannot", "cant", "dont", "didnt", "doesnt", "isnt", "wasnt", "havent", "hasnt", "wont", "wouldnt", "couldnt",
                 "arent", "werent", "aint", "without", "none", "neither", "nor", "nothing", "unable", "fails", "failed", "fail", "hardly", "barely",
                 "nobody", "nope", "nah", "non"}
_EN_IDIOMS = re.compile(r"\b(?:not only|no doubt|no problem|why not|not just|no worries|no matter|nothing but)\b")
# "Confirmed not yet" denies what stands before it; "ERC20 not TRC20" what follows.
_EN_AFTER = re.compile(r"\s*(?:isn't|wasn't|doesn't|didn't|not(?=\s*(?:$|[^\w\s]|yet\b|here\b|there\b|on\b|in\b|ok\b|work|show|possible\b|available\b|\w+(?:ed|ing)\b)))\b")
_EN_REACH = 4  # words between a negation and what it denies
_EN_TAG = re.compile(r"\s*,?\s*(?:(?:is|was|does|did|has|have|wo|are|were|do|ca|could|should|would)n['\u2019]?t\s+(?:it|he|she|they|that|this|there|you|i)|right|correct|yes|no|or not|innit)\s*\?*\s*$")
_EN_QUESTION = re.compile(r"^\s*(?:(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may)(?:n't)?\s+(?:it|he|she|they|we|you|i|this|that|these|there|the|my|your|our|all|any|its)\b"
                          r"|(?:what|why|how|when|where|which|who|whether)\b)")

_HEDGES = re.compile(
    "(?<!不)应该(?!怎|如何|去|先|找|做|在哪|向|联系)|好像|(?<!不)可能|大概|估计|也许|或许|似乎|貌似|差不多|说不准|说不定|没准|不确定|不太确定|不能确定|不敢确定|不清楚|不太清楚|不知道|"
    "不晓得|不肯定|不确信|不大清楚|拿不准|吃不准|记不清|记不得|不记得|我猜|我想是|我觉得|感觉是?|大约|大致|或者|大体|八成|多半|恐怕|吧(?=$|[\\s,，。.!?;；~])|吧[是对]?的?$"
    r"|\b(?:probably|prob|maybe|perhaps|possibly|presumably|apparently|supposedly|i\s+(?:think|guess|believe|suppose|assume|imagine|hope)|"
    r"unsure|uncertain|seems?|looks?\s+like|kind\s+of|kinda|sort\s+of|might|could\s+be|"
    r"should\s+be|may\s+be|idk|dunno|no\s+idea|no\s+clue|not\s+100|more\s+or\s+less|as\s+far\s+as\s+i)\b"
    r"|(?:\b(?:not|never|dont|cant)|n't)\s+(?:\w+\s+)?(?:sure|certain|know|clear|remember|tell|say)\b")


def hedged(text: str) -> bool:
    """Whether the writer is not sure of what he says ("应该吧", "好像一致", "maybe", "I think so", "not sure")."""
    return bool(_HEDGES.search(_folded(text)))


def _folded(text: str) -> str:
    return fold(text).replace("\u2019", "'")


def stance(text: str, start: int, end: int) -> Stance:
    """How the text stands to the words `text[start:end]`. `text` is normalised; positions are characters."""
    folded = _folded(text)
    left = max((folded.rfind(mark, 0, start) for mark in _SENTENCE_END), default=-1) + 1
    right = min((at for mark in _SENTENCE_END if (at := folded.find(mark, end)) >= 0), default=len(folded))
    asked = _asked(folded, left, start, end, right)
    return Stance(negated=_negated(folded, start, end) or _answered_no(folded, end, right),
                  hedged=any(hedge.end() <= start or end <= hedge.start() for hedge in _HEDGES.finditer(folded, left, right)),
                  asked=asked)


def _negated(text: str, start: int, end: int) -> bool:
    clause = max((text.rfind(mark, max(0, start - 80), start) for mark in _CLAUSE_END), default=-1) + 1
    before = text[max(clause, start - 80):start]
    before = _TURNS.split(before)[-1]
    count = _zh_negations(before, text[start:end]) + _en_negations(before)
    after = text[end:end + 12]
    if (_ZH_AFTER.match(after) and not _asked_form(text, start, end)) or _EN_AFTER.match(after):
        count += 1
    return count % 2 == 1


def _asked_form(text: str, start: int, end: int) -> bool:
    """成功不成功: the word, a negation, the word again."""
    return text[end:end + 1] in ("不", "没") and text[end + 1:end + 2] == text[start]


def _zh_negations(before: str, span: str) -> int:
    """How many Chinese negations at the end of `before` reach what follows it."""
    rest, count, between = before.rstrip(), 0, 0
    while rest and between <= 6:
        if _ZH_INNOCENT.search(rest):
            return count
        word = next((word for word in _ZH_NEGATIONS if rest.endswith(word)), None)
        if word:
            if _ZH_NOT_NEGATION_FOLLOWED.match(word[-1] + (before[len(rest):] + span).lstrip()):
                return count
            count += 1
            rest = rest[:-len(word)].rstrip()
            continue
        filler = next((word for word in _ZH_BETWEEN if rest.endswith(word)), None)
        if not filler:
            return count
        rest = rest[:-len(filler)].rstrip()
        between += 1
    return count


def _en_negations(before: str) -> int:
    """How many English negations among the last words of `before` reach what follows it."""
    before = _EN_IDIOMS.sub(" ", before)
    words = [match[0] for match in _EN_WORD.finditer(before)][-(_EN_REACH + 1):]
    return sum(word in _EN_NEGATIONS or word.endswith("n't") for word in words)


def _asked(text: str, left: int, start: int, end: int, right: int) -> bool:
    sentence_end = text[right:right + 1]
    after = text[end:right]
    if _asked_form(text, start, end) or _ZH_ASKED_BEFORE.search(text[left:start]):
        return True
    if sentence_end in ("?", "？"):
        return True
    if _EN_TAG.match(after) and after.strip(" ,"):
        return True
    if re.match(r"[^,，]{0,8}?(?:吗|了没有?|没有|嘛)\s*$", after) or re.match(r"(?:没|不|与否|没有)\s*$", after):
        return True
    clause = max((text.rfind(mark, left, start) for mark in ",，、:"), default=left - 1) + 1
    return bool(_EN_QUESTION.match(text[clause:start]))


def _answered_no(text: str, end: int, right: int) -> bool:
    """成功？没有: a question that the writer answers himself."""
    return bool(text[right:right + 1] in ("?", "？") and re.match(r"[?？\s]*(?:没有?|不是?|并没有?|否|no|nope|not)(?=$|[\s,，。.!])", text[right:right + 20]))
