"""Finds one-time codes, PINs and backup codes by what is said around them. "错误代码 1005" and "promo code" are no such codes."""
from __future__ import annotations

import re

from bot.safety.units import UNITS

Span = tuple[int, int]

_CODE_LABEL = (r"(?:(?:谷歌|google|短信|手机|邮[箱件]|登录|登陆|安全|二次|二步|两步|身份|动态|資金|提[现币]|手機|簡訊|郵箱|認證|语音)?(?:[验驗]\s{0,2}[证證]\s{0,2}[码碼吗]|校验码|校驗碼|动态码|動態碼|确认码|動態密碼|动态密码|动态口令|认证码|授权码|谷歌码|短信码|备用码|備用碼|恢复码|恢復碼|备份码)"
               r"|(?<![A-Za-z])(?:(?:verification|auth(?:entication|enticator)?|security|login|sms|2fa|two[- ]factor|otp|one[- ]time|confirmation|google|backup|recovery|access|email|mail|text|6[- ]digit|six[- ]digit|pin)\s?(?:code|passcode|pin|number|token)s?|otp|2fa|mfa|pin(?:\s?code)?|totp|tac|google\sauth(?:enticator)?)(?![A-Za-z])"
               r"|(?<![A-Za-z])(?:my|the|this|new|your)\scodes?(?![A-Za-z])|PIN\s?码)")
_CODE_NOT = re.compile(r"(?:error|status|country|zip|area|post(?:al)?|promo(?:tion)?|referral|refer|invite|invitation|discount|qr|bar|source|reference|swift|currency|product|coupon|voucher|gift|http|response|err|bank|sort|branch|memo|tag|order|ticket|uid|user|account|customer|tracking|错误|邀请|推荐|国家|地区|区域|邮政|返佣)\s?$", re.I)
_CODE_LINK = (r"(?:\s{0,2}(?:就?是|为|為|:|=|is|was|says|shows|i\s(?:got|received|have)(?:\sis)?|that\si\sgot\sis|发给你|给你|给您|告诉你|告诉您|如下|收到了?|显示|我收到的|的是|这个|吧|了|,|are|#|->|\())"
              r"{0,4}\s{0,3}[\"'(\[]?")
_CODE_VALUE = r"((?:G-)?\d(?:[ -]?\d){3,7}|[零〇一二三四五六七八九]{4,8})(?![0-9A-Za-z零〇一二三四五六七八九]|[.,]\d|[-/]\d)"
_CODE = re.compile(rf"({_CODE_LABEL}){_CODE_LINK}{_CODE_VALUE}", re.I)
_CODE_MIXED = re.compile(rf"({_CODE_LABEL})\s{{0,2}}(?:就?是|为|:|=|\sis\s|is\s)\s{{0,2}}[\"'(\[]?((?=[A-Z]*\d[A-Z]*\d)[A-Z0-9]{{5,8}}|(?=[a-z]*\d[a-z]*\d)[a-z0-9]{{5,8}})(?![0-9A-Za-z.@])")
_CODE_PLAIN = re.compile(r"(?<![A-Za-z])(codes?)(?:\s(?:they|you|i|we|it|that|have|just|sent|got|received|me|on|my|phone|by|sms|from|google)){0,6}(?:\s?(?:is|:|=|was|says)){0,2}\s{0,2}((?:G-)?\d{3}[ -]?\d{3})(?![0-9A-Za-z]|[.,-]\d)", re.I)
_CODE_FIRST = re.compile(rf"(?<![0-9A-Za-z.#-])(\d(?:[ -]?\d){{3,7}})\s{{0,2}},?\s{{0,2}}(?:(?:这|這|那)?(?:就?是|为)(?:我的?|刚收到的?|收到的?|你要的)?{_CODE_LABEL}|\s?\(\s?{_CODE_LABEL}|\s?is\s(?:my|the|your)\s(?:\w{{1,14}}\s){{0,3}}(?:code|otp|pin)\b)", re.I)
_CODE_SECOND = re.compile(r"(?:谷歌|google|短信|邮箱|手机|email|sms|phone|备用|authenticator)(?:的)?(?:\s|是|:|=|为|,){0,3}(\d{3}[ -]?\d{3})(?![0-9A-Za-z]|[.,-]\d)", re.I)
_BACKUP = re.compile(r"(?:备用码|備用碼|恢复码|恢復碼|备份码|backup\s?codes?|recovery\s?codes?)(?:是|为|:|=|\sis|\sare|如下|\s){0,3}\s{0,2}((?:[0-9a-z]{4,5}[- ]?[0-9a-z]{4,5}(?:[\s,;]{1,3}|$)){1,16})", re.I)
_PIN = re.compile(r"(?<![A-Za-z])(?:pin|cvv2?|cvc2?|安全码)(?:\s?(?:code|number|码))?(?:\s?(?:is|是|为|:|=|#|was)){0,2}\s{0,2}(\d{3,8})(?![0-9A-Za-z]|[.,-]\d)", re.I)
_MENTIONS_CODE = re.compile(rf"{_CODE_LABEL}|(?<![A-Za-z])codes?(?![A-Za-z])", re.I)
_BARE_CODE = re.compile(r"\s*(?:是|it'?s|its|is)?\s*(\d{3}[ -]?\d{3}|\d{8})\s*[.!。]?\s*", re.I)
_ANY_CODE = re.compile(r"\d[ -]?\d[ -]?\d|[零〇一二三四五六七八九]{4}|\d[a-z]{3}|[a-z]{3}\d|\d[a-z]\d", re.I)


def find_codes(text: str, previous: str = "", asked: str | None = None) -> list[Span]:
    """Spans of one-time codes, PINs and backup codes. A bare six-digit message is one if the message before spoke of codes.

    `asked`: the field being asked; where it may be a number (a UID, an amount) a bare number is its answer.
    """
    if not _ANY_CODE.search(text):
        return []
    found = []
    for pattern in (_CODE, _CODE_MIXED, _CODE_PLAIN):
        for match in pattern.finditer(text):
            start, end = match.span(2)
            if not UNITS.match(text, end) and not _CODE_NOT.search(text[max(0, match.start() - 14):match.start(1)]):
                found.append((start, end))
    found += [match.span(1) for pattern in (_CODE_FIRST, _PIN) for match in pattern.finditer(text) if not UNITS.match(text, match.end(1))]
    if _MENTIONS_CODE.search(text):
        found += [match.span(1) for match in _CODE_SECOND.finditer(text) if not UNITS.match(text, match.end(1))]
    found += [match.span(1) for match in _BACKUP.finditer(text) if re.search("[0-9]", match[1])]
    if previous and asked is None and (match := _BARE_CODE.fullmatch(text)) and _MENTIONS_CODE.search(previous):
        found.append(match.span(1))
    return found
