"""Documents that visitors asked for: made by the worker, one after the other, and put into the conversation as files, once: a record as PDF and page, a complaint's file as PDF."""
from __future__ import annotations

import asyncio
import logging
from io import BytesIO

from django.db import transaction
from django.db.models import F

from bot.conversations import faults, owner, uploads
from bot.conversations.database import run
from bot.conversations.log import Reply, append_outbound
from bot.conversations.models import Message
from bot.conversations.sentences import DEFAULT_LANGUAGE, say
from bot.desk.models import Paper
from bot.records import html, pdf, records
from bot.records.document import Document

logger = logging.getLogger(__name__)
TRIES = 5


async def make_next() -> int | None:
    """Makes the oldest document that is asked for. Returns its conversation, None when there was none or it failed."""
    found = await run(_next)
    if found is None:
        return None
    paper, document = found
    files: list[uploads.Upload] = []
    try:
        made = await asyncio.to_thread(pdf.render, document)
        files.append(await asyncio.to_thread(uploads.keep, paper.conversation_id, BytesIO(made)))
        if paper.kind == Paper.Kind.RECORD:
            files.append(await asyncio.to_thread(uploads.keep_page, paper.conversation_id, html.render(document)))
    except (pdf.PdfFailed, uploads.Unfit, OSError) as error:
        logger.error("a document could not be made", extra={"conversation": paper.conversation_id, "error": type(error).__name__})
        await asyncio.to_thread(_discard, files)
        await run(Paper.objects.filter(pk=paper.pk).update, failures=F("failures") + 1)
        return None
    faults.reach("after_paper")
    if not await run(_hand_out, paper, files):
        await asyncio.to_thread(_discard, files)
        return None
    return paper.conversation_id


def _next() -> tuple[Paper, Document] | None:
    paper = Paper.objects.filter(seq=None, failures__lt=TRIES).select_related("conversation", "ticket").order_by("failures", "asked").first()
    if paper is None:
        return None
    language = paper.conversation.language or DEFAULT_LANGUAGE
    return paper, records.dossier(paper.ticket, language) if paper.kind == Paper.Kind.DOSSIER else records.of(paper.conversation, language)


def _hand_out(paper: Paper, files: list[uploads.Upload]) -> bool:
    with transaction.atomic():
        conversation = owner.locked(paper.conversation_id)
        paper = Paper.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=paper.pk)
        if paper.seq is not None:
            return False
        dossier = paper.kind == Paper.Kind.DOSSIER
        words = say("record.dossier", conversation.language, number=paper.ticket.number) if dossier else say("record.ready", conversation.language)
        name = paper.ticket.number if dossier else "record"
        replies = [Reply("" if place else words.text, file=upload.described(f"{name}{upload.path.suffix}")) for place, upload in enumerate(files)]
        paper.seq = append_outbound(conversation.pk, Message.Author.SYSTEM, replies)[0]
        paper.save(update_fields=["seq"])
    return True


def _discard(files: list[uploads.Upload]) -> None:
    for upload in files:
        upload.discard()
