"""Finds passwords by what is said around them; codes are codes.py's, what is secret by its form alone keys.py's and seed.py's.

Two kinds of evidence: a label with a connector ("密码是", "password:") lets nearly any value be a secret; a bare label
("密码Qwe!2023abc") only one that looks like a secret. Talking about a password ("忘记密码了") is neither.
"""
from __future__ import annotations

import re

from bot.safety.units import UNITS

Span = tuple[int, int]

_VALUE = r"[!-~]{3,128}"
_PASSWORD = (r"(?:(?:登[录錄陆入]|账[户号]|帳[戶號]|賬[戶號]|资金|資金|交易|支付|提[现币]|原|旧|舊|新|初始|临时|邮箱|银行卡)?(?:密\s{0,2}[码碼]|口令)"
             r"|(?<![A-Za-z_])(?:pass\s?words?|passwd|psswd|pswd|pwd|psw|pass\s?code|pass\s?phrase|pword|mi\s?ma|contrase[ñn]a|senha|mot\sde\spasse|passwort|kata\ssandi|m[ậa]t\skh[ẩa]u|[şs]ifre(?:m|si)?)(?![A-Za-z])|пароль|비밀번호|パスワード)")
_SHORT_LABEL = r"(?<![A-Za-z])(?:pass|pw|mm|p/w)(?![A-Za-z])"  # too short to trust without ":" or "="
_ZH_IS = r"(?:一直|应该|應該|就|都|也|现在|目前|以前|之前)?(?:是|为|為|就是|等于|叫|叫做|用的是|填的是|写的是|输的是|输入的是|設為|设为|设成|设置为|设置成|改为|改成|改成了|换成|换成了|用的)"
_COLON = r"\s{0,3}(?::=?|=>?|->|→|\s-{1,2}\s)\s{0,3}"
_EN_IS = r"\s(?:is\s?:?|was|shi|es|é|est|ist|=|be|should\sbe|to\sbe|i\s(?:use|used|set)(?:\sis)?|set\sto|changed\sto)\s{1,2}(?:set\sto\s|now\s|still\s|just\s|this:?\s|as\s)?"
_FILLER = r"(?:[了的我是用设就改成为置在填写输入过叫]{0,6}|\s{1,3}(?:to\s)?)\s{0,3}[,:]?\s{0,2}[\"'(\[<]?"
_BOUND = r"[\"'(\[<`]?"

_LABEL_COLON = re.compile(rf"(?:{_PASSWORD}|{_SHORT_LABEL})(?:\s{{0,2}}\([^()]{{0,20}}\))?{_COLON}{_BOUND}({_VALUE})", re.I)
_LABEL_HAN = re.compile(rf"{_PASSWORD}(?:{_COLON}|{_ZH_IS})\s{{0,2}}([\u4e00-\u9fff]{{1,6}}[A-Za-z0-9!@#$%^&*_.]{{3,20}})(?![\u4e00-\u9fff])", re.I)
_LABEL_ZH = re.compile(rf"{_PASSWORD}\s{{0,2}}{_ZH_IS}了?(?:这个|這個)?\s{{0,3}}[:,]?\s{{0,2}}{_BOUND}({_VALUE})", re.I)
_LABEL_EN = re.compile(rf"{_PASSWORD}(?:\sfor\s[\w.@ ]{{1,30}}?)?{_EN_IS}{_BOUND}({_VALUE})", re.I)
_LABEL_BARE = re.compile(rf"{_PASSWORD}{_FILLER}({_VALUE})", re.I)
_SHORT_BARE = re.compile(rf"{_SHORT_LABEL}(?:\sis)?\s{{1,3}}({_VALUE})", re.I)
_SHORT_FIRST = re.compile(rf"(?<![!-~])({_VALUE})\sis\s(?:my|the)\s(?:\w{{1,12}}\s)?{_SHORT_LABEL}", re.I)
_LABEL_PAIR = re.compile(rf"{_PASSWORD}(?:{_COLON}|\s{{0,2}}{_ZH_IS}\s{{0,2}}|{_EN_IS}){_BOUND}([!-~]{{3,64}}[\s,/|]{{1,3}}({_VALUE}))", re.I)
_VALUE_FIRST = re.compile(rf"(?<![!-~])({_VALUE})\s{{0,2}}(?:(?:这|這)?(?:就?是|为)(?:我的?|原来的?)?{_PASSWORD}|\s?is\s(?:my|the|our)\s(?:\w{{1,12}}\s){{0,2}}{_PASSWORD})", re.I)
_QUOTED = re.compile(rf"{_PASSWORD}(?:{_COLON}|\s{{0,2}}{_ZH_IS}\s{{0,2}}|{_EN_IS})[\"']([^\"'\n]{{3,64}})[\"']", re.I)
_PHRASE = re.compile(rf"{_PASSWORD}{_COLON}((?:[a-z]{{3,12}}[ -]){{2,7}}[a-z]{{3,12}})(?=$|[\n.,;!?])", re.I)
# Without one of these no pattern above can match.
_ANY_PASSWORD = re.compile(r"密|口令|pass|pw|p/w|ps+w|mm|mi ?ma|contrase|senha|sandi|kh[ẩa]u|ifre|пароль|비밀|パス", re.I)
_ABOUT = re.compile(r"(?:忘记了?|忘了|重置|找回|修改|更改|改|设置|設置|重設|忘記了?|forg[eo]t(?:ten)?|reset(?:ting)?|chang(?:e|ing)|recover(?:ing)?|lost|update|new)\s{0,2}(?:我的|my|the|a|your)?\s{0,2}(?:登[录陆]|账户|资金|交易|支付|account\s|login\s)?$", re.I)

# What follows "password is" or "password:" in sentences about passwords.
_PLAIN_TEXT = """
a about accepted account active again all almost already also always an and any app are as ask asked asking at back bad be because been before being blank
blocked broken browser but by can cannot change changed changing compromised confirmed correct correctly different disabled does doesn done easy either
email empty encrypted enough entered error even exactly expired expiring fail failed fails field fine first for forgot forgotten form from function
gone good gotten guessed hacked hard has have help hello here hidden how if in incorrect incorrectly input instead invalid is issue it its just keep
keeps known leaked legit link locked login long longer lost mail masked matching maybe me message missing mistyped more must my need needed needs never new no
none not nothing now obviously of off ok okay old on only or other out over page phone please possible probably problem protected question random
rate really recognised recognized recovery refused rejected removed required reset resetting right safe same saved saying secure security sent set
short should showing shown simple since so something somehow sometimes still stolen strong stuck such supposed sure than that the their them then there
these they this to too true two typed unable unknown unrecognized until up updated used using valid very visible was way weak well what when where which
while who why will with without won working wrong yes yet you your null undefined email gmail username user uid id code otp sms wifi kyc app ios android web
secret private strong strength length characters letters numbers digits uppercase lowercase special minimum maximum policy manager mandatory necessary optional identical weird fake mine yours sensitive missing unsafe impossible
difficult empty enabled valid default reused public important there
"""
_PLAIN = frozenset(_PLAIN_TEXT.split())
_SENTENCE = frozenset(("the", "a", "is", "are", "was", "my", "i", "you", "not", "it", "to", "for", "of", "and", "please", "can", "cannot", "received", "reset",
                       "link", "email"))
_ENDINGS = re.compile(r"(?:ed|ing|ly|able|ible|ect|ful|less|ous|ive|n't|ion|ment|ness|ity|ary|ory|ant|ent|ical|onal)$")
_KNOWN_THINGS = re.compile(r"(?:(?:trc|erc|bep)-?\d{1,4}|2fa|mfa|kyc\d?|i?phone\s?\d.*|ipad.*|ios\d.*|android\d*.*|win(?:dows)?\d+|web3|mp4|v?\d+(?:\.\d+)+|lv\d|vip\d|otp|h5|"
                           r"samsung.*|huawei.*|xiaomi.*|redmi.*|mate\d+.*|uid\W?\d+|id\W?\d+|tk-\d+|usdt|btc|eth|24h|24/7|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}:\d{2}(?:am|pm)?|"
                           r"app\d*|code:?\d*|q\d|\d+%|\$?\d+(?:st|nd|rd|th|x|k|min|mins|hrs|hr|h|s|d)?|.*\.(?:com|net|org|io|cn|app|html?|png|jpe?g|pdf))$", re.I)
_EMAIL = re.compile(r"[^@\s]{1,64}@[\w-]{1,60}(?:\.[\w-]{1,20}){1,4}")


def find_passwords(text: str, previous: str = "") -> list[Span]:
    """Spans of passwords. `previous`: the user's message before, which may have announced one ("我的密码是")."""
    found = _labelled_passwords(text) if _ANY_PASSWORD.search(text) else []
    if previous and (match := re.fullmatch(rf"\s*({_VALUE})\s*", text)) and _announced(previous) and _looks_secret(match[1], ""):
        found.append(match.span(1))
    return found


def _labelled_passwords(text: str) -> list[Span]:
    found = [match.span(1) for match in _QUOTED.finditer(text) if not _is_plain(match[1]) and not _is_message(match[1])]
    found += [match.span(1) for match in _PHRASE.finditer(text) if _is_phrase(match[1].lower().split())]
    found += [match.span(1) for match in _LABEL_HAN.finditer(text) if len(re.findall("[0-9]", match[1])) >= 3 and not re.search("(?:19|20)[0-9]{2}$", match[1])]
    found += [match.span(1) for pattern in (_SHORT_BARE, _SHORT_FIRST) for match in pattern.finditer(text) if _very_strong(match[1])]
    # 账号密码是 zhangsan Abc12345: what stands first may be the account or the password, so both go.
    found += [match.span(1) for match in _LABEL_PAIR.finditer(text) if _looks_secret(_trimmed(match[2]), "") and not _is_plain(match[1].split()[0])]
    for pattern, trusted in ((_LABEL_COLON, True), (_LABEL_ZH, True), (_LABEL_EN, True), (_VALUE_FIRST, False), (_LABEL_BARE, False)):
        for match in pattern.finditer(text):
            start, end = match.span(1)
            end = start + len(_trimmed(text[start:end]))
            value, following = text[start:end], text[end:end + 12]
            if pattern is _LABEL_BARE and _ABOUT.search(text[max(0, match.start() - 24):match.start()]) and not _very_strong(value):
                continue
            if (_is_secret(value, following) if trusted else _looks_secret(value, following)):
                found.append((start, end))
    return found


def _trimmed(value: str) -> str:
    """A value without the stops and brackets that belong to the sentence."""
    return re.sub(r"[\"')\]>`]*[.,;]*[\"')\]>`]*$", "", value) or value


def _is_plain(value: str) -> bool:
    word = value.lower().strip(".,;:!?'\"()")
    return word in _PLAIN or bool(_ENDINGS.search(word) and word.isalpha()) or bool(_KNOWN_THINGS.fullmatch(word)) or word.startswith(("http://", "https://", "www."))


def _is_message(quoted: str) -> bool:
    """What a page said, quoted ('Set new password -> "something went wrong"'): several words, most of them plain ones."""
    words = quoted.split()
    return len(words) > 1 and 2 * sum(_is_plain(word) for word in words) > len(words)


def _is_secret(value: str, following: str) -> bool:
    """After a connector: anything but the words that sentences about passwords go on with."""
    if len(value) < 4 and not value.isdigit():
        return False
    if value.isdigit():
        return len(value) >= 4 and not UNITS.match(following)
    if _is_plain(value) or value.startswith("{"):
        return False
    if re.fullmatch("[A-Za-z']+[?!]*", value):  # a bare word: a secret only if the clause ends with it
        return not re.match(r"\s+[A-Za-z]", following) and len(value) >= 5
    return True


def _looks_secret(value: str, following: str) -> bool:
    """Without a connector: letters and digits mixed, or symbols among them, as nobody writes in a sentence."""
    if value.isdigit():
        return 6 <= len(value) <= 20 and not UNITS.match(following) and not re.fullmatch("1[3-9][0-9]{9}", value)
    if len(value) < 6 or _is_plain(value) or _EMAIL.search(value) or "://" in value:
        return False
    if re.fullmatch("(?:0x)?[0-9a-fA-F]{30,}", value) or len(value) > 40:
        return False
    classes = sum(bool(re.search(kind, value)) for kind in ("[a-z]", "[A-Z]", "[0-9]", "[!@#$%^&*=]"))
    return classes >= 2 and bool(re.search("[0-9]", value) or re.search("[A-Za-z][!@#$%^&*=]+[A-Za-z0-9]", value))


def _very_strong(value: str) -> bool:
    return _looks_secret(value, "") and not value.isdigit() and bool(re.search("[!@#$%^&*=]", value) and re.search("[0-9]", value))


def _is_phrase(words: list[str]) -> bool:
    """A passphrase of plain words, as against a sentence after a colon."""
    return sum(word in _PLAIN for word in words) <= 1 and not set(words) & _SENTENCE


def _announced(previous: str) -> bool:
    return bool(re.search(rf"{_PASSWORD}\s{{0,2}}(?:{_ZH_IS}|is|was|:|=)?\s{{0,2}}[:.,]?\s{{0,2}}$", previous, re.I))
