"""What the app says around a ticket, without the engine's turn: to somebody who waits, who talks to a person, or whose ticket was closed or put aside."""
from __future__ import annotations

import json

from bot.conversations import dialogue
from bot.conversations.database import run
from bot.conversations.engine import Understanding
from bot.conversations.log import Reply
from bot.conversations.models import Conversation, Message
from bot.conversations.sentences import content, say, shown
from bot.conversations.work import Job, Outcome
from bot.desk import aftercare, case, handling, tickets, wishes
from bot.desk.models import Ticket
from bot.dialogue import collect, lexicon, render
from bot.dialogue.fields import Read, Trouble
from bot.dialogue.model import Say
from bot.dialogue.side import fitting
from bot.dialogue.state import fresh, record
from bot.dialogue.talk import Talk
from bot.text import plain

STATUS, CANCEL, KEEP = '/choose{"topic":"ticket_status"}', "/stop_cancel", "/deny"
ASK_STATUS = frozenset({"ticket_status", "response_time", "priority_question", "duplicate_ticket", "human_agent"})
ALARMS = {"account_compromised": "account_taken_over", "distress": "distress"}
"""Topics that make a waiting ticket urgent, and the fact that says so."""
GUESSES = frozenset({"stop_cancel", "ticket_status"})
"""Topics for which a guess is enough: leaving is asked back, and telling the status changes nothing."""
BUTTONS = (("button.status", STATUS), ("button.cancel_waiting", CANCEL))
RECORDS = "keep_records"
"""The topic below whose answer the record of the conversation is offered."""
GOES_ON = ('/choose{"offer":"next"}', '/choose{"offer":"resume"}', '/choose{"offer":"fresh"}')
"""Answers to the bot's offer of another problem: he goes on with the bot, and the ticket waits."""


async def pressed(job: Job) -> Outcome:
    """A button of the desk's, whoever owns the conversation."""
    return await run(_pressed, job)


async def outcome(job: Job, understood: Understanding | None) -> Outcome:
    """The answer to a message of somebody who waits. `understood`: None for a button, a file, or with the engine away."""
    return await run(_outcome, job, understood)


async def to_person(job: Job) -> Outcome:
    """Somebody talks to a person: the bot is silent, but for a field that the person had it ask for, and what to do about a secret."""
    return await run(_to_person, job)


async def about_recent(job: Job, understood: Understanding | None) -> Outcome | None:
    """The bot owns the conversation: what is said to a message that is about a ticket put aside or closed lately. None: the engine answers."""
    return await run(_about_recent, job, understood)


def goes_on(job: Job) -> bool:
    """Whether he takes up another problem with the bot while his ticket waits."""
    return job.message.payload in GOES_ON and bool((job.conversation.dialogue or {}).get("offer"))


def put_aside(conversation: Conversation) -> None:
    """The effect of going on: in the commit, on the locked row."""
    ticket = tickets.live(conversation.pk)
    if ticket and ticket.state == Ticket.State.OPEN:
        tickets.step_aside(ticket)
        conversation.refresh_from_db(fields=["owner", "epoch"])


def _pressed(job: Job) -> Outcome:
    language = dialogue.language(dialogue.heard_in(job.conversation, ""))
    named = aftercare.read(job.message.payload)
    made = wishes.wish(named.get("do", ""), job.conversation, named, language)
    if made is None:
        made = wishes.Wish([say("stale", language)])
    return _of(made, {"language": language}, job)


def _outcome(job: Job, understood: Understanding | None) -> Outcome:
    conversation, message = job.conversation, job.message
    ticket = tickets.live(conversation.pk)
    language = dialogue.language(dialogue.heard_in(conversation, "" if message.payload else message.text))
    if ticket is None:
        # The desk closed it a moment ago: the next message is the bot's again.
        return Outcome(replies=[say("desk.returned", language)], by="app", effect=tickets.cancel_waiting)
    topic = _topic(message.payload) if message.payload else "ticket_status" if _skips(message.text) else _sure_intent(understood)
    noted = _record(understood, language)

    def answer(replies: list[Reply], effect=None) -> Outcome:
        return Outcome(replies=replies, by="app", record=noted, effect=effect)

    if message.payload == CANCEL or (topic == "affirm" and _asked(job, KEEP)):
        return answer([say("waiting.cancelled", language, number=ticket.number)], tickets.cancel_waiting)
    if topic in ALARMS:
        return answer([*_card(topic, conversation, language), *_first_steps(topic, conversation, language), case.status(ticket, language, BUTTONS)], _adding(ticket, facts=(ALARMS[topic],)))
    if topic == "stop_cancel":
        return answer([say("waiting.cancel_ask", language, (("button.cancel_waiting", CANCEL), ("button.keep_waiting", KEEP)), number=ticket.number)])
    if ticket.awaiting and message.text and not message.payload:
        return _of(_value(ticket, message.text, understood, language), noted, job)
    if _asked_address(job, ticket) and "@" in message.text:
        return _of(wishes.address(ticket, message.text, language), noted, job)
    if topic in ASK_STATUS or message.payload == KEEP:
        return answer([case.status(ticket, language, BUTTONS)])
    climbing = _climbing(topic, ticket, conversation, language)
    if climbing:
        return _of(climbing, noted, job)
    if topic in content().cards and understood and understood.decision == "act":
        offered = (("button.record", aftercare.payload("record")),) if topic == RECORDS else ()
        return answer(_card(topic, conversation, language, offered, said=message.text, ticket=ticket))
    fields = dialogue.named_fields(conversation.state, understood.entities if understood else [])
    mended = dialogue.mended_fields(ticket.fields, message.text, understood.entities if understood and message.edited else [])
    return answer([say("waiting.added", language, BUTTONS, number=ticket.number)], _adding(ticket, {**fields, **mended}, instead=tuple(mended)))


def _to_person(job: Job) -> Outcome:
    message = job.message
    ticket = tickets.live(job.conversation.pk)
    language = job.conversation.language
    advice = [say(message.advice, language)] if message.advice else []
    if ticket and ticket.awaiting and message.text and not message.payload and not message.only_secret:
        made = _of(_value(ticket, message.text, None, language), {"language": language}, job)
        made.replies = advice + made.replies
        return made
    return Outcome(replies=advice, by="app" if advice else "nobody", author=Message.Author.SYSTEM)


def _about_recent(job: Job, understood: Understanding | None) -> Outcome | None:
    conversation, message = job.conversation, job.message
    ticket = wishes.recent(conversation)
    if ticket is None:
        return None
    language = dialogue.language(dialogue.heard_in(conversation, message.text if not message.payload else ""))
    noted = _record(understood, language)
    topic = _topic(message.payload) if message.payload else _sure_intent(understood)
    if topic == "ticket_status":
        again = (("button.not_solved", aftercare.payload("reopen", ticket)),) if case.may_reopen(ticket) else ()
        return Outcome(replies=[case.status(ticket, language, again)], by="app", record=noted)
    if message.payload or message.file:
        return None
    if _asked(job, aftercare.payload("rate", ticket, n=1), behind=True) and message.text.strip() in {str(score) for score in aftercare.SCORES}:
        made = wishes.rate(ticket, conversation, language, {"n": int(message.text)})
        return _of(made, noted, job) if made else None
    if _asked_address(job, ticket) and "@" in message.text:
        return _of(wishes.address(ticket, message.text, language), noted, job)
    about = content().flow_for(topic) if topic else None
    if topic == "feedback_unresolved" or (about and about.name == ticket.flow and not _another(ticket, understood)):
        made = wishes.reopen(ticket, conversation, language)
        if made:
            return _of(made, noted, job)
    climbing = _climbing(topic, ticket, conversation, language)
    if climbing:
        return _of(climbing, noted, job)
    if _asked(job, aftercare.payload("hush", ticket)) and not about and topic not in content().cards and topic not in ("human_agent", *ALARMS):
        return _of(wishes.comment(ticket, message.text, language), noted, job)
    return None


def _climbing(topic: str | None, ticket: Ticket, conversation: Conversation, language: str) -> wishes.Wish | None:
    """Supervisor, complaint and regulator in words: the facts can be read at any time, the steps are taken in their order."""
    if topic == "escalate_ticket":
        return wishes.up(ticket, conversation, language)
    if topic == "file_complaint":
        offered = (("button.complaint", aftercare.payload("complain", ticket)),)
        return wishes.Wish(_card(topic, conversation, language, offered), wishes.noting(ticket, "asked_to_escalate"))
    if topic == "regulator":
        return wishes.Wish([*_card(topic, conversation, language), wishes.last_resort(conversation, language)])
    return None


def _value(ticket: Ticket, text: str, understood: Understanding | None, language: str) -> wishes.Wish:
    """An answer to the field an agent asked for. What cannot be read twice is kept as it was said: a person can read it."""
    name, field = ticket.awaiting, content().fields[ticket.awaiting]
    found = collect.plain(content(), name, text)
    if not isinstance(found, Read):
        # The agent's question is the only thing asked: a faulty value is told once, and then left to the agent.
        faulty = isinstance(found, Trouble) and not _told_twice(ticket, name)
        if faulty:
            return wishes.Wish([say(f"field.{found.code}", language, (("button.skip", aftercare.payload("skip", ticket)),), **found.figures)],
                               lambda _: handling.tried(ticket, name))
        found = Read(text.strip()[:200], text.strip()[:200])
    return wishes.Wish([say("await.filled", language, label=field.label)], lambda _: handling.filled(ticket, name, record(found.value, found.said)))


def _told_twice(ticket: Ticket, name: str) -> bool:
    return (ticket.fields.get(name) or {}).get("source") == handling.FAULTY


def _of(made: wishes.Wish, noted: dict, job: Job) -> Outcome:
    person = job.conversation.owner == Conversation.Owner.HUMAN
    return Outcome(replies=made.replies, by="app", record=noted, effect=made.effect, author=Message.Author.SYSTEM if person else Message.Author.BOT)


def _adding(ticket: Ticket, fields: dict | None = None, facts: tuple[str, ...] = (), instead: tuple[str, ...] = ()):
    """`instead`: fields whose value so far is replaced."""
    def add(conversation: Conversation) -> None:
        locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
        for name in instead:
            locked.fields[name] = {}
        tickets.add(locked, fields or {}, facts)
    return add


def _another(ticket: Ticket, understood: Understanding | None) -> bool:
    """Whether the message names something that the ticket is not about."""
    for entity in understood.entities if understood else ():
        known = (ticket.fields.get(entity.get("entity", "")) or {}).get("value")
        if entity.get("entity") in tickets.REFERENCES and known and entity.get("value") != known:
            return True
    return False


def _topic(payload: str) -> str | None:
    if payload.startswith("/choose"):
        try:
            return json.loads(payload.removeprefix("/choose")).get("topic")
        except (ValueError, AttributeError):
            return None
    return payload.removeprefix("/")


def _sure_intent(understood: Understanding | None) -> str | None:
    """The intent, if the engine is sure of it. Any other guess about somebody who waits is information for the ticket, no more."""
    if understood is None:
        return None
    likeliest = understood.ranking[0].get("name") if understood.ranking else None
    if understood.decision == "clarify" and likeliest in GUESSES and not understood.entities:
        return likeliest
    return understood.intent if understood.decision == "act" else None


def _skips(text: str) -> bool:
    """Whether the whole message is a word for leaving a question out: no classifier is asked what it may mean besides."""
    return bool(lexicon.SKIP.fullmatch(plain(text.strip())))


def _asked(job: Job, payload: str, behind: bool = False) -> bool:
    """Whether what was said last offers this button; `behind`: or one of the two things before."""
    lately = job.conversation.messages.filter(seq__lt=job.message.seq).exclude(author=Message.Author.USER).order_by("-seq")[:3 if behind else 1]
    return any(button["payload"] == payload for last in lately for button in last.buttons)


def _asked_address(job: Job, ticket: Ticket) -> bool:
    last = job.conversation.messages.filter(seq__lt=job.message.seq).exclude(author=Message.Author.USER).order_by("-seq").first()
    return bool(last) and [button["payload"] for button in last.buttons] == [aftercare.payload("here", ticket)]


def _card(topic: str, conversation: Conversation, language: str, buttons: tuple[tuple[str, str], ...] = (), said: str = "", ticket: Ticket | None = None) -> list[Reply]:
    """The card of the topic; of several the one that fits what was said and what the ticket is about."""
    state = _state(conversation, language) | ({"fields": dict(ticket.fields), "last": {"name": ticket.flow}} if ticket else {})
    card = fitting(Talk(content(), state), topic, said)
    if card is None:
        return []
    made = shown(render.reply(content(), fresh(state), card.texts[0]), language)
    return [Reply(made.text, say("menu", language, buttons).buttons if buttons else made.buttons)]


def _first_steps(topic: str, conversation: Conversation, language: str) -> list[Reply]:
    """What the topic's flow says before it asks anything: for somebody whose account is being emptied, the freeze and what follows it."""
    flow, made = content().flow_for(topic), []
    step = flow.steps.get(flow.start) if flow else None
    while isinstance(step, Say):
        made.append(shown(render.reply(content(), fresh(_state(conversation, language)), step.say), language))
        step = flow.steps.get(step.go)
    return made


def _state(conversation: Conversation, language: str) -> dict:
    return {"lang": language, "timezone": conversation.timezone}


def _record(understood: Understanding | None, language: str) -> dict:
    if understood is None:
        return {"language": language}
    return {"language": language, "intent": understood.intent or "", "confidence": understood.confidence, "decision": understood.decision or "",
            "score": understood.score, "ranking": understood.ranking[:10], "queued": understood.queued}
