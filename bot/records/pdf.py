"""A document as PDF with its Chinese font inside. Made in a process of its own, so that nobody's conversation waits for it.

    python -m bot.records.pdf < document.json > document.pdf
"""
from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from io import BytesIO
from tempfile import NamedTemporaryFile

from bot.config import ROOT
from bot.records.document import Document

SECONDS = 60
FONTS = {"zh-Hant": "ofl/notosanstc/NotoSansTC[wght].ttf"}
FONT = "ofl/notosanssc/NotoSansSC[wght].ttf"
"""Below the fonts of justmytype-intl-cjk (SIL Open Font License)."""
WEIGHT = 400
LATIN = "".join(map(chr, range(32, 127)))
DRAWN_AS = str.maketrans({"\t": " ", "\r": "", "⟦": "[", "⟧": "]"})
"""Signs the fonts do not have: a mask's brackets become plain ones."""
GAP = "\u25a1"
"""Shown for a character that the font does not have."""


class PdfFailed(Exception):
    """No PDF came of it; the HTML is there in any case."""


def render(document: Document) -> bytes:
    """The PDF. Blocks for some seconds: call it in a thread. Raises PdfFailed."""
    try:
        made = subprocess.run([sys.executable, "-m", "bot.records.pdf"], input=json.dumps(document.as_json()).encode(), cwd=ROOT, env={"PATH": "/usr/bin:/bin"},
                              capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PdfFailed(type(error).__name__) from None
    if made.returncode or not made.stdout.startswith(b"%PDF-"):
        raise PdfFailed(f"exit code {made.returncode}")
    return made.stdout


def print_out(document: Document) -> bytes:
    """The PDF, made here and now."""
    from fpdf import FPDF
    from fpdf.enums import WrapMode

    # Characters are joined to words where there are spaces, and broken anywhere where there are none.
    wrap = WrapMode.WORD if document.language == "en" else WrapMode.CHAR
    font, known = _font(document)
    # Read at once and not needed again: fpdf2 takes a font from a file only.
    with NamedTemporaryFile(suffix=".ttf") as kept:
        kept.write(font.getvalue())
        kept.flush()
        page = FPDF(format="A4")
        page.add_font("text", fname=kept.name)

    def fit(text: str) -> str:
        return "".join(each if each == "\n" or each in known else GAP for each in text.translate(DRAWN_AS))

    page.set_margin(18)
    page.set_auto_page_break(True, 18)
    page.set_title(document.title)
    page.set_lang(document.language)
    page.add_page()

    def write(text: str, size: float, height: float, grey: int = 0) -> None:
        page.set_font("text", size=size)
        page.set_text_color(grey)
        page.multi_cell(0, height, fit(text), wrapmode=wrap, new_x="LMARGIN", new_y="NEXT")

    write(document.title, 18, 10)
    for section in document.sections:
        page.ln(4)
        write(section.heading, 13, 8)
        for label, text in section.rows:
            if label:
                write(label, 8.5, 5, 100)
            write(text or "-", 10.5, 6)
    page.ln(6)
    write(document.note, 8, 4.5, 100)
    return bytes(page.output())


def _font(document: Document) -> tuple[BytesIO, set[str]]:
    """The font with what the document needs of it, and the characters it has.

    Cut down first and fixed to one weight then: the other way round takes 20 seconds.
    """
    from fontTools import subset
    from fontTools.varLib import instancer

    wanted = {*LATIN, GAP, *document.title, *document.note}
    for section in document.sections:
        wanted |= {*section.heading, *(each for row in section.rows for text in row for each in text)}
    options = subset.Options()
    options.layout_features = []
    options.notdef_outline = True
    font = subset.load_font(str(files("justmytype_intl_cjk") / "fonts" / FONTS.get(document.language, FONT)), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(each) for each in wanted])
    cutter.subset(font)
    font = instancer.instantiateVariableFont(font, {"wght": WEIGHT})
    made = BytesIO()
    font.save(made)
    made.seek(0)
    return made, {chr(code) for code in font.getBestCmap()}


def main() -> int:
    sys.stdout.buffer.write(print_out(Document.from_json(json.load(sys.stdin))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
