"""What people say around a ticket that waits, by their words alone: that they leave, stay, ask for their place, or only nod. It changes nothing.

The classifier knows problems; in a queue the same few words mean something else ("close it", "好的谢谢"), and no guess may close a ticket or alarm anybody.
"""
from __future__ import annotations

import re

from bot.dialogue import lexicon
from bot.text import plain

MOST_CHARACTERS = 60
"""A longer message tells something, whatever such words are in it."""
_EDGES = " \t\n.。,，、!！?？~…;；:："
_GAP = rf"[\s{re.escape(_EDGES)}]*"

_LEAVE = (
    r"(?:那就?|请|麻烦|帮我|可以|我|想|要|把)*(?:"
    r"算了吧?|不用了|不需要了?|不必了|没事(?:儿)?了|不等了|别等了|停止等待|不用(?:再)?(?:人工|客服|管|处理|等|麻烦)(?:你们|您|他们)?了?|"
    r"取消(?:等待|排队|工单|它|这个|掉)*|(?:关闭|关掉|关了|撤销|撤回|撤了)(?:等待|工单|它|这个|这单|问题)?|(?:工单|问题)?(?:关闭|关掉|关)(?=[了吧])|"
    r"\b(?:never ?mind|nvm|forget (?:it|about it|this)|no need(?: any ?more| to wait)?|not needed(?: any ?more)?|no longer needed|"
    r"(?:close|cancel|stop|drop|end) (?:it|this|that|(?:the|my|this) (?:ticket|case|request|wait|queue)|waiting|ticket)|"
    r"(?:i )?(?:do not|don'?t|no longer) (?:want to wait|need (?:it|this|you|help|any help|a person|a human|an agent|any(?:one|body)))(?: any ?more)?|"
    r"i(?:'m| am) done waiting|i(?:'ll| will) stop waiting)(?: down| now)?\b)"
)
_LEAVES = re.compile(_LEAVE)
_FILLERS = re.compile(
    rf"[\s{re.escape(_EDGES)}]+|[吧了哈啊呀啦哦嗯]|好的?|行|谢谢(?:你们?|您|了)?|多谢|感谢|麻烦(?:你们?|您)?了?|辛苦了?|"
    r"\b(?:ok|okay|oh|yes|yeah|please|pls|thanks|thank you|thx|then|now|just|you can|can you|could you|i want to|i'd like to|so|and|it'?s ok(?:ay)?|it'?s fine|sorry|all)\b"
)
_OVER = re.compile(
    r"(?<![没未不等])(?:到账了|已(?:经)?到账|自己(?:就)?到账?了?|收到了|已(?:经)?收到|解决了|已(?:经)?解决|搞定|找到了|(?:自己|已经|都|又)?好了|可以了|行了|(?:能)?登(?:录|上|进去?)了|能登录|"
    r"进去了|通过了|成交了|解开了|解锁了|解封了|恢复了|成功了|没事(?:儿)?了|没问题了|撤(?:掉|销)了)|"
    r"\b(?:solved|resolved|sorted|fixed|filled|unlocked|arrived|went through|came through|works? now|working now|it work(?:s|ed)|i(?:'m| am) (?:back )?in\b|received it|found it|"
    r"got (?:it|my (?:money|coins|funds)|the (?:money|coins|funds))|all good|it'?s (?:here|there|done|fine|ok(?:ay)?|cancell?ed)(?: now)?)\b"
)
_NOT_OVER = re.compile(r"没|未|不|但|可是|而是|只|一半|部分|少了|还|等|如果|要是|再说|另一|\b(?:not|no|never|but|only|part|half|still|yet|until|till|if|when|other|another)\b|n't")
_NO_DENIAL = re.compile(r"没事(?:儿)?了|没问题了|no longer needed|not needed(?: any ?more)?|no need")

_STAYS = re.compile(
    rf"(?:(?:那就?|不用?|不要|不了|no|nope|ok|okay|then|please|好的?|我|还是|行){_GAP})*(?:"
    r"(?:先|再|继续|还是|接着)+等(?:待|着|等|一等|一下|一会儿?|吧)*|等(?:着|等)吧?|不取消|(?:先|暂时)?(?:不|别|不要|不用)(?:取消|关闭|关掉|关)(?:等待|工单|它)?|"
    r"(?:i(?:'ll| will|'d like to| want to)? )?(?:keep(?: on)?|continue|go on|still) waiting|i(?:'ll| will| can) (?:wait|keep waiting|stay)|"
    r"(?:do not|don'?t) (?:close|cancel|stop)(?: it| this| that| waiting| (?:the|my) ticket)?|(?:leave|keep) it open|not yet"
    rf"){_GAP}(?:吧|了|谢谢|please|thanks|thank you)*"
)

_WHERE = re.compile(
    r"排(?:在|到|了|队)*(?:第|多少|几)|第几(?:位|个|名)|(?:轮到|该|到)我了?[吗没么]|(?:什么时候|几时|多久|啥时候?)(?:能|会|才)*(?:轮?到我|有人)|(?:还|要|得|大概|需要)+等(?:多久|多长|到什么时候|几)|"
    r"前面(?:还|有|排|着|了)*(?:多少|几)|(?:多少|几)个?人(?:在)?(?:排|等)|怎么还没(?:有)?人|有人在?[吗么没]|"
    r"\bam i (?:next|first|up next|still (?:in (?:the )?(?:line|queue)|waiting))|\bis it my turn\b|\bwhen(?: is it|'?s| is) my turn\b|\bmy (?:place|position|spot) (?:in|now)|"
    r"\b(?:what|which) (?:number|place|position) (?:am i|i am|in)|\bhow many (?:people|others|are)?\s?(?:are )?(?:ahead|before|in front|in (?:the )?(?:line|queue))|"
    r"\b(?:any|some)(?:one|body) (?:there|here)$|\bwhere am i in (?:the )?(?:line|queue)"
)

_NOD = re.compile(
    r"(?:好的|好吧|好嘞|好|嗯|哦|噢|行|可以|没关系|知道了?|明白了?|了解了?|收到|谢谢(?:您|你们?|了|啦)?|多谢|感谢|辛苦(?:您|你们?|了)*|[吧啊呀哈啦的]|👍|🙏|👌|"
    r"(?:yes|yeah|yep|yup|okay|ok|kk|k|sure|fine|good|great|cool|perfect|alright|all right|right|thanks?(?: you| u)?|thx|ty|cheers|understood|got it|i see|i understand|noted|will do|"
    r"no problem|no worries|np|that'?s (?:fine|okay|ok|good)|(?:much )?appreciated|a lot|so much|very much|many|then)(?![a-z]))"
)
_THANKS = re.compile(r"谢|感激|辛苦|\b(?:thank|thx|ty\b|cheers|appreciate)")

_AGREE = re.compile(
    r"(?:好的|好吧|好|是的?|对的?|嗯|行|可以|没错|要|关闭|关了|关掉|关|取消|确认|确定|请|麻烦|谢谢|[吧啊呀了]|"
    r"(?:yes|yeah|yep|yup|y|okay|ok|sure|right|correct|please|do(?: it| so)?|go ahead|confirm|thanks?(?: you)?|of course)(?![a-z]))"
)
_DECLINE = re.compile(
    r"(?:不是的?|不对|不行|不要|不了|不|别|先不|暂时不|否|谢谢|还没|[吧啊呀了]|"
    r"(?:nope|nah|not (?:really|now|yet)|no|n|don'?t|thanks?(?: you)?|please)(?![a-z]))"
)

_NO_DESPAIR = re.compile(
    rf"(?:(?:不是|不|放心|其实|我|真的|你?误会了?|没有|没|no|nope|hey|sorry|wait|oh|relax|well|haha|lol|please|dude){_GAP})*(?:"
    r"(?:我)?(?:并|真的?|其实|又|可|也|从)*(?:没有?|不是|不会|不想|没)(?:真的?|要|想|打算|会|说|是)*(?:想不开|自杀|轻生|寻死|寻短见|去死|自残|伤害自己|不想活|那个意思)|"
    r"(?:i(?:'m| am)|am) (?:really |definitely |absolutely |certainly )?not (?:suicidal|depressed|in danger|"
    r"(?:going to|gonna|trying to|planning to|thinking (?:of|about)) (?:kill|killing|hurt|hurting|harm|harming) myself|going to do anything(?: stupid)?|thinking (?:of|about) (?:suicide|that))|"
    r"i (?:do not|don'?t|did not|didn'?t|will not|won'?t|never) (?:want to |wanna |mean (?:that )?(?:i want to )?|going to )?(?:kill myself|hurt myself|harm myself)"
    rf"){_GAP}(?:[的了啊呀啦哈吗]|好吗|谢谢|thanks?(?: you)?|ok(?:ay)?|though|lol|at all|[\s{re.escape(_EDGES)}])*"
    r"(?:(?:我?(?:就是|只是|只想|就想|只)|just|i(?:'m| am)? just|i only|only)(?P<rest>.{0,50}))?"
)
_DESPAIR = re.compile(r"死|活|绝望|撑|崩溃|想不开|解脱|没意思|\b(?:die|dead|death|end|alive|live|life|living|kill|hurt|harm|give up|anymore|any more|tired|hopeless|pills?|jump)\b")


def leaves(text: str) -> bool:
    """Whether he wants no person any more: nothing but the wish to leave, and perhaps that the problem is over."""
    said = _short(text)
    return any(_nothing_else(said[:hit.start()] + " " + said[hit.end():]) for hit in _LEAVES.finditer(said))


def over(text: str) -> bool:
    """Whether he says, in plain words and without an "if" or a "but", that the problem is over."""
    said = _short(text)
    parts = [part for part in _LEAVES.split(said) if part.strip(_EDGES)] if not _OVER.fullmatch(said) else [said]
    found = any(_OVER.search(part) for part in parts) or bool(re.search(r"没事(?:儿)?了", said))
    return found and not lexicon.QUESTION.search(said) and not any(_NOT_OVER.search(_NO_DENIAL.sub(" ", part)) for part in parts)


def stays(text: str) -> bool:
    """Whether the whole message says that he goes on waiting, or that nothing is to be closed."""
    return bool(_STAYS.fullmatch(_short(text)))


def asks_where(text: str) -> bool:
    """Whether he asks for his place in the line or whether anybody comes."""
    return bool(_WHERE.search(_short(text)))


def nods(text: str) -> bool:
    """Whether the whole message only takes note or thanks."""
    return _made_of(_NOD, _short(text))


def thanks(text: str) -> bool:
    """Whether it holds thanks."""
    return bool(_THANKS.search(_short(text)))


def agrees(text: str) -> bool:
    """A yes to a question that was asked; the wish itself counts ("close it")."""
    said = _short(text)
    return _made_of(_AGREE, said) or (leaves(text) and bool(re.search(r"取消|关|\b(?:close|cancel|stop)\b", said)))


def declines(text: str) -> bool:
    """A no to a question that was asked."""
    return _made_of(_DECLINE, _short(text)) or stays(text)


def denies_despair(text: str) -> bool:
    """Whether the whole message says that he does not think of hurting himself. Anything beside it that may be despair, and it does not count."""
    found = _NO_DESPAIR.fullmatch(_short(text))
    return bool(found) and not _DESPAIR.search(found["rest"] or "")


def label(text: str) -> str:
    """A button's title, or what was typed instead of pressing it, as the two are compared."""
    return re.sub(r"[^\w]+", "", plain(text)).replace("_", "")


def _made_of(word: re.Pattern[str], said: str) -> bool:
    """Whether `said` is such words and nothing else. Read word by word: a pattern that repeats them would try every way to cut "嗯嗯嗯嗯嗯"."""
    at = 0
    while at < len(said):
        found = word.match(said, at)
        if not found:
            return False
        at = found.end()
        while at < len(said) and (said[at].isspace() or said[at] in _EDGES):
            at += 1
    return bool(said)


def _nothing_else(rest: str) -> bool:
    return not _FILLERS.sub("", _LEAVES.sub(" ", rest)).strip() or over(rest)


def _short(text: str) -> str:
    """The message as words are looked for in it; nothing of a longer one."""
    said = plain(text).strip(_EDGES) if len(text) <= 2 * MOST_CHARACTERS else ""
    return said if len(said) <= MOST_CHARACTERS else ""
