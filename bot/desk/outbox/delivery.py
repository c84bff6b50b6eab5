"""Takes one row to its desk: looks whether it is there already where that is not certain, then does it. Knows no waiting and no retrying."""
from __future__ import annotations

from dataclasses import replace

from bot.conversations import faults
from bot.conversations.database import run
from bot.desk.adapters.base import Change, DeskAdapter, Entry, Gone, Refused, Unreachable
from bot.desk.adapters.plain import parts
from bot.desk.outbox import leaving, queue
from bot.desk.outbox.models import Link, OutboxRow
from bot.desk.outbox.queue import Job
from bot.desk.outbox.words import word

FAULTS = ("outbox_claimed", "outbox_created", "outbox_remembered", "outbox_written", "outbox_delivered")
"""Points at which a test may kill the process (bot/conversations/faults.py), in order."""


class NotReady(Exception):
    """Something else has to be there first."""


async def deliver(adapter: DeskAdapter, job: Job, holder: str) -> str | None:
    """Does what the row says. Returns the state the ticket has there now, where the row set it.

    Raises a DeskError, NotReady, and LeaseLost.
    """
    faults.reach("outbox_claimed")
    link = job.link
    try:
        return await _deliver(adapter, job, link, holder)
    except Gone:
        if not link.remote or job.row.kind in (OutboxRow.Kind.CREATE, OutboxRow.Kind.MERGE):
            # A desk that does not know its own addresses is set up wrongly, or somebody took it away for a moment.
            raise Unreachable("http_404") from None
        if queue.closed_for_us(link):
            return None  # it is over on both sides
    link = await run(queue.follow_up, link.pk, holder)
    return await _deliver(adapter, job, link, holder)


async def _deliver(adapter: DeskAdapter, job: Job, link: Link, holder: str) -> str | None:
    kind, what = job.row.kind, job.row.what
    remote = link.remote or await _made(adapter, job, link, holder)
    if kind == OutboxRow.Kind.CREATE:
        for entry in await run(leaving.files, link, what["conversation"], 0, what["to"]):
            await _write(adapter, link, remote, entry, job.unsure)
    elif kind == OutboxRow.Kind.MESSAGE:
        await _write(adapter, link, remote, await run(leaving.message, link, what["message"]), job.unsure)
    elif kind == OutboxRow.Kind.NOTE:
        await _write(adapter, link, remote, await run(leaving.note, link, what["note"]), job.unsure)
    elif kind == OutboxRow.Kind.HISTORY:
        await _write(adapter, link, remote, await run(leaving.history, link, what["conversation"], what["after"], what["to"]), job.unsure)
        for entry in await run(leaving.files, link, what["conversation"], what["after"], what["to"]):
            await _write(adapter, link, remote, entry, job.unsure)
    elif kind == OutboxRow.Kind.CHANGE:
        change = await run(leaving.change, link)
        await adapter.change(remote, change)
        return change.state
    elif kind == OutboxRow.Kind.MERGE:
        return await _merge(adapter, job, link, remote)
    return None


async def _made(adapter: DeskAdapter, job: Job, link: Link, holder: str) -> str:
    """The ticket's number there: found by its key, or made."""
    what = job.row.what
    first = job.row.kind == OutboxRow.Kind.CREATE
    case = await run(leaving.case, link, what["conversation"] if first else link.ticket.conversation_id, what["to"] if first else 0)
    text, *more = parts(case.text, adapter.capabilities.most_characters)
    case = replace(case, text=text)
    remote = await adapter.find(case)
    found = remote is not None
    if remote is None:
        remote = await adapter.create(case)
    faults.reach("outbox_created")
    for number, piece in enumerate(more, 2):
        await _write(adapter, link, remote, Entry(f"{case.key}#0.{number}", "note", piece), found)
    await run(queue.created, link.pk, holder, remote)
    faults.reach("outbox_remembered")
    return remote


async def _write(adapter: DeskAdapter, link: Link, remote: str, entry: Entry | None, unsure: bool) -> None:
    if entry is None:
        return
    text = leaving.worded(entry, leaving.language_of(link), adapter.capabilities.writes_as_visitor)
    pieces = parts(text, adapter.capabilities.most_characters)
    keys = [entry.key if number == 1 else f"{entry.key}.{number}" for number in range(1, len(pieces) + 1)]
    there = await adapter.written(remote, keys) if unsure else set()
    visitor = await run(leaving.visitor, link)
    for key, piece in zip(keys, pieces):
        if key not in there:
            await adapter.write(remote, visitor, Entry(key, entry.kind, piece, entry.author, entry.files if key == keys[0] else ()))
            faults.reach("outbox_written")


async def _merge(adapter: DeskAdapter, job: Job, link: Link, remote: str) -> str | None:
    into = await run(Link.objects.select_related("ticket").filter(pk=job.row.what.get("into")).first)
    if into is not None and into.desk == link.desk and adapter.capabilities.merges:
        if not into.remote:
            raise NotReady
        try:
            await adapter.merge(remote, into.remote)
        except Gone:
            raise Refused("not_merged") from None
        return "resolved"
    number = into.ticket.number if into else (await run(lambda: link.ticket.merged_into.number))
    await _write(adapter, link, remote, Entry(f"{link.key}#m", "note", f"{word('merged', leaving.language_of(link))} {number}"), job.unsure)
    await adapter.change(remote, Change(state="resolved"))
    return "resolved"
