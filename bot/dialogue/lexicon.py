"""The words by which people decline, hesitate, correct themselves and agree, in simplified Chinese and English. Words of one question live with that question."""
from __future__ import annotations

import re

YES = frozenset(["是", "是的", "对", "对的", "对啊", "对呀", "嗯", "嗯嗯", "好", "好的", "好啊", "好吧", "行", "行的", "可以", "没错", "确实", "正确", "当然", "要", "有", "有的", "yes", "y", "yeah", "yep", "yup", "ok", "okay", "sure", "right", "correct", "true", "of", "course", "please", "do", "yes", "please"]) | {"of course", "yes please", "that's right", "please do"}
"""A whole answer that agrees; only for a choice that has the intent `affirm`."""
NO = frozenset(["不", "不是", "不是的", "不对", "没有", "没", "否", "不行", "不要", "不用", "不了", "no", "n", "nope", "nah"]) | {"no thanks", "not really", "no thank you"}
"""A whole answer that denies; only for a choice that has the intent `deny`."""

UNSURE = re.compile(
    r"^(?:那|那我|我|现在|接下来|我现在)?(?:该|要|应该)?(?:怎么办|咋办|怎么做|做什么)[啊呢呀]?\s*[?？]?$|^(?:so |and |ok )?what (?:now|next|should i do|do i do)(?: now| next| then)?\s*\??$|不确定|看不懂|不懂|不明白|不会[看找弄用]|怎么[看找弄查填]|在哪[里儿]?(?:能|可以)?(?:[看找查]|[啊呀呢]?\s*[?？]?$)|哪里[看找]|教我|不太?清楚|不太?知道|不晓得|什么意思|没看懂|"
    r"\b(?:not sure|unsure|don'?t understand|what do you mean|which one|where is|(?:where|how) (?:do|can|could) i (?:find|see|check|get|look|tell|know|copy|do|read)|show me how|teach me|no idea|don'?t know|dunno|idk|confused|no clue)\b"
)
"""The question is not understood, or its answer not known."""
HOW = re.compile(
    r"不会[找看弄查用复]|不懂(?:怎么|如何|在哪)|(?:怎么|如何|去哪|在哪)[里儿]?(?:找|看|查|弄|复制|获取)|教我|找不到.{0,6}(?:怎么办|咋办|怎么弄)|"
    r"\b(?:(?:how|where) (?:to|do i|can i|could i) (?:find|see|get|copy|look)|(?:how|where) (?:i )?(?:find|get) (?:it|this|that|the)|show me (?:how|where)|teach me)\b"
)
"""The value is not refused: the writer asks how to come by it."""
SKIP = re.compile(
    r"跳过|略过|没有?(?:电子)?邮箱|不用邮箱|\b(?:no|don'?t (?:have|use)(?: an?)?) e-?mail\b|不想[说填给提]|不方便|不提供|拒绝|没有(?:这个|了|的|哈希|单号|编号)?$|不知道|不记得|记不[清得住]|忘了|忘记了?|找不到|没找到|没存|没记|不清楚|没法提供|"
    r"\b(?:skip|pass|rather not|don'?t have|do not have|haven'?t got|can'?t find|cannot find|couldn'?t find|don'?t know|do not know|don'?t remember|can'?t remember|forgot|no idea|not available|don'?t want to)\b"
)
"""The value cannot or will not be given."""
CORRECTION = re.compile(
    r"^(?:啊|哦|噢|等等|等下|抱歉|不好意思|对不起|sorry|wait|oh|oops|hmm|actually)?[\s,，。.、:：!]*"
    r"(?:不对|不是|不,|错了|我?说错|我?写错|我?填错|我?选错|我?点错|我?搞错|弄错|记错|我?看错|更正|纠正|改成|改一下|应该是|其实是?|"
    r"(?:no|nope)\b[\s,]|no,|actually\b|typo\b|i meant?\b|my mistake|my bad|correction\b|wrong[,:]|it was\b|it's not\b|not\b|change (?:it|that|(?:my|the) [a-z]+) to\b|sorry\b)"
)
"""The writer takes something back; what he means instead follows."""
NOT_THAT = re.compile(
    r"(?:说|写|填|选|点|搞|弄|记|打|输|看)错|更正|改成|改为|\b(?:i meant|i mean|typo|my mistake|change (?:it|that|(?:my|the) [a-z]+) to|wrong (?:last |first )?(?:digits?|numbers?|letters?|one|uid|e-?mail))\b"
)
"""The same, anywhere in the sentence."""
_FIGURE = r"(\d[\d,]*(?:\.\d+)?)"
NOT_FIGURE = re.compile(rf"(?:不是|并非)\s*{_FIGURE}|\b(?:not|instead of|rather than)\s+{_FIGURE}")
"""A figure that is taken back."""
FIGURE_FILLERS = re.compile(
    r"抱歉|不好意思|对不起|刚才|刚刚|数量|金额|应该|其实|正确|不对|错了|我?[说写填打]错了?|更正|改成|改为|而是|而|是|为|的|了|啊|哦|个|枚|"
    r"\b(?:sorry|oh|oops|wait|actually|no|my mistake|my bad|it'?s|it|is|was|should be|the amount|amount|i meant|i mean|correction|change it to|and|but|usdt|usdc|btc|eth|u)\b"
)
"""What stands around a figure that is put right, and says nothing besides."""
QUESTION = re.compile(
    r"[?？]\s*$|吗\s*[?？]?$|呢\s*[?？]?$|什么|为什么|为何|怎么|如何|多久|多少|哪[个里儿些]|是不是|有没有|能不能|可不可以|是否|"
    r"^\s*(?:what|why|how|when|where|which|who|can|could|do|does|did|is|are|was|were|will|would|should|has|have)\b(?!.*\b(?:please)\b)"
)
"""The sentence asks rather than answers."""
MINE = re.compile(
    r"(?<!不)是我(?:自己|本人)?(?:操作|登|改|做|弄|提|转|换|$|[的,，。])|(?<!不是)我(?:自己|本人)(?:操作|登|改|做|弄|提|转|换)|(?<!不是)本人操作|"
    r"\b(?:it|that) was (?:just )?(?:me|myself)\b|\bi (?:did|made|changed) (?:it|that) myself\b|\bi did (?:it|that)\b"
)
"""The writer says that he did it himself."""
ROBBED = re.compile(r"盗|骗|黑客|别人|有人|\b(?:hack|stole|scam|someone|somebody|phish)")
"""Words of somebody who was robbed, whatever he did himself."""
WONDERS = re.compile(
    r"怎么(?:办|回事|搞的?|弄|解决|处理(?!中)|(?=[还就又老总都]|一直|这么))|咋(?:办|回事|整|弄|(?=[还就又老]))|(?:什么|啥)(?:情况|意思|原因|鬼)|为(?:什么|何|啥)|凭(?:什么|啥)|点解|点算|"
    r"\b(?:what (?:should|shall|do|can|could|must) i do|what now|what to do|how (?:do|can) i (?:fix|solve) (?:it|this|that)|what'?s (?:wrong|going on)|what is (?:wrong|going on)|any idea|"
    r"how come|why (?:is|are|was|were|does|do|did|has|have)(?!n't)|please help|help me)\b"
)
"""Wondering at a fact takes the fact for granted: "为什么提现显示已完成却没收到"."""
_NOT_YET = r"(?:haven'?t|have not|didn'?t|did not|never|not) (?:yet )?"
NOT_DONE = re.compile(
    r"(?<!有)(?:没有?|还没|未|没敢)(?:给|点|转|发|填|输|装|打开|付|说|告诉|理|回|照做|登)(?!到账)|"
    rf"\b{_NOT_YET}(?:open|click|giv|send|sent|gave|put|enter|typ|install|pay|paid|shar|tell|told|repl|answer|do|done)\w*|\b(?:gave|told|sent|said|did|typed)(?: (?:him|her|them|it))? nothing\b"
)
"""He did not do what he was warned of."""
UNHARMED = re.compile(
    r"(?:(?:没有|不|嗯|我|还)[\s,，]*)*(?:没有?|还没|未|没敢)(?:给|点|填|输|装|打开|说|告诉|理|回|照做)"
    r"(?:任何|他们?|她们?|它|对方|别人|谁|人|什么|啥|东西|验证码|密码|助记词|私钥|链接|那个|这个|过|呢|呀|啊|的)*[\s.。!！~]*$|"
    rf"(?:(?:no|nope|i|good|ok)[\s,.]+)*{_NOT_YET}(?:open|click|giv|gave|enter|typ|install|shar|tell|told|repl|answer)\w*"
    r"(?: (?:up|in|to|on|with|him|her|them|it|that|anyone|anybody|anything|any|my|the|a|verification|code|password|seed|phrase|link|app|file|yet|at|all))*[\s.!]*$"
)
"""The whole message says no more than that, and nothing that may be a theft denied: "no i haven't told him anything", but not "I didn't send that"."""
IN_VAIN = re.compile(
    r"(?:[也还都就]是?|仍然?|照样|一样)(?:不行|不能|不成|没用|没反应|打不开|进不去|登不[上进])|没用|不管用|无效|"
    r"\b(?:(?:does|did)(?:n'?t| not) (?:work|help)|not working|still (?:not|no|nothing|the same|fails?)|no (?:use|luck|change|difference)|in vain)\b"
)
"""What was tried did not help: a long "no" that says so is no mere nod."""
NOT_OURS = re.compile(r"不是(?:在)?(?:你们|您们|贵)|别家|别的(?:平台|交易所)|另一(?:家|个)(?:平台|交易所)|\b(?:not you(?:rs)?|(?:an)?other (?:exchange|platform|company))\b")
"""It is somebody else's problem."""
WAITS = re.compile(
    r"(?:那|好[吧的]?|我|先|再|就|还是|继续)*等(?:等|着|一下|一会儿?|一等|看|待)*吧?|(?:ok |okay |then |so )*(?:i(?:'ll| will| can)? wait|let'?s wait|wait(?:ing)?)(?: a (?:bit|while|little)| for it| some more| more| then)?"
)
"""A whole message that says that its writer waits."""
HOLD_ON = re.compile(
    r"^(?:(?:oh|no|hey|sorry|ok)[\s,]+)*(?:wait|hold on|hang on)(?: (?:a|one) (?:sec(?:ond)?|minute|moment))?[\s,.!…]+(?=(?:no|what|why|he|she|they|you|we|i|i'm|i've|it|it's|its|my|that|that's|actually|sorry|the|there|not|wrong)\b)|"
    r"^(?:不对?[\s,，]*)?(?:等等|等一下|等下|慢着)[\s,，。.!！…]*(?=不|我|其实|刚|是|写|说|那|错|看错|有)"
)
"""A cry that stops the other before one says something; it is no wish to wait."""
MADE_TO_WAIT = re.compile(r"(?:\b(?:mak(?:e|es|ing)|made|keep(?:s|ing)?)(?: (?:me|us))?|让我们?|叫我们?|要我们?|害我们?)(?:一直|再|还|又)?\s*(?:wait\w*|等\w?)$")
"""Up to a word: somebody else has the writer wait, which is no answer "I wait"."""
PAY_MORE = re.compile(
    r"(?:要不要|该不该|还要|还得|应不应该|能不能|可以|需要|必须|到底)(?:再|先|继续|给他|给他们|跟他|向他)*(?:交|转|付|打|给|汇|补|缴)(?!易)|(?:再|又)(?:让|叫|要)我(?:再|先)?(?:交|转|付|打|汇|补|缴)|"
    r"(?:他|她|对方|他们|那边|骗子)(?:还在|又|一直)?(?:电话|线上|催|打来|打电话|找我)|(?:他|她|对方|他们|骗子)(?:又|还|现在)?(?:说|让|叫|要)(?:要|让|叫|必须)?我(?:再|先|去|把)?.{0,4}(?:输|填|给他|说出|发|交|转|点|付|打|装)|怎么(?:回|回复|跟他说|对他说|应付)他?|"
    r"\b(?:should|shall|do|must|can|could|may) i (?:still |just |also |really |have to |need to )*(?:pay|send|transfer|give|tell|say|answer|reply|talk)|what (?:shall|should|do|can) i (?:tell|say|answer)|"
    r"(?:he|she|they) (?:now |still |also )?(?:wants?|asks?|asked|tells?|told|says?)(?: me| i)?(?: to| must| should| have to)? (?:pay|send|transfer|give|type|enter|install|click|put|sign)|(?:he|she|they)(?:'s|'re| is| are)? (?:still )?(?:on the (?:other )?line|on the phone|calling|waiting for me)"
)
"""In the midst of a fraud: whether to pay more, or what to say to him."""
SUBMIT = re.compile(r"(?:直接|就这样|就|先|马上)*(?:提交|发送|交)(?:工单)?(?:吧|了|好了)?|(?:just )?(?:submit|send)(?: it| that| this| the ticket)?(?: now| as it is| already)?")
"""A whole message that asks for the ticket to be sent as it is."""
LANGUAGES = (
    ("en", re.compile(r"英文|英语|英語|\benglish\b")),
    ("zh-Hant", re.compile(r"繁体|繁體|正体|正體|\btraditional\b")),
    ("zh-Hans", re.compile(r"中文|简体|簡體|汉语|普通话|国语|\bchinese\b|\bsimplified\b|\bmandarin\b")),
)
"""Names of the languages the bot speaks."""
FIRST = re.compile(r"^先|先(?:看|处理|解决|弄|说|搞|办)|\bfirst\b")
"""Of several problems this one is to come first."""
INSTEAD = re.compile(r"^先(?!生|前)|不是这个(?:问题|事)?|换(?:个|一个)问题|另(?:外)?一(?:件|个)(?:事|问题)|\b(?:my|the) (?:real |actual )?(?:problem|question|issue) is (?:different|another|that|not)\b|\b(?:different|another) (?:problem|question|issue)\b")
"""This problem, and not the open one."""
RESOLVED = re.compile(
    r"(?<![没未不])(?:到账了?|收到了?|解决了|搞定|找到了|(?:已经|都)?好了|可以了|行了|能登录?了|登(?:上|进)去?了|进去了|通过了|成交了|撤(?:掉|销)了)|"
    r"(?:自己|自动|自个儿?)(?:就|又)?(?:好|解|到|成交|撤|取消|恢复|通过|回来|退回)|"
    r"\b(?:solved|resolved|fixed|works now|working now|it work(?:s|ed)|i(?:'m| am) in|it (?:has )?arrived|received it|got it|found it|all good|no longer needed|"
    r"(?:cancel?led|filled|unlocked|unfrozen|approved|credited|arrived|working|fine|ok|sorted) (?:by itself|on its own|now|already|finally|after all)|"
    r"(?:filled|unlocked|resolved|fixed|cancel?led|sorted) (?:it)?self)\b"
)
"""The problem is over, said in plain words."""
STOPS = re.compile(
    r"停|取消|退出|结束|终止|放弃|撤回|撤销|关闭|闭嘴|算[了啦]|够了|别|唔|改天|以后再|回头再|先放|到这|到此|jieshu|不[想要需再办弄用填提问回答处理搞说了折]|自己(?:想|等|来|再|试|处理|解决)|"
    r"\b(?:stop|cancel|quit|exit|abort|end|enough|drop|leave|let|forget|never ?mind|nvm|no need|no more|not (?:now|interested|any)|later|give up|another (?:day|time)|bother|done|close|finish|don'?t|do not|bye)\b"
)
"""Without one of these no guess drops an open problem: "it was me who typed it wrong" and "I want more" are no wish to stop."""
PARTS = re.compile(r"谢|感激|辛苦|再见|拜|回头见|好[的了吧]|行了?|没事|清楚|明白|搞定|\b(?:thank\w*|thx|ty|cheers|bye|goodbye|later|ok|okay|fine|good|great|clear|solved|sorted|all)\b")
"""Thanks, a farewell, contentment."""
RELIEVED = re.compile(r"(?:没事|没问题|安全|可以|好)了吧")
"""Asks whether it is over now."""
LEAVES = re.compile(
    r"算了|没事了|不用了|不用(?:再?查|管|处理|弄|麻烦|帮忙?)了?|不弄了|不问了|(?:关|取消)了?吧|先这样吧?$|"
    r"\b(?:never ?mind|nvm|forget (?:it|about it)|(?:you can )?close (?:it|this|the (?:ticket|case|chat))|no need(?: anymore)?$|drop it|don'?t bother|leave it)\b"
)
"""The writer wants to leave it."""
_DID = r"(?:共享了|下了(?!单)|装上|念了|读了|读给|发出去|贴了|提交了|转了|转过去|转给|打过去|打给|付了|给了|给他|给她|给对方|发了|发给|发过去|告诉|填了|填进|输了|输入|说了|念给|点了|点进|装了|下载|登录|扫了|照做|做了)"
BUT = re.compile(r"但是?|可是|不过|然而|还是|只是|\b(?:but|however|still|although|though|yet)\b")
"""What follows takes back what was said."""
DONE = re.compile(
    rf"^{_DID}|(?:(?<![他她方人])(?:已经?|早就?)|(?<![让叫要请])我|^都|^刚|^就)(?:也|又|还|都|就|刚刚?|刚才|已经?|早就?)?(?:把[^,，。!！?？没不未]{{0,10}}|[全都]部?)?{_DID}|"
    r"(?<![没未不别要])(?<![让叫要请]我)给(?:了(?:他|她|对方|他们)?|他们?|她)[^,，。!！?？吗]{0,8}(?:单词|密码|验证码|助记词|私钥|码)|照(?:他|她|对方)说的做了|^(?:太)?晚了|来不及了|"
    r"\bi(?:'ve| have| had)?(?: already| just| even| also)? (?:did (?:it|that|what|so|everything|all)|gave|given|sent|told|typed|entered|put|clicked|installed|downloaded|paid|shared|logged|scanned|transferred|moved|followed|read|pasted|wrote|let)\b(?! (?:(?:him|her|them) )?(?:nothing|no\b|only|just))|"
    r"^(?:yes[\s,]+|just |already )?(?:gave|given|sent|told|typed|entered|wrote|clicked|installed|downloaded|paid|shared|transferred|did it|did that)\b(?! (?:(?:him|her|them) )?(?:nothing|no\b|only|just))|"
    r"\balready (?:did|done|gave|given|sent|told|typed|entered|put|clicked|installed|paid|shared|transferred|moved)\b|"
    r"\b(?:gave|sent|did|told|shared) (?:it|that|them|him|her)?(?: to)?(?: them| him| her)? ?already\b|\btoo late\b"
)
"""The writer did already what he was warned of."""
GIVEN = re.compile(
    r"助记词|助忆词|私钥|恢复(?:词|短语)|验证码|动态码|密码|口令|单词|\d+个词|[六6]位|屏幕|远程|向日葵|anydesk|teamviewer|todesk|rustdesk|保证金|解冻|税|安全(?:账户|钱包)|一半|\d ?(?:u|usdt|usdc|btc|eth|块|元|刀|万|k)(?![a-z])|"
    r"\b(?:codes?|otp|pin|passwords?|seed|phrase|words|numbers|digits|mnemonic|private key|screen|remote|tax|fee|safe (?:wallet|account)|half|(?:usdt|usdc|btc|eth|bitcoin|dollars|usd|euros?|naira|rupees))\b"
)
"""What a fraud is after."""
SUPPOSED = re.compile(r"如果|要是|假如|万一|会不会|充值地址|你们的地址|\b(?:if|what happens|would|deposit address|your address)\b")
"""Nothing was done, or nothing that a fraud was after."""
WHAT_NOW = re.compile(r"怎么办|咋办|怎么弄|然后呢|接下来|下一步|\b(?:what (?:now|next|then|do i do|should i do|can i do|to do)|now what|so what|and then)\b")
"""What is to be done next."""
SEEDS = re.compile(r"助记词|助忆词|私钥|恢复(?:词|短语)|(?:\d+|十二|二十四)个?(?:单词|词(?!语))|\b(?:(?:seed|recovery|secret) (?:phrases?|words?)|my seed|private keys?|mnemonic|(?:12|24|twelve|twenty-four) words)\b")
"""What whoever knows it owns the coins by."""
CONTROLLED = re.compile(
    r"(?:他|她|对方|他们|客服|骗子|那人)(?:现在|正在|还在|已经|正|还)*(?:远程|控制(?:了)?我|操作我|看着我的?屏幕|能看到我的?屏幕|看得到我的?屏幕|连上了?我|连着我)|鼠标(?:在)?自己(?:在)?动|"
    r"\b(?:he|she|they|someone|somebody|(?:the|that|this) (?:man|guy|agent|person)|support)(?:'s|'re| is| are)? (?:still |now |already )?(?:(?:inside|in|controlling|controls|on|using|moving|taking over) my (?:computer|pc|laptop|phone|screen|mouse|device)|"
    r"(?:can )?(?:see|sees|seeing|watching|controlling) my screen|inside the (?:computer|pc|laptop|phone)|connected(?: to my (?:computer|pc|laptop|phone))?(?: now)?$)"
)
"""Somebody else controls the writer's device."""
CLICKED = re.compile(r"点(?:了|进去了?|进|开了?)(?:一下)?(?:链接|网址|那个)?|打开(?:了|过)|\b(?:clicked|opened|tapped|looked at)\b")
"""A deed that does no harm by itself, as long as nothing was given."""
PERSON = re.compile(r"转(?:接)?(?:人工|真人)|(?:要|找|接|换|叫)(?:个)?(?:人工|真人)|人工(?:处理|来|帮)|\b(?:talk|speak|pass me|put me through|transfer me|connect me) to (?:a |an |some )?(?:real |live )?(?:human|person|agent|someone|somebody|operator)\b|\b(?:real person|live agent|human agent) (?:please|now)\b")
"""A person is wanted, whatever the problem told beside it."""
UNWANTED = re.compile(r"(?:不用|不要|不想|不需要|无需|别|先不|\b(?:no need to|don'?t (?:want|need) to|not (?:want|need) to|rather not))\s*$")
"""Before a word: it is not wanted."""
