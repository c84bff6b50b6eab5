"""One ticket as the console shows it: what it is about, what is known and missing, its clock, and the conversation. Synchronous; changes nothing but the audit log and what counts as read."""
from __future__ import annotations

from django.db.models import Q

from bot.conversations import clock, log
from bot.conversations.models import Message
from bot.conversations.sentences import content
from bot.desk import audit, comparison, presence, summary, tickets
from bot.desk.console import lists, strings
from bot.desk.console.http import Refusal
from bot.desk.console.lists import moment
from bot.desk.models import Agent, Promise, Ticket
from bot.desk.notes import Note
from bot.dialogue import render
from bot.dialogue.model import End

PAGE = 60
UNASKED = frozenset({"problem", "tried", "language", "ticket_no"})
"""Fields that nobody is asked for by an agent's click."""
OTHERS = 8


def find(number: str) -> Ticket:
    """A ticket by its number. Raises Refusal."""
    ticket = Ticket.objects.select_related("conversation", "assignee").filter(number=number).first()
    if ticket is None:
        raise Refusal(404, "no_such_ticket", number=number[:20])
    return ticket


def ticket(agent: Agent, language: str, number: str) -> dict:
    """Everything beside the conversation."""
    found = find(number)
    row = lists.shown([found], language)[0]
    conversation = found.conversation
    return row | {
        "conversation": {"id": conversation.pk, "owner": conversation.owner, "epoch": conversation.epoch, "last_seq": conversation.last_seq, "timezone": conversation.timezone},
        "mine": found.state == Ticket.State.TAKEN and found.assignee_id == agent.pk,
        "live": found.state in lists.LIVE,
        "summary": summary.summary(found.flow, found.fields, language),
        "reasons": [{"name": reason, "text": strings.reason(reason, language)} for reason in found.reasons],
        "fields": _fields(found, language), "missing": _missing(found, language), "askable": _askable(found, language),
        "tried": summary.tried((found.fields.get("tried") or {}).get("value") or "", language),
        "comparison": list(comparison.words(found, language)) if found.state in lists.LIVE else [],
        "resolution": found.resolution, "contact": found.contact, "score": found.score, "reopened": found.reopened,
        "merged_into": found.merged_into.number if found.merged_into else None,
        "promises": [lists.clock_of(each) | {"state": each.state} for each in found.promises.exclude(state=Promise.State.DROPPED).order_by("-made")[:5]],
        "notices": [{"kind": each.kind, "at": moment(each.at)} for each in found.notices.filter(done=None)[:5]],
        "notes": [note(each) for each in found.notes.all()[:200]],
        "others": _others(found, language), "incident": _incident(found),
    }


def seen(agent: Agent, number: str) -> int | None:
    """Writes down that this agent opened the ticket; the same as `read`."""
    audit.record(agent, "ticket.seen", f"ticket:{number}")
    return read(agent, number)


def read(agent: Agent, number: str) -> int | None:
    """The visitor may know that his messages were read: by somebody who can help, on a ticket that is open. The conversation, when that is news."""
    found = find(number)
    if not agent.may("work_desk") or found.state not in lists.LIVE or not log.seen(found.conversation_id):
        return None
    return found.conversation_id


def messages(agent: Agent, number: str, before: int) -> dict:
    """{"messages", "more"}: PAGE messages numbered below `before` (0: the newest), oldest first."""
    found = find(number)
    rows = Message.objects.filter(conversation_id=found.conversation_id)
    if before:
        rows = rows.filter(seq__lt=before)
    page = list(rows.order_by("-seq")[:PAGE + 1])
    return {"messages": [log.event(each) for each in reversed(page[:PAGE])], "more": len(page) > PAGE}


def note(found: Note) -> dict:
    return {"key": found.key, "name": found.name, "text": found.text, "seq": found.seq, "at": moment(found.at)}


def start(agent: Agent, language: str) -> dict:
    """What the page needs once: who I am, queues, colleagues, ready answers, reasons."""
    known = content()
    return {
        "me": {"id": agent.pk, "name": agent.get_username(), "alias": agent.shown_as, "queues": agent.queues, "at_once": agent.at_once,
               "may": [name for name in ("work_desk", "supervise_desk", "read_audit") if agent.may(name)],
               "presence": presence.status(presence.Presence.objects.filter(agent=agent).first(), clock.now())},
        "language": language, "brand": known.exchange.brand.of(language),
        "queues": [{"name": name, "title": _queue_title(one, name, language)} for name, one in known.exchange.queues.items()],
        "resolutions": list(Ticket.Resolution.values), "heartbeat": presence.HEARTBEAT_SECONDS,
        "now": clock.now().isoformat(),
    }


def people(agent: Agent) -> dict:
    """Colleagues a ticket can be given to, those who are there first, and what each holds."""
    now = clock.now()
    rows = [{"id": each.pk, "alias": each.shown_as, "presence": presence.status(getattr(each, "presence", None), now), "held": each.held, "at_once": each.at_once, "queues": each.queues}
            for each in presence.workers()]
    order = {"online": 0, "away": 1, "offline": 2}
    return {"people": sorted(rows, key=lambda one: (order[one["presence"]], one["held"], one["alias"]))}


def canned(agent: Agent, number: str, language: str) -> dict:
    """Ready answers for this ticket: in the visitor's language, filled in, those of its queue first. `title` is in the agent's language."""
    found = find(number)
    known = content()
    spoken = found.conversation.language or "zh-Hans"
    state = {"lang": spoken, "fields": found.fields}
    rows = []
    for answer in known.canned.values():
        made = render.reply(known, state, answer.text, ticket=found.number, agent=agent.shown_to(found.conversation.language))
        rows.append({"name": answer.name, "title": answer.title.of(language), "text": _in_script(made, spoken), "here": not answer.queues or found.queue in answer.queues})
    return {"canned": sorted(rows, key=lambda one: not one["here"])}


def _in_script(made, spoken: str) -> str:
    from bot.conversations.sentences import shown as in_script

    return in_script(made, spoken).text


def _queue_title(queue: object, name: str, language: str) -> str:
    title = queue.get("title") if isinstance(queue, dict) else None
    return title.get(language, name) if isinstance(title, dict) else name


def _fields(found: Ticket, language: str) -> list[dict]:
    rows = []
    for name, record in found.fields.items():
        if name in ("tried", "language") or not (record.get("value") or record.get("declined")):
            continue
        known = content().fields.get(name)
        value = summary.shown_value(name, record, language)
        said = record.get("said") or ""
        rows.append({"name": name, "label": known.label.of(language) if known else name, "value": value, "said": "" if value.startswith(said) else said,
                     "source": record.get("source") or "said", "declined": bool(record.get("declined"))})
    return rows


def _missing(found: Ticket, language: str) -> list[dict]:
    """What this kind of problem is usually solved with, and nobody has asked or said yet."""
    flow = content().flows.get(found.flow)
    wanted = dict.fromkeys(name for step in flow.steps.values() if isinstance(step, End) for name in step.collect) if flow else {}
    return [{"name": name, "label": content().fields[name].label.of(language)} for name in wanted
            if name not in UNASKED and name in content().fields and name not in found.fields]


def _askable(found: Ticket, language: str) -> list[dict]:
    return [{"name": name, "label": field.label.of(language)} for name, field in content().fields.items() if name not in UNASKED]


def _incident(found: Ticket) -> dict | None:
    """The known incident that a look-up put on the ticket: {"number", "open": how many open tickets belong to it}."""
    number = (found.fields.get("incident") or {}).get("value")
    return {"number": number, "open": len(tickets.of_incident(number))} if number else None


def _others(found: Ticket, language: str) -> list[dict]:
    """The same person's other tickets, the newest first."""
    same = Q(conversation_id=found.conversation_id) | (Q(identity=found.identity) if found.identity else Q(pk=None))
    rows = Ticket.objects.filter(same).exclude(pk=found.pk).order_by("-created")[:OTHERS]
    return [{"number": each.number, "title": lists.title(each, language), "state": each.state, "created": moment(each.created)} for each in rows]


