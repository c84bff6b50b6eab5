"""What the app says to somebody who waits for a person, without the engine's turn. Tickets put aside or closed are `recent.py`, fields that a person asked for `asked_field.py`."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.conversations import around, dialogue, offered
from bot.conversations.asked_field import value
from bot.conversations.database import run
from bot.conversations.engine import Understanding
from bot.conversations.log import Reply
from bot.conversations.models import Conversation
from bot.conversations.recent import about_number
from bot.conversations.sentences import content, say, shown
from bot.conversations.work import Job, Outcome
from bot.desk import aftercare, case, tickets, wishes
from bot.desk.models import Ticket
from bot.dialogue import around_ticket, lexicon, render
from bot.dialogue.expect import ALARM
from bot.dialogue.model import Card, Flow, Say
from bot.dialogue.offers import MOST_ASKED
from bot.dialogue.side import own_card, shared_facts
from bot.dialogue.state import fresh
from bot.dialogue.talk import Talk
from bot.text import plain

STATUS, CANCEL, KEEP = '/choose{"topic":"ticket_status"}', "/stop_cancel", "/deny"
PLACE = frozenset({"ticket_status", "response_time"})
"""Topics for which a guess is enough, among the two likeliest: telling how it stands changes nothing."""
BUTTONS = (("button.status", STATUS), ("button.cancel_waiting", CANCEL))
RECORDS = "keep_records"
"""The topic below whose answer the record of the conversation is offered."""
GOES_ON = ('/choose{"offer":"next"}', '/choose{"offer":"resume"}', '/choose{"offer":"fresh"}')
"""Answers to the bot's offer of another problem: he goes on with the bot, and the ticket waits."""
KIN = (frozenset({"deposits", "recovery"}),)
"""Queues whose problems are first told as each other: a wrong chain begins as a deposit that is missing."""


async def pressed(job: Job) -> Outcome:
    """A button of the desk's, whoever owns the conversation."""
    return await run(_pressed, job)


async def as_pressed(job: Job) -> Job:
    """The job as if a button had been pressed, where its title was typed instead. Leaving is asked back all the same."""
    payload = await run(_typed, job)
    return offered.pressing(job, payload) if payload else job


async def outcome(job: Job, understood: Understanding | None) -> Outcome:
    """The answer to a message of somebody who waits. `understood`: None for a button, a file, or with the engine away."""
    return await run(_outcome, job, understood)


async def goes_on(job: Job) -> bool:
    """Whether he takes up another problem with the bot while his ticket waits."""
    payload = job.message.payload
    if payload in GOES_ON:
        return bool((job.conversation.dialogue or {}).get("offer"))
    return around.topic_of(payload) in content().flows and await run(offered.asked, job, payload)


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
    return around.outcome_of(made, {"language": language}, job)


@dataclass(frozen=True)
class Said:
    """A message of somebody who waits."""

    job: Job
    ticket: Ticket
    language: str
    understood: Understanding | None

    @property
    def text(self) -> str:
        """What was typed; empty for a button or a file."""
        return "" if self.job.message.payload or self.job.message.file else self.job.message.text

    @property
    def payload(self) -> str:
        """The button that was pressed."""
        return self.job.message.payload

    @property
    def topic(self) -> str | None:
        """What it is about, where that is sure."""
        return around.topic_of(self.payload) if self.payload else around.sure_topic(self.understood)

    @property
    def likeliest(self) -> list[str]:
        """The topics it is most likely about."""
        return [row.get("name", "") for row in self.understood.ranking] if self.understood and self.understood.decision in ("act", "clarify") else []

    def say(self, key: str, buttons: tuple[tuple[str, str], ...] = (), **arguments: object) -> Reply:
        """One bubble; it may name the ticket."""
        return say(key, self.language, buttons, number=self.ticket.number, **arguments)

    def status(self) -> Reply:
        """How the ticket stands."""
        return case.status(self.ticket, self.language, BUTTONS)


def _outcome(job: Job, understood: Understanding | None) -> Outcome:
    conversation, message = job.conversation, job.message
    ticket = tickets.live(conversation.pk)
    language = dialogue.language(dialogue.heard_in(conversation, "" if message.payload else message.text))
    if ticket is None:
        # The desk closed it a moment ago: the next message is the bot's again.
        return Outcome(replies=[say("desk.returned", language)], by="app", effect=tickets.cancel_waiting)
    said = Said(job, ticket, language, understood)
    made = next(found for found in (move(said) for move in MOVES) if found)
    return around.outcome_of(made, around.trace_of(understood, language), job)


def _closed(said: Said) -> wishes.Wish | None:
    """The button, or a yes to the question whether the ticket shall be closed."""
    if said.payload == CANCEL or (offered.asked(said.job, KEEP) and around_ticket.agrees(said.text)):
        return wishes.Wish([said.say("waiting.cancelled")], tickets.cancel_waiting)
    return None


def _stays(said: Said) -> wishes.Wish | None:
    refuses = offered.asked(said.job, KEEP) and around_ticket.declines(said.text)
    return wishes.Wish([said.status()]) if said.payload == KEEP or refuses or around_ticket.stays(said.text) else None


def _alarmed(said: Said) -> wishes.Wish | None:
    """What makes the ticket urgent: its card, the first steps, and the fact. What is asked about those steps later is no new alarm."""
    topic = said.topic
    if topic not in around.ALARMS or (topic == "distress" and (around_ticket.denies_despair(said.text) or around.skips(said.text))):
        return None
    if topic != "distress" and around.ALARMS[topic] in said.ticket.reasons and _own_card(said):
        return None
    conversation = said.job.conversation
    replies = [*around.card_of(topic, conversation, said.language), *_first_steps(topic, conversation, said.language), said.status()]
    return wishes.Wish(replies, _adding(said.ticket, facts=(around.ALARMS[topic],)))


def _calmed(said: Said) -> wishes.Wish | None:
    """He says that he does not think of hurting himself. What the ticket holds stays as it is: that is for a person to judge."""
    return wishes.Wish([said.say("waiting.calm"), said.status()]) if around_ticket.denies_despair(said.text) else None


def _asks_in_alarm(said: Said) -> wishes.Wish | None:
    """In the midst of a theft: whether to pay on, what to tell the thief, what to do meanwhile. Nobody waits for a person with that."""
    flow = content().flows.get(said.ticket.flow)
    about = (flow is not None and flow.intent == ALARM) or around.ALARMS[ALARM] in said.ticket.reasons
    words = plain(said.text)
    if not about or not words or len(words) > MOST_ASKED:
        return None
    if lexicon.PAY_MORE.search(words):
        return wishes.Wish([say("alarm.nothing_more", said.language, BUTTONS)])
    if lexicon.WHAT_NOW.search(words):
        return wishes.Wish([say("alarm.order", said.language, BUTTONS)])
    return None


def _leaving(said: Said) -> wishes.Wish | None:
    """He wants no person any more, or needs none: asked back, whatever his words; glad only where he says that it is over."""
    over = around_ticket.over(said.text)
    guessed = said.likeliest[:1] == ["stop_cancel"] and not said.understood.entities and bool(lexicon.LEAVES.search(plain(said.text)))
    meant = said.topic == "stop_cancel" or guessed
    if not (meant or around_ticket.leaves(said.text) or over and said.likeliest[:1] == ["feedback_resolved"]):
        return None
    if over:
        return wishes.Wish([said.say("waiting.solved_ask", (("button.close", CANCEL), ("button.leave_open", KEEP)))])
    return wishes.Wish([said.say("waiting.cancel_ask", (("button.cancel_waiting", CANCEL), ("button.keep_waiting", KEEP)))])


def _answered_desk(said: Said) -> wishes.Wish | None:
    """A yes or no in words to the desk's own question whether two tickets are about one thing, or where to tell him."""
    buttons = next((each.buttons for each in offered.lately(said.job) if each.buttons), [])
    does = {aftercare.read(button["payload"]).get("do"): aftercare.read(button["payload"]) for button in buttons}
    wish = None
    if "same" in does and "other" in does:
        wish = "same" if around_ticket.agrees(said.text) else "other" if around_ticket.declines(said.text) else None
    elif "here" in does and len(does) > 1 and around_ticket.declines(said.text):
        wish = "here"
    return wishes.wish(wish, said.job.conversation, does[wish], said.language) if wish else None


def _nodded(said: Said) -> wishes.Wish | None:
    """He takes note, or thanks: nothing is added to the ticket for that."""
    wanted = content().fields.get(said.ticket.awaiting) if said.ticket.awaiting else None
    if not around_ticket.nods(said.text) or (wanted and wanted.kind == "text"):
        return None
    if wanted:
        return wishes.Wish([aftercare.question(said.ticket, wanted, said.language)])
    key = "waiting.thanked" if around_ticket.thanks(said.text) else "waiting.all_right"
    return wishes.Wish([said.say(key, BUTTONS)])


def _awaited(said: Said) -> wishes.Wish | None:
    """An answer to what a person asked for, or to where news shall go."""
    if said.ticket.awaiting and said.text:
        return value(said.ticket, said.text, said.language)
    if around.asked_address(said.job, said.ticket) and "@" in said.text:
        return wishes.address(said.ticket, said.text, said.language)
    return None


def _numbered(said: Said) -> wishes.Wish | None:
    """A ticket's number beside his own: what can be seen of it, and how his own stands."""
    replies = about_number(said.job, said.understood, said.language) if said.text else []
    return wishes.Wish([*replies, *([] if replies[0].text.startswith(said.status().text) else [said.status()])]) if replies else None


def _asked_status(said: Said) -> wishes.Wish | None:
    guessed = said.understood and said.understood.decision == "clarify" and PLACE & set(said.likeliest[:2]) and not said.understood.entities
    if said.topic in around.ASK_STATUS or guessed or around.skips(said.text) or around_ticket.asks_where(said.text):
        return wishes.Wish([said.status()])
    return None


def _told(said: Said) -> wishes.Wish | None:
    """A question that a card answers: one about the ticket's own problem first, by its words."""
    topic, conversation = said.topic, said.job.conversation
    climbs = around.climbing(topic, said.ticket, conversation, said.language)
    if climbs:
        return climbs
    own = _own_card(said)
    if own:
        made = shown(render.reply(content(), fresh(around.speaking(conversation, said.language)), own.texts[0]), said.language)
        return wishes.Wish([Reply(made.text, said.say("menu", BUTTONS).buttons)])
    if topic in content().cards and "tx_hash" not in _fields(said)[0]:  # "here is the txid 0x…" asks nothing about hashes
        about = (("button.record", aftercare.payload("record")),) if topic == RECORDS else ()
        return wishes.Wish(around.card_of(topic, conversation, said.language, about, said=said.text, ticket=said.ticket))
    return None


def _another_problem(said: Said) -> wishes.Wish | None:
    """Another problem than the ticket's: noted, and he may look at it with the bot meanwhile. Nothing of it fills this ticket's fields."""
    flow = content().flow_for(said.topic) if said.topic else None
    if flow is None or not said.ticket.flow or _akin(flow, said.ticket) or _fields(said)[1]:
        return None
    buttons = (("button.next", render.choose("topic", flow.name)), *BUTTONS)
    return wishes.Wish([said.say("waiting.other", buttons, title=flow.title)])


def _added(said: Said) -> wishes.Wish:
    """Anything else is for the person who takes over; a value that could be read is said back."""
    if said.payload:
        return wishes.Wish([say("stale", said.language), said.status()])
    new, mended = _fields(said)
    flow = content().flow_for(said.topic) if said.topic and not said.ticket.flow else None
    effect = _adding(said.ticket, {**new, **mended}, shared_facts(flow) if flow else (), tuple(mended), flow)
    if not new and not mended:
        return wishes.Wish([_received(said)], effect)
    talk = Talk(content(), {**around.speaking(said.job.conversation, said.language), "fields": {**new, **mended}})
    replies = [said.say(key, () if key == "waiting.mended" and new else BUTTONS, noted=talk.noted(list(found)))
               for key, found in (("waiting.mended", mended), ("waiting.noted", new)) if found]
    return wishes.Wish(replies, effect)


def _fields(said: Said) -> tuple[dict[str, dict], dict[str, dict]]:
    """The ticket's fields that the message tells, and those it puts right."""
    entities = said.understood.entities if said.understood else []
    return dialogue.told_fields(said.ticket.fields, said.text, entities, bool(said.understood) and said.job.message.edited)


def _received(said: Said) -> Reply:
    """That his words are there; in fewer words, and not the same ones, when he goes on writing."""
    first, *shorter = (said.say(key, BUTTONS) for key in ("waiting.added", "waiting.added_again", "waiting.added_more"))
    told = [each.text for each in offered.lately(said.job)]
    if not {first.text, *(each.text for each in shorter)} & set(told):
        return first
    return next(each for each in shorter if each.text != told[0])


MOVES: tuple[Callable[[Said], wishes.Wish | None], ...] = (
    _closed, _stays, _alarmed, _calmed, _asks_in_alarm, _leaving, _answered_desk, _nodded, _awaited, _numbered, _asked_status, _told, _another_problem, _added)
"""What a message of somebody who waits may be, in the order it is tried."""


def _adding(ticket: Ticket, fields: dict | None = None, facts: tuple[str, ...] = (), instead: tuple[str, ...] = (), flow: Flow | None = None):
    """`instead`: fields whose value so far is replaced; `flow`: the problem that a ticket without one turns out to be about."""
    def add(conversation: Conversation) -> None:
        locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
        for name in instead:
            locked.fields[name] = {}
        if flow:
            tickets.about(locked, flow.name, flow.queue)
        tickets.add(locked, fields or {}, facts)
    return add


def _typed(job: Job) -> str:
    payload = offered.typed(job)
    # The title of the button that closes at once counts as a yes only where that was asked.
    return "" if payload == CANCEL and not offered.asked(job, KEEP) else payload


def _akin(flow: Flow, ticket: Ticket) -> bool:
    """Whether a problem may be the ticket's own, told in other words."""
    own = content().flows.get(ticket.flow)
    queues = {flow.queue, ticket.queue, *((own.queue,) if own else ())}
    return own is None or flow.intent == own.intent or flow.queue in (ticket.queue, own.queue) or any(len(kin & queues) > 1 for kin in KIN)


def _own_card(said: Said) -> Card | None:
    """The card for just these words in just this problem; no classifier is asked, which knows problems and not what is said in the midst of one."""
    # A ticket that an alarm made urgent is about that, too, and that comes first.
    alarms = [topic for topic, fact in around.ALARMS.items() if fact in said.ticket.reasons and topic in content().flows]
    for flow in (*alarms, said.ticket.flow) if said.text else ():
        talk = Talk(content(), {**around.speaking(said.job.conversation, said.language), "fields": dict(said.ticket.fields), "last": {"name": flow}})
        found = own_card(talk, flow, said.text)
        if found:
            return found
    return None


def _first_steps(topic: str, conversation: Conversation, language: str) -> list[Reply]:
    """What the topic's flow says before it asks anything: for somebody whose account is being emptied, the freeze and what follows it."""
    flow, made = content().flow_for(topic), []
    step = flow.steps.get(flow.start) if flow else None
    while isinstance(step, Say):
        made.append(shown(render.reply(content(), fresh(around.speaking(conversation, language)), step.say), language))
        step = flow.steps.get(step.go)
    return made


