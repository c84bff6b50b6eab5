"""A document as PDF with its fonts inside. Made in a process of its own, so that nobody's conversation waits for it.

    python -m bot.records.pdf < document.json > document.pdf
"""
from __future__ import annotations

import json
import subprocess
import sys
from tempfile import NamedTemporaryFile

from bot.config import ROOT
from bot.records.document import Document, Section

SECONDS = 60


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

    from bot.records.fonts import Fonts

    fonts = Fonts(document.language)
    document = Document(fonts.shown(document.title), document.language, [
        Section(fonts.shown(section.heading), [(fonts.shown(label), fonts.shown(text)) for label, text in section.rows])
        for section in document.sections], fonts.shown(document.note))
    # Characters are joined to words where there are spaces, and broken anywhere where there are none.
    wrap = WrapMode.WORD if document.language == "en" else WrapMode.CHAR
    page = FPDF(format="A4")
    needed = fonts.cut(_texts(document))
    for name, font in needed:
        # Read at once and not needed again: fpdf2 takes a font from a file only.
        with NamedTemporaryFile(suffix=".ttf") as kept:
            kept.write(font.getvalue())
            kept.flush()
            page.add_font(name, fname=kept.name)
    text_font, *others = (name for name, _ in needed)
    page.set_fallback_fonts(others)
    page.set_margin(18)
    page.set_auto_page_break(True, 18)
    page.set_title(document.title)
    page.set_lang(document.language)
    page.add_page()

    def write(text: str, size: float, height: float, grey: int = 0) -> None:
        page.set_font(text_font, size=size)
        page.set_text_color(grey)
        page.multi_cell(0, height, text, wrapmode=wrap, new_x="LMARGIN", new_y="NEXT")

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


def _texts(document: Document) -> list[str]:
    rows = [text for section in document.sections for row in section.rows for text in row]
    return [document.title, document.note, *(section.heading for section in document.sections), *rows]


def main() -> int:
    sys.stdout.buffer.write(print_out(Document.from_json(json.load(sys.stdin))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
