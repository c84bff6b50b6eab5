"""What agents do from the console: checks what the page sent and calls the desk's services (bot/desk/handling.py and others). Decides nothing. Synchronous."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.conversations import clock
from bot.desk import handling, notes, presence, tickets
from bot.desk.actors import of
from bot.desk.console import shown
from bot.desk.console.http import Refusal, client_id
from bot.desk.models import Agent, Ticket
from bot.desk.tickets import NotPossible

TEXT_CHARACTERS = 10_000
"""Of a reply: what a visitor's page and Telegram (in parts) still show well."""
Done = dict[str, Any]


def do(agent: Agent, number: str, deed: str, said: dict[str, Any]) -> Done:
    """Does `deed` to the ticket; returns {"conversation", ...}. Raises Refusal: unknown, not possible (with the reason), badly asked."""
    known = DEEDS.get(deed)
    if known is None:
        raise Refusal(404, "not_found")
    ticket = shown.find(number)
    try:
        made = known(agent, ticket, said) or {}
    except NotPossible as reason:
        raise Refusal(409, reason.code, **reason.values) from None
    return {"conversation": ticket.conversation_id, **made}


def beat(agent: Agent, said: Any) -> dict[str, str]:
    """The page's heartbeat: online, away or offline."""
    if said not in ("online", "away", "offline"):
        raise Refusal(422, "bad_request")
    presence.beat(agent, said, clock.now())
    return {"presence": said}


def _take(agent: Agent, ticket: Ticket, said: dict) -> None:
    seen = said.get("from") if isinstance(said.get("from"), int) else None
    handling.take(ticket, agent, over=seen is not None, held_by=seen)


def _assign(agent: Agent, ticket: Ticket, said: dict) -> None:
    """To a colleague or to a queue."""
    if isinstance(said.get("queue"), str):
        handling.transfer(ticket, agent, queue=said["queue"])
        return
    colleague = Agent.objects.filter(pk=said.get("to"), is_active=True).first() if isinstance(said.get("to"), int) else None
    if colleague is None or not colleague.may("work_desk"):
        raise Refusal(422, "no_such_colleague")
    if ticket.assignee_id not in (None, agent.pk) and not agent.may("supervise_desk"):
        raise Refusal(403, "supervisors_only")
    handling.transfer(ticket, agent, to=colleague)


def _release(agent: Agent, ticket: Ticket, said: dict) -> None:
    _own(agent, ticket)
    handling.release(ticket, agent)


def _reply(agent: Agent, ticket: Ticket, said: dict) -> Done:
    return {"seq": handling.reply(ticket, agent, _text(said), client_id(said.get("client_id")))}


def _note(agent: Agent, ticket: Ticket, said: dict) -> Done:
    return {"note": shown.note(notes.add(ticket, agent, _text(said), client_id(said.get("client_id"))))}


def _ask(agent: Agent, ticket: Ticket, said: dict) -> Done:
    _own(agent, ticket)
    return {"seq": handling.await_field(ticket, agent, str(said.get("field"))[:60])}


def _resolve(agent: Agent, ticket: Ticket, said: dict) -> None:
    _own(agent, ticket)
    handling.resolve(ticket, agent, str(said.get("reason"))[:20])


def _give_back(agent: Agent, ticket: Ticket, said: dict) -> None:
    _own(agent, ticket)
    handling.give_back(ticket, agent)


def _merge(agent: Agent, ticket: Ticket, said: dict) -> Done:
    """A wrong number would show one visitor another one's case: two known people are never merged, and where nobody can know it is asked."""
    into = shown.find(str(said.get("into", "")).strip().upper())
    if ticket.identity != into.identity and ticket.conversation_id != into.conversation_id:
        if ticket.vouched and into.vouched:
            raise Refusal(409, "other_person", number=ticket.number, into=into.number)
        if said.get("sure") is not True:
            raise Refusal(409, "maybe_other_person", number=ticket.number, into=into.number)
    return {"into": tickets.merge(ticket, into, of(agent)).number}


def _own(agent: Agent, ticket: Ticket) -> None:
    """A colleague's ticket is taken over first; so nobody is surprised. Supervisors need not."""
    if ticket.state == Ticket.State.TAKEN and ticket.assignee_id != agent.pk and not agent.may("supervise_desk"):
        raise Refusal(409, "with_colleague", name=ticket.assignee.shown_as if ticket.assignee else "", number=ticket.number)


def _text(said: dict) -> str:
    text = said.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refusal(422, "text_empty")
    if len(text) > TEXT_CHARACTERS:
        raise Refusal(422, "text_too_long", n=len(text) - TEXT_CHARACTERS)
    return text.replace("\r\n", "\n").encode("utf-8", "replace").decode()


DEEDS: dict[str, Callable[[Agent, Ticket, dict], Done | None]] = {
    "take": _take, "assign": _assign, "release": _release, "reply": _reply, "note": _note, "ask": _ask, "resolve": _resolve,
    "return": _give_back, "merge": _merge
}
