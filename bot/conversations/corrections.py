"""Corrections to the case sheet: read like answers, kept where the fields live now, and seen by everybody in the log. It asks nothing."""
from __future__ import annotations

import asyncio
from collections.abc import Mapping

from django.db import transaction

from bot.conversations import dialogue, leases, owner, runtime
from bot.conversations.database import run
from bot.conversations.inbound import receive
from bot.conversations.log import Inbound, append_inbound
from bot.conversations.models import Conversation, Message
from bot.conversations.notifier import Note
from bot.conversations.sentences import content, say
from bot.conversations.sheet import LONGEST, opened, verified
from bot.desk import tickets
from bot.desk.models import Ticket
from bot.dialogue import collect, describe
from bot.dialogue import state as states
from bot.dialogue.fields import Trouble
from bot.safety.guard import guard

WAIT_SECONDS = 4.0
"""How long a correction waits for a turn that is being worked on: its result would overwrite the correction."""
_TRY_SECONDS = 0.1


class NotTaken(ValueError):
    """A correction that was not kept. `code` is its reason; `field` the one it is about; `message` a sentence for the visitor, where there is a special one."""

    def __init__(self, code: str, field: str = "", message: str = "") -> None:
        super().__init__(code)
        self.code, self.field, self.message = code, field, message


async def correct(conversation_id: int, given: Mapping[str, str], client_id: str) -> None:
    """Takes corrections {field: text}; an empty text means that the visitor does not have it. Raises NotTaken.

    The field that the bot is asking for right now goes its usual way, as an answer, so that the flow goes on.
    """
    asked, values = await run(_read, conversation_id, dict(given))
    if asked in values and values[asked]["value"]:
        await receive(Inbound(conversation_id, client_id, text=values[asked]["said"]))
        return
    holder = f"case:{leases.new_holder()}"[:80]
    for _ in range(round(WAIT_SECONDS / _TRY_SECONDS)):
        if await run(leases.take, conversation_id, holder):
            break
        await asyncio.sleep(_TRY_SECONDS)
    else:
        raise NotTaken("busy")
    try:
        await run(_keep, conversation_id, values, client_id)
    finally:
        await asyncio.shield(run(leases.release, conversation_id, holder))
    running = runtime.current()
    for kind in ("log", "state"):
        running.notifier.publish(Note(conversation_id, kind))
    running.runner.submit(conversation_id)  # a message that came meanwhile found the lease taken


def _read(conversation_id: int, given: dict[str, str]) -> tuple[str | None, dict[str, dict]]:
    """The field being asked for, and the records to keep."""
    conversation = Conversation.objects.get(pk=conversation_id)
    ticket = tickets.live(conversation_id)
    fields, flow, open_ = opened(conversation, ticket)
    if not open_:
        raise NotTaken("field_unknown")
    language = dialogue.language(dialogue.heard_in(conversation, ""))
    may = {line.name for line in describe.lines(content(), fields, flow)} | {"problem"}
    values = {}
    for name, text in given.items():
        if name not in may or verified(name, fields, conversation):
            raise NotTaken("field_unknown", name)
        values[name] = _record(name, text, language)
    asked = dialogue.asked(conversation.state) if ticket is None else None
    return asked, values


def _record(name: str, text: str, language: str) -> dict:
    if not text.strip():
        return states.record(None, None)
    guarded = guard(text, asked=name)
    if guarded.found:
        raise NotTaken("secret", name)
    found = collect.plain(content(), name, guarded.text)
    if isinstance(found, Trouble):
        raise NotTaken("field", name, say(f"field.{found.code}", language, **found.figures).text)
    if found is None:
        raise NotTaken("field", name)
    if content().fields[name].kind == "text":
        return states.record(guarded.text.strip(), guarded.text.strip())  # words stay as they were written
    return states.record(found.value[:LONGEST], found.said[:LONGEST])


def _keep(conversation_id: int, values: dict[str, dict], client_id: str) -> None:
    """Writes the records where they live now, and a line into the log, so that everybody sees the correction."""
    with transaction.atomic():
        conversation = owner.locked(conversation_id)
        if Message.objects.filter(conversation_id=conversation_id, client_id=client_id).exists():
            return
        ticket = tickets.live(conversation_id)
        if ticket:
            ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
            for name in values:
                ticket.fields[name] = {}  # the ticket keeps what it knows; a correction is meant to replace it
            tickets.add(ticket, values)
        else:
            state = dialogue.heard_in(conversation, "")
            state["slots"]["dialogue"]["fields"].update(values)
            conversation.state = state
            conversation.save(update_fields=["state"])
        line = _line(values, dialogue.language(dialogue.heard_in(conversation, "")))
        accepted = append_inbound(Inbound(conversation_id, client_id, text=line))
        # It is said, not asked: nobody answers it.
        Message.objects.filter(conversation_id=conversation_id, seq=accepted.seq).update(unanswered=False)


def _line(values: dict[str, dict], language: str) -> str:
    lines = []
    for name, record in values.items():
        value = record["said"] or "-"
        if name == "problem":
            lines.append(say("case.problem", language, value=value).text)
        else:
            lines.append(say("case.corrected", language, label=content().fields[name].label, value=value).text)
    return "\n".join(lines)
