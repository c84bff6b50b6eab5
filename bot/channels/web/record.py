"""The visitor's own record over HTTP, as a page or a PDF. What is in it: bot/records."""
from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from bot.channels.web.pace import count
from bot.channels.web.refusal import Refused
from bot.channels.web.session import visitor_of
from bot.conversations.database import run
from bot.conversations.models import Conversation
from bot.conversations.sentences import DEFAULT_LANGUAGE
from bot.conversations.uploads import SAFE_HEADERS
from bot.records import html, pdf, records
from bot.records.document import Document

KINDS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf"}
_ONE_PDF_AT_A_TIME = asyncio.Semaphore(1)


async def get(request: Request) -> Response:
    """GET /api/record?format=html|pdf -> the record of the token's own conversation, to be saved."""
    visitor = await visitor_of(request)
    await count(request, "downloads", visitor.id)
    kind = request.query_params.get("format", "html")
    if kind not in KINDS:
        raise Refused(422, "bad_request")
    document = await run(_document, visitor.conversation_id)
    if kind == "html":
        body = html.render(document).encode("utf-8", "replace")
    else:
        try:
            async with _ONE_PDF_AT_A_TIME:
                body = await asyncio.to_thread(pdf.render, document)
        except pdf.PdfFailed:
            raise Refused(503, "unavailable", 5) from None
    return Response(body, media_type=KINDS[kind], headers={
        **SAFE_HEADERS, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Content-Disposition": f'attachment; filename="record.{kind}"'})


def _document(conversation_id: int) -> Document:
    conversation = Conversation.objects.get(pk=conversation_id)
    return records.of(conversation, conversation.language or DEFAULT_LANGUAGE)
