"""Makes two ways of typing the same thing the same text; for understanding, not for what is shown back to people."""
from __future__ import annotations

import re
import unicodedata

# Characters of no width that are not of category Cf: fillers, joiners, variation selectors, the blank Braille cell.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_LINE_BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_BLANKS = re.compile(r"[^\S\n]+")
# A long run of combining marks ("zalgo") costs NFKC quadratic time; no script stacks more than a handful.
_MARKS = re.compile("([\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]{4})"
                    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+")


def whole(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates replaced by U+FFFD, so that it can be stored as UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def unhide(text: str) -> str:
    """The text without characters that do not show: zero width, control, direction marks. White space stays."""
    if text.isascii() and text.isprintable():
        return text
    text = _BLANK.sub("", text)
    return "".join(char for char in text if char.isspace() or unicodedata.category(char) not in ("Cf", "Cc"))


def normalise(text: str) -> str:
    """NFKC, hidden characters removed, blanks folded to one space and line breaks to one newline, ends stripped.

    Never raises: broken surrogates become U+FFFD. Applying it twice changes nothing more.
    """
    text = _MARKS.sub(r"\1", whole(text))
    # NFKC may make blanks and hidden characters of others, and taking out a hidden one may join what NFKC composes.
    text = unicodedata.normalize("NFKC", unhide(unicodedata.normalize("NFKC", text)))
    return _BLANKS.sub(" ", _LINE_BREAKS.sub("\n", text)).strip()


def neutral_slash(text: str) -> str:
    """The text such that no reader takes it for a command: a leading slash, however disguised, is dropped.

    Rasa treats typed "/restart" or "/intent{...}" as an intent (RASA.md). A text without a leading slash is returned
    as it is; one of slashes alone becomes a division slash, which is no command anywhere.
    """
    plain = normalise(text)
    if not plain.startswith("/"):
        return text
    return plain.lstrip("/ \n") or "\u2215"
