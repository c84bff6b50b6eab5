"""The visitor's own record over HTTP: as a page and as a PDF, for nobody else, with secrets masked."""
from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader

SEED = "legal winner thank year wave sausage worth useful legal winner thank yellow"


def talked(door):
    visitor = door.visitor()
    visitor.send(text="充值没到账，编号 884213")
    visitor.send(text=f"我的助记词是 {SEED}")
    visitor.wait_for(lambda messages: len([m for m in messages if m["author"] == "user"]) == 2 and messages[-1]["author"] == "bot")
    return visitor


def record(door, visitor, kind: str):
    return door.call("GET", f"/api/record?format={kind}", token=visitor.token)


def test_the_record_is_a_page_and_a_pdf_of_the_whole_conversation(door):
    visitor = talked(door)
    page = record(door, visitor, "html")
    assert page.status == 200
    assert "attachment" in page.headers["content-disposition"]
    document = record(door, visitor, "pdf")
    assert document.body.startswith(b"%PDF-")
    words = "".join(part.extract_text() for part in PdfReader(BytesIO(document.body)).pages)
    for text, mask in ((page.body.decode(), "⟦seed⟧"), (words, "[seed]")):
        assert "884213" in text
        assert mask in text
        assert "sausage" not in text


def test_it_is_for_nobody_else_and_in_no_other_form(door):
    visitor, other = talked(door), door.visitor()
    assert "884213" not in record(door, other, "html").body.decode()
    assert door.call("GET", "/api/record?format=html").status == 401
    assert record(door, visitor, "exe").status in (404, 422)
