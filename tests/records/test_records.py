"""Records and complaint files: all that was said and done, nothing secret, readable as a page and as a PDF in the visitor's language."""
from __future__ import annotations

import asyncio
import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from bot.conversations import log, uploads
from bot.conversations.log import Inbound
from bot.desk import handling, papers, tickets
from bot.desk.models import Agent, AuditEntry, AuditHead, Paper
from bot.records import fonts, html, pdf, records
from bot.records.document import Document, Section

HOSTILE = '<script>alert(1)</script>{{7*7}} & "quoted" \x07 \ud83d \u202e' + "很长" * 300


@pytest.fixture
def case(database):
    """A conversation with a ticket that was worked on."""
    from django.db import transaction

    from bot.conversations import owner
    from bot.desk import case as cases

    conversation = log.open_conversation("web", "visitor", "zh-Hans", "Asia/Shanghai")
    log.append_inbound(Inbound(conversation.pk, "one", text="充值没到账，密码是 ⟦password⟧"))
    with transaction.atomic():
        conversation = owner.locked(conversation.pk)
        ticket = tickets.open(conversation, queue="deposits", facts=["money_missing"], flow="deposit_missing", fields={
            "tx_hash": {"value": "a" * 64, "said": "a" * 64, "source": "said", "declined": False},
            "uid": {"value": None, "said": None, "source": "said", "declined": True}}).ticket
        cases.handed_over(ticket, conversation)
    agent = Agent.objects.create(username="li.xiaoming", alias="小李")
    handling.take(ticket, agent)
    handling.reply(ticket, agent, "我的密码是 Qwe!2023abc，请看")
    ticket.refresh_from_db()
    return ticket


def text_of(document: Document) -> str:
    return "\n".join(text for section in document.sections for row in section.rows for text in row)


def test_the_record_has_the_number_the_timeline_the_words_and_the_audit_chain(case):
    found = text_of(records.of(case.conversation, "zh-Hans"))
    for expected in (case.number, "充值没到账", "小李", "接手", "a" * 64, "没有提供", AuditHead.objects.get().chain):
        assert expected in found
    for entry in AuditEntry.objects.filter(subject=f"ticket:{case.number}"):
        assert entry.chain[:16] in found


def test_no_secret_and_no_login_name_is_in_it(case):
    found = text_of(records.dossier(case, "zh-Hans"))
    assert "Qwe!2023abc" not in found
    assert "⟦password⟧" in found
    assert "li.xiaoming" not in found


def test_the_dossier_ends_with_the_last_resort_of_the_region(case):
    document = records.dossier(case, "en")
    assert document.title == f"Complaint file {case.number}"
    assert document.sections[-1].rows[0][1] == "the financial regulator where you live"


def test_internal_notes_are_not_in_it(case):
    from bot.desk import actors
    from bot.desk.events import tell

    tell(case, "noted", actors.OPERATOR, text="关注此人")
    assert "内部备注" not in text_of(records.of(case.conversation, "zh-Hans"))


def test_traditional_characters_for_who_reads_them(case):
    assert "對話" in [section.heading for section in records.of(case.conversation, "zh-Hant").sections]


def test_what_anybody_wrote_stays_text_on_the_page():
    page = html.render(Document("t", "zh-Hans", [Section("h", [(HOSTILE[:40], HOSTILE)])], HOSTILE[:30]))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(("language", "words"), [("zh-Hans", "会话记录"), ("zh-Hant", "會話記錄"), ("en", "Record of a conversation")])
def test_the_pdf_can_be_read_back_in_each_language_and_carries_its_font(case, language, words):
    made = pdf.render(records.of(case.conversation, language))
    reader = PdfReader(BytesIO(made))
    found = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    assert words in found
    assert case.number in found
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert all("/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts)


SIMPLIFIED = "我的助记词是：转账没到账，链上显示已经确认，请帮我查询这笔记录，谢谢您的帮助。"
TRADITIONAL = "我的助記詞是：轉帳沒到帳，鏈上顯示已經確認，請幫我查詢這筆記錄，謝謝您的幫助。佢哋嘅銀碼喺邊度？"
RARE = "㛇㐱𠮷𨋢𡃁䶮龘喆堃"
OTHER_SCRIPTS = "© ™ ありがとうカタカナ 안녕하세요 gửi tiền đã hỏng señor Привет ≈ ① ￥ € ……——“”「」"


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_the_pdf_has_every_character_that_users_write_whatever_language_it_is_in(language):
    written = [SIMPLIFIED, TRADITIONAL, SIMPLIFIED + TRADITIONAL, RARE, OTHER_SCRIPTS]
    made = PdfReader(BytesIO(pdf.render(Document("t", language, [Section("h", [("", text)]) for text in written]))))
    found = _squeezed("".join(page.extract_text() for page in made.pages))
    assert [text for text in written if _squeezed(text) not in found] == []
    assert fonts.GAP not in found
    assert not any(_shows_notdef(page) for page in made.pages)


@pytest.mark.parametrize(("language", "expected"), [
    ("zh-Hans", "好的[双手合十][笑哭了]谢谢[拇指向上]第1步[红心]"), ("zh-Hant", "好的[雙手合十][笑哭了]谢谢[拇指向上]第1步[紅心]"),
    ("en", "好的[folded hands][face with tears of joy]谢谢[thumbs up]第1步[red heart]")])
def test_a_picture_sign_becomes_its_name_in_the_pdf(language, expected):
    made = PdfReader(BytesIO(pdf.render(Document("t", language, [Section("h", [("", "好的🙏😂谢谢👍🏻第1️⃣步❤️")])]))))
    assert _squeezed(expected) in _squeezed("".join(page.extract_text() for page in made.pages))


def _squeezed(text: str) -> str:
    """Without spaces: where a line was broken is not what is asked here."""
    return "".join(text.split())


def _shows_notdef(page) -> bool:
    """Whether a page draws glyph 0 of any font, or one that has no character of its own."""
    from pypdf.generic import ContentStream

    fonts = {name: font.get_object() for name, font in page["/Resources"]["/Font"].items()}
    named = {name: set(re.findall(r"<([0-9A-F]{4})> <", font["/ToUnicode"].get_data().decode())) for name, font in fonts.items()}
    current = ""
    for operands, operator in ContentStream(page.get_contents(), page.pdf).operations:
        if operator == b"Tf":
            current = operands[0]
        for shown in operands if operator == b"Tj" else operands[0] if operator == b"TJ" else ():
            raw = getattr(shown, "original_bytes", b"")
            if any(raw[at:at + 2].hex().upper() not in named[current] - {"0000"} for at in range(0, len(raw), 2)):
                return True
    return False


def test_hostile_and_endless_text_makes_a_pdf_all_the_same():
    document = Document("t", "zh-Hans", [Section("h", [("", HOSTILE), ("l", "x" * 5000), ("", ""), ("", "👩‍💻 ∑ العربية")] * 5)])
    assert len(PdfReader(BytesIO(pdf.render(document))).pages) > 1


def test_a_document_survives_json(case):
    document = records.of(case.conversation, "zh-Hans")
    assert Document.from_json(document.as_json()) == document


def test_a_paper_is_made_once_and_arrives_as_a_file(case):
    from django.utils.timezone import now

    Paper.objects.create(kind="dossier", conversation=case.conversation, ticket=case, asked=now())

    async def make():
        return [await papers.make_next() for _ in range(2)]
    assert asyncio.run(make()) == [case.conversation_id, None]
    last = log.events_after(case.conversation_id, 0)[-1]
    assert last["file"]["name"] == f"{case.number}.pdf"
    assert uploads.find(case.conversation_id, last["file"]["id"]).path.read_bytes().startswith(b"%PDF-")


def test_a_record_arrives_once_as_a_pdf_and_as_a_page(case):
    from django.utils.timezone import now

    Paper.objects.create(kind="record", conversation=case.conversation, asked=now())

    async def make():
        return [await papers.make_next() for _ in range(2)]
    assert asyncio.run(make()) == [case.conversation_id, None]
    printed, page = log.events_after(case.conversation_id, 0)[-2:]
    assert (printed["file"]["name"], page["file"]["name"]) == ("record.pdf", "record.html")
    made = uploads.find(case.conversation_id, page["file"]["id"])
    assert made.kind.startswith("text/html")
    assert case.number in made.path.read_text("utf-8")


def test_a_paper_that_fails_is_not_tried_for_ever(case, monkeypatch):
    from django.utils.timezone import now

    def broken(document):
        raise pdf.PdfFailed("no font")
    monkeypatch.setattr(pdf, "render", broken)
    Paper.objects.create(kind="record", conversation=case.conversation, asked=now())

    async def make():
        return [await papers.make_next() for _ in range(papers.TRIES + 2)]
    asyncio.run(make())
    assert Paper.objects.get().failures == papers.TRIES
