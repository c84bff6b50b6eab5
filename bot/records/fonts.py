"""The fonts of a PDF: which of them shows a character, cut down to what one document needs, and words for what none of them shows."""
from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from importlib.resources import files
from io import BytesIO

import emoji
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from bot.conversations.language import to_traditional

ORDER = {"zh-Hant": ("TC", "SC", "JP", "KR")}
"""By language: whose characters are drawn by which of Noto Sans SC, TC, JP and KR; what the first does not have, the next may."""
DEFAULT_ORDER = ("SC", "TC", "JP", "KR")
WEIGHT = 400
GAP = "\u25a1"
"""Shown for a character that no font has and no word stands for."""
BRACKETS = str.maketrans({"⟦": "[", "⟧": "]"})
"""A mask's brackets, which the fonts do not have, become plain ones."""
_LATIN = "".join(map(chr, range(32, 127)))
_UNSEEN = frozenset({"Cf", "Mn", "Me"})
"""Kinds of characters that show nothing by themselves: joiners, marks and the choice of a picture sign's look."""
_SKIN = dict.fromkeys(range(0x1F3FB, 0x1F400))
"""A picture sign's shade: it goes without saying."""


class Fonts:
    """The fonts for one document. Opens a file when a character is not in those before it."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._order = ORDER.get(language, DEFAULT_ORDER)
        self._known: dict[str, frozenset[int]] = {}

    def shown(self, text: str) -> str:
        """The text with only characters that a font has: picture signs by their names, others by what they are composed of, GAP for the rest."""
        plain = text.translate(BRACKETS).replace("\t", " ").replace("\r", "")
        if plain.isascii():
            return "".join(each if each.isprintable() or each == "\n" else GAP for each in plain)
        named = emoji.replace_emoji(plain, self._named)
        return "".join(each if each == "\n" or self._of(each) else self._instead(each) for each in named)

    def cut(self, texts: Iterable[str]) -> list[tuple[str, BytesIO]]:
        """(name, TrueType file) of every font that these texts, as `shown` gave them, need; the one for most of a text first."""
        wanted: dict[str, set[str]] = {self._order[0]: {*_LATIN, GAP}}
        for each in set().union(*texts) - {"\n"}:
            wanted.setdefault(self._of(each) or self._order[0], set()).add(each)
        return [(name, _cut(name, wanted[name])) for name in self._order if name in wanted]

    def _of(self, character: str) -> str:
        """The first font that has a character; empty if none has."""
        for name in self._order:
            if name not in self._known:
                with TTFont(_path(name), lazy=True) as font:
                    self._known[name] = frozenset(font.getBestCmap())
            if ord(character) in self._known[name]:
                return name
        return ""

    def _named(self, sign: str, _data: object) -> str:
        """The name of a picture sign in brackets; the sign itself where a font has it, the digit of a framed digit."""
        bare = "".join(each for each in sign.translate(_SKIN) if unicodedata.category(each) not in _UNSEEN)
        if all(map(self._of, bare)):
            return bare
        name = emoji.demojize(sign.translate(_SKIN), ("[", "]"), "en" if self._language == "en" else "zh").replace("_", " ")
        return to_traditional(name) if self._language == "zh-Hant" else name

    def _instead(self, character: str) -> str:
        if unicodedata.category(character) in _UNSEEN:
            return ""
        parts = "".join(each for each in unicodedata.normalize("NFKD", character) if each != character and self._of(each))
        return parts or GAP


def _path(name: str) -> str:
    """Of a font of justmytype-intl-cjk (SIL Open Font License)."""
    return str(files("justmytype_intl_cjk") / "fonts" / "ofl" / f"notosans{name.lower()}" / f"NotoSans{name}[wght].ttf")


def _cut(name: str, wanted: set[str]) -> BytesIO:
    """The font with these characters. Cut down first and fixed to one weight then: the other way round takes 20 seconds."""
    options = subset.Options()
    options.layout_features = []
    options.notdef_outline = True
    font = subset.load_font(_path(name), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=map(ord, wanted))
    cutter.subset(font)
    made = BytesIO()
    instancer.instantiateVariableFont(font, {"wght": WEIGHT}).save(made)
    made.seek(0)
    return made
