"""Which language a message is written in; what the bot does about it is the dialogue's business."""
from __future__ import annotations

import re
import unicodedata

from bot.text.hanzi import SIMPLIFIED, TRADITIONAL


def _known_to(codec: str, char: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


# 里, 后 and 台 are written in both scripts, 吗 and 这 only in one: Big5 and GB 2312 each hold one script's characters.
_ONLY_SIMPLIFIED = frozenset(char for char in SIMPLIFIED if not _known_to("big5", char))
_ONLY_TRADITIONAL = frozenset(char for char in TRADITIONAL if not _known_to("gb2312", char))

# Runs that belong to no language: addresses of every kind, hashes, numbers, ids with digits in them.
_NEUTRAL = re.compile(r"https?://\S+|www\.\S+|\S{1,64}@\S+|[A-Za-z]*\d[A-Za-z0-9]*|\b[A-Za-z0-9]{20,}\b")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+(?:['\u2019][A-Za-z\u00c0-\u024f]+)*")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")

# Words that people of every language write in Latin letters.
_NAME_WORDS = """
btc eth usdt usdc trx bnb sol xrp doge ltc eos ada dot bch etc matic pol avax ton shib dai busd tusd fil link uni atom near apt arb op
bitcoin ethereum tether tron solana ripple dogecoin litecoin cardano polkadot polygon arbitrum optimism avalanche base bsc trc erc bep omni
binance okx okex huobi htx bybit bitget gate kucoin coinbase kraken mexc bitfinex upbit metamask trustwallet ledger trezor imtoken tronlink phantom
kyc txid txhash hash memo tag uid id api p2p otc app ios android iphone ipad windows mac pc sms email mail gmail google authenticator telegram
twitter facebook wechat whatsapp discord fa ip url pdf vip usd cny eur hkd twd ok hi hello bye qr nft defi web dapp gas vpn wifi apk spot c2c ga
usdt u x bug error code login pending success failed completed confirmed tk order faq chatgpt ai
"""
_NAMES = frozenset(_NAME_WORDS.split())

# The commonest short words of each language, without those that mean a word of another one here ("die", "no", "a").
_STOP_WORDS: dict[str, frozenset[str]] = {code: frozenset(words.split()) for code, words in {
    "en": "the is are was were be been am i i'm i've you your my me we it its it's this that there and or but not don't doesn't didn't can't cannot won't isn't haven't hasn't have has had do does did will would should could can to of in on at for from with how what why when where who which please help did get got still yet thanks thank any if so need want says said trying try after before about",
    "es": "el la los las una por para con que qué mi mis está estoy no puedo como cómo cuando pero hola gracias entiendo hablo español ayuda tengo ha han llegado mi cuenta dinero dónde donde hace retiro contraseña olvidé quiero es en un del al se ayer",
    "pt": "o os as um uma para com que minha meu não está estou como quando mas olá oi obrigado obrigada ajuda tenho você conta dinheiro onde saque senha esqueci quero posso chegou meus eu é em do da no na ainda foi ontem depósito",
    "fr": "le les des une pour avec que mon ma mes est suis pas comment quand mais bonjour salut merci aide j'ai je ne peux compte argent où retrait mot passe oublié veux vous c'est n'est n'ai du au et dans sur dépôt arrivé toujours",
    "de": "der das ist nicht ich mein meine meinen habe wie wann aber hallo danke hilfe kann mit für ein eine einen konto geld wo auszahlung passwort vergessen bitte und auf noch immer angekommen sie wurde einzahlung mich zu den dem",
    "vi": "tôi không của là và có được cho tiền tài khoản mật khẩu rút nạp chưa xin chào giúp bị làm sao khi nào vào ơn cảm đã rồi",
    "tr": "bir ve bu için ben benim değil nasıl ne neden zaman merhaba teşekkürler yardım hesabım hesabıma para param şifremi unuttum çekme yatırma gelmedi var yok mi mı lütfen hala istiyorum giriş yapamıyorum",
    "id": "saya tidak bisa dan yang untuk dengan ini itu akun uang bagaimana kapan kenapa tolong terima kasih bantu belum sudah ada lupa kata sandi masuk penarikan halo mau dari ke di",
    "it": "il lo gli una per con che mio mia non è sono come quando ma ciao grazie aiuto ho conto soldi dove prelievo dimenticato voglio posso del della nel ancora arrivato",
}.items()}
# One of these alone is clear enough; other single words may be anything.
_GREETINGS = {"hola": "es", "gracias": "es", "olá": "pt", "obrigado": "pt", "obrigada": "pt", "bonjour": "fr", "salut": "fr", "merci": "fr", "danke": "de", "hallo": "de",
              "ciao": "it", "grazie": "it", "merhaba": "tr", "selam": "tr", "halo": "id", "privet": "ru", "spasibo": "ru"}
_SCRIPTS = (
    ("ko", "\uac00", "\ud7a3"), ("ko", "\u1100", "\u11ff"), ("th", "\u0e00", "\u0e7f"), ("hi", "\u0900", "\u097f"), ("ru", "\u0400", "\u04ff"),
    ("ar", "\u0600", "\u06ff"), ("ja", "\u3041", "\u30fa"),
)
_VIETNAMESE = re.compile("[\u0103\u01a1\u01b0\u0111\u1ea0-\u1ef9]")


MOST_CHARACTERS = 1_000
"""Of a longer message its beginning tells the language."""


def detect(text: str, previous: str | None = None) -> str | None:
    """The language of a message: "zh-Hans", "zh-Hant", "en", "mixed" or None; `previous` is that of the conversation so far.

    Numbers, hashes, addresses and coin names say nothing: such a message keeps `previous`, and so does one in a language
    that the bot does not speak (see other_language). Chinese without a telling character keeps the script of `previous`.
    "mixed" means Chinese and English sentences side by side; English words inside a Chinese sentence are Chinese.
    """
    neutral = _NEUTRAL.sub(" ", text[:MOST_CHARACTERS])
    han = len(_HAN.findall(neutral))
    words = _words(neutral)
    english = [word for word in words if word not in _NAMES]
    if han:
        if _kana(neutral) > 1:
            return previous
        function_words = sum(word in _STOP_WORDS["en"] for word in english)
        if function_words >= 3 and len(english) * 3 > han:
            return "en" if len(english) > han * 2 else "mixed"
        return _script(neutral, previous)
    if not english or other_language(text):
        return previous if english or not words else _of_names(words, previous)
    if len(english) == 1 and previous in ("zh-Hans", "zh-Hant") and english[0] not in _STOP_WORDS["en"]:
        return previous  # one bare word in a Chinese conversation is an answer, not a change of language
    return "en"


def other_language(text: str) -> str | None:
    """The code of a language that the bot does not speak ("ru", "vi", "es", ...) when the message is clearly in it, else None."""
    neutral = _NEUTRAL.sub(" ", text[:MOST_CHARACTERS])
    letters = sum(char.isalpha() for char in neutral)
    counts: dict[str, int] = {}
    for char in neutral:
        if char > "\u03ff":
            for code, first, last in _SCRIPTS:
                if first <= char <= last and char != "\u306e":  # の is fashionable in Chinese
                    counts[code] = counts.get(code, 0) + 1
                    break
    if counts:
        code, count = max(counts.items(), key=lambda item: item[1])
        return code if count >= 2 and count * 4 >= letters else None
    if _HAN.search(neutral):
        return None
    words = _words(unicodedata.normalize("NFC", neutral))
    if len(_VIETNAMESE.findall(unicodedata.normalize("NFC", neutral.lower()))) >= 2:
        return "vi"
    if len(words) == 1:
        return _GREETINGS.get(words[0])
    scores = {code: len({word for word in words if word in stop}) for code, stop in _STOP_WORDS.items()}
    code = max(scores, key=lambda code: scores[code])
    second = max(score for other, score in scores.items() if other != code)
    return code if code != "en" and scores[code] >= 2 and scores[code] > second and scores[code] * 5 >= len(words) else None


def _words(text: str) -> list[str]:
    return [word.lower().replace("\u2019", "'") for word in _WORD.findall(text)]


def _of_names(words: list[str], previous: str | None) -> str | None:
    """Greetings and status words are in _NAMES because Chinese writers use them; alone at the start they are English."""
    spoken = {"hi", "hello", "bye", "ok"}
    return "en" if previous is None and spoken & set(words) else previous


def _kana(text: str) -> int:
    return sum("\u3041" <= char <= "\u30fa" and char != "\u306e" for char in text)


def _script(text: str, previous: str | None) -> str:
    traditional = sum(char in _ONLY_TRADITIONAL for char in text)
    simplified = sum(char in _ONLY_SIMPLIFIED for char in text)
    if traditional == simplified:
        return previous if previous in ("zh-Hans", "zh-Hant") else "zh-Hans"
    return "zh-Hant" if traditional > simplified else "zh-Hans"
