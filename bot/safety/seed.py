"""Finds seed phrases: BIP-39 words in a row, and any words offered as a seed phrase; no other secret. Rarer languages: seed_languages.py."""
from __future__ import annotations

import re
from functools import cache

from mnemonic import Mnemonic

from bot.safety.seed_languages import find_other_seeds

Span = tuple[int, int]
Word = tuple[str, int, int]  # in lower case, with its span

_LENGTHS = (24, 21, 18, 15, 12)
# Words that sentences are made of and phrases are not; "seed phrase:" and twelve words without them are one in any word list.
_SENTENCE_TEXT = """a an the i me my you your we it its is are was were be am do does did not no of to in on at for from with by and or but if so as that this these
there what which who when where why how can could will would should may have has had please thanks thank hello hi they he she them then than been get got just"""
_SENTENCE = frozenset(_SENTENCE_TEXT.split())
# What people name beside a seed phrase: "seed phrase, private key, wallet address and secret code" is a list of such things, not a phrase.
_FIELD = frozenset(("account", "address", "card", "code", "coin", "crypto", "device", "key", "phone", "phrase", "photo", "private", "secret", "seed", "wallet", "word"))
_NEAR = 40  # characters from the hint to the first word
_SHORTEST_HINTED = 6  # words in a row that follow "助记词:" or "seed phrase is"; people send it in pieces
HINT = re.compile(r"助\s?[记記]\s?[词詞]|注记词|记忆词|種子|种子(?:短语|词|碼|码)|恢复(?:短语|词)|恢復(?:短語|詞)|备份(?:短语|词)|私密短语|单词短语"
                  r"|(?:seed|recovery|backup|secret|mnemonic|wallet)\s?(?:phrases?|words?|recovery)|mnemonics?\b|\bseeds?\b|(?:12|15|18|21|24|twelve|twenty[- ]four)\s?(?:words?|个(?:单词|词|英文))", re.I)
# "seed phrase:", "seed phrase for my wallet is", "seed phrase" itself; not "a seed phrase or private key may never ...".
_OFFERED = re.compile(r"(?:.*?(?:(?<![A-Za-z])(?:is|are|was|follows?|here)|[:=是为為下]|->))?[\W\d_]*", re.I | re.S)
_WORD = re.compile(r"[A-Za-z]{2,10}")
_BETWEEN = re.compile(r"[\s,;:./|•·→#()\[\]\"'_+*>=&\-\d]{1,12}")
_BETWEEN_START = re.compile(r"[\s,;:./|#\-\d]*")
_HAN_APART = re.compile(r"(?:[\u4e00-\u9fff][\s,;:./|#\-\d]{1,6}){11,}[\u4e00-\u9fff]")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{12,}")

# Two characters that sentences are made of: by chance a phrase holds one of them in 1 of 5,000. Twelve common characters in a sentence about a seed
# phrase pass the checksum in 1 of 16.
_HAN_SENTENCE = re.compile(
    "我的|你的|他的|们的|的人|的话|了我|给我|给你|给他|给一|发给|告诉|我们|你们|他们|自己|别人|对方|客服|平台|官方|骗子|朋友|老师|什么|怎么|为什|是不|不是|没有|不能|不会|不要|能不|可以|能帮|帮我|"
    "已经|刚刚|刚才|现在|今天|昨天|因为|所以|但是|如果|就是|还是|还有|这个|那个|一个|一位|然后|知道|觉得|需要|应该|请问|谢谢|账户|帳戶|账号|钱包|錢包|恢复|恢復|忘了|丢了|泄露|我把|我说|他说|说是|让我|叫我|要我|"
    "發給|給我|給他|告訴|我們|你們|他們|什麼|怎麼|沒有|不會|可以|幫我|已經|剛剛|現在|這個|那個|說是|讓我|[记記][词詞]|[词詞]是")


@cache
def _list(language: str) -> tuple[Mnemonic, frozenset[str]]:
    reader = Mnemonic(language)
    return reader, frozenset(reader.wordlist)


@cache
def _beginnings() -> frozenset[str]:
    """The first four letters of the words: BIP-39 words are known by them, and backups on steel carry no more."""
    return frozenset(word[:4] for word in _list("english")[1])


def find_seeds(text: str, hinted_before: bool = False) -> list[Span]:
    """Spans of seed phrases in `text`. `hinted_before`: the message before spoke of one, so fewer words are enough."""
    if len(text) < 12:
        return []
    runs, han = _runs(text), _HAN_RUN.search(text)
    apart = list(_HAN_APART.finditer(text))
    hints = [match.span() for match in HINT.finditer(text)]
    found = find_other_seeds(text, bool(hints) or hinted_before)
    if not (runs or han or apart):
        return found
    found += _english(text, runs, hints, hinted_before)
    for match in apart:
        start = max((end for first, end in hints if first <= match.start() < end), default=match.start())
        if _mostly_listed(match[0]):
            found.append((start + len(_BETWEEN_START.match(text, start)[0]), match.end()))  # type: ignore[index]
    if han and (hints or hinted_before):
        found += _unspaced(text, hints)
    return found


def _english(text: str, runs: list[list[Word]], hints: list[Span], hinted_before: bool) -> list[Span]:
    found: list[Span] = []
    listed_words = _list("english")[1]
    for run in runs:
        hinting = [any(first <= start < end for first, end in hints) for _, start, _ in run]
        listed = [word in listed_words for word, _, _ in run]
        whole = [_without_hint(hinting, *span) for span in _stretches(listed, 12) or _slips([word for word, _, _ in run], listed)]
        if not whole and (announced := [0] * hinted_before + [end for _, end in hints]):
            offered = [not hint and (sure or (len(word) == 4 and word in _beginnings())) for hint, sure, (word, _, _) in zip(hinting, listed, run, strict=True)]
            foreign = [len(word) >= 3 and word not in _SENTENCE and not hint for hint, (word, _, _) in zip(hinting, run, strict=True)]
            whole = [(first, last) for first, last in _stretches(offered, _SHORTEST_HINTED) + _stretches(foreign, 12)
                     if last - first >= 11 or 2 * sum(word in _FIELD for word, _, _ in run[first:last + 1]) < last - first + 1
                     if any(0 <= run[first][1] - end <= _NEAR and _OFFERED.fullmatch(text, end, run[first][1]) for end in announced)]
        found += [(run[first][1], run[last][2]) for first, last in whole]
    return found


def _without_hint(hinting: list[bool], first: int, last: int) -> Span:
    """A stretch without the words "seed phrase" at its head: they are on the list themselves."""
    while hinting[first] and last - first >= 12:
        first += 1
    return first, last


def _stretches(flags: list[bool], shortest: int) -> list[Span]:
    """First and last places of the runs of at least `shortest` true flags."""
    found, start = [], None
    for at, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = at
        elif not flag and start is not None:
            if at - start >= shortest:
                found.append((start, at - 1))
            start = None
    return found


def _slips(words: list[str], listed: list[bool]) -> list[Span]:
    """Stretches where eleven of any twelve words are listed: a phrase with a slip of the pen.

    Sentences do not do that: "the", "a", "is", "my" and their like are not on the list, and a phrase hardly repeats a word.
    """
    return [(at, at + 11) for at in range(len(listed) - 11)
            if sum(listed[at:at + 12]) >= 11 and len(set(words[at:at + 12])) >= 9]


def _runs(text: str) -> list[list[Word]]:
    """English words in a row with nothing between them but blanks, numbers and list marks, at least six."""
    runs: list[list[Word]] = []
    current: list[Word] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if (start and text[start - 1].isascii() and text[start - 1].isalpha()) or (text[end:end + 1].isascii() and text[end:end + 1].isalpha()):
            continue  # a piece of a longer word: breaks the run below, since the gap holds letters
        if current and not _BETWEEN.fullmatch(text, current[-1][2], start):
            runs.append(current)
            current = []
        current.append((match[0].lower(), start, end))
    runs.append(current)
    return [run for run in runs if len(run) >= _SHORTEST_HINTED]


def _mostly_listed(text: str) -> bool:
    characters = re.findall("[\u4e00-\u9fff]", text)
    listed = _list("chinese_simplified")[1] | _list("chinese_traditional")[1]
    return sum(char in listed for char in characters) * 10 >= len(characters) * 8


def _unspaced(text: str, hints: list[Span]) -> list[Span]:
    """Chinese words without blanks, right behind "助记词(是)" or as a run of their own."""
    found = []
    for run in _HAN_RUN.finditer(text):
        starts = [run.start()] + [end + skipped for first, end in hints if run.start() <= first < run.end() for skipped in range(3)]
        whole = next(((start, start + length) for start in starts for length in _LENGTHS
                      if start + length <= run.end() and not _HAN_SENTENCE.search(text[start:start + length]) and _valid_chinese(text[start:start + length])), None)
        if whole:
            found.append(whole)
    return found


def _valid_chinese(run: str) -> bool:
    for language in ("chinese_simplified", "chinese_traditional"):
        reader, listed = _list(language)
        if all(char in listed for char in run) and reader.check(" ".join(run)):
            return True
    return False
