"""Between the app and the pure dialogue (bot/dialogue): languages, tickets, and each action's result stored once. Decides nothing itself."""
from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction

from bot.conversations import faults, findings, owner
from bot.conversations.log import Reply
from bot.conversations.models import ActionResult, Conversation, Message
from bot.conversations.sentences import DEFAULT_LANGUAGE, content, say, shown
from bot.conversations.work import Outcome
from bot.desk import case, tickets
from bot.dialogue import collect, engine, lexicon
from bot.dialogue.fields import Read
from bot.dialogue.heard import Heard
from bot.dialogue.match import changed
from bot.dialogue.state import fresh, record
from bot.dialogue.talk import Checked
from bot.dialogue.turn import Turn
from bot.text import detect, other_language, plain

SPOKEN = ("zh-Hans", "zh-Hant", "en")
WORDS_TO_SWITCH = 3
CODE_LENGTH = 6
"""Digits of a verification code: a bare number that short is no UID."""
_ANOTHERS = re.compile(r"对方|别人|他|她|朋友|骗子|\b(?:his|her|their|friend|sender|recipient|receiver|somebody|someone|scammer)\b")
"""Whose UID it may be besides one's own."""
FORM, ANSWER = "ticket_form", "ticket_answer"
MOVES: dict[str, Callable[..., Turn]] = {
    "action_flow_start": engine.start,
    "action_flow_answer": engine.answer,
    "action_flow_back": engine.back,
    "action_flow_restart": engine.restart,
    "action_flow_stop": engine.stop,
    "action_card": engine.card,
    "action_choose": engine.choose,
    "action_clarify": engine.clarify,
    "action_fallback": engine.fallback,
    "action_language": engine.change_language,
    "action_ticket_cancel": engine.stop,
}
"""What each action does, where the dialogue's own verb is all of it."""


# -- the engine's state ---------------------------------------------------------------------------


def heard_in(conversation: Conversation, text: str, edited: bool = False) -> dict:
    """The state to send with a message: as the last turn left it, in the language that the message is written in. `edited`: it is an earlier message's new wording."""
    state = copy.deepcopy(conversation.state) or {"slots": {}, "loop": None, "requested_slot": None}
    known = state.setdefault("slots", {}).get("dialogue")
    dialogue = fresh(known)
    if not known:
        dialogue["lang"] = conversation.language or DEFAULT_LANGUAGE
    dialogue["timezone"], dialogue["edited"] = conversation.timezone, edited
    for name, value in (conversation.profile or {}).items():
        if name in content().fields:
            dialogue["fields"][name] = record(value, value, "verified")  # nobody asks a signed-in user for these
    if text and not conversation.language_chosen:
        written = detect(text, dialogue["lang"] if conversation.language else None)
        if other_language(text):
            dialogue["lang"] = "en"
        elif written in SPOKEN and not (known and _too_little_to_switch(dialogue["lang"], written, text)):
            dialogue["lang"] = written
    state["slots"]["dialogue"] = dialogue
    return state


def _too_little_to_switch(spoken: str, written: str, text: str) -> bool:
    # "pending", a typo or a slip of the keyboard in a Chinese conversation is no wish for English.
    return spoken.startswith("zh") and written == "en" and len(text.split()) < WORDS_TO_SWITCH


def foreign(conversation: Conversation, text: str) -> list[Reply]:
    """The one sentence for somebody who writes in a language the bot does not speak, once in a conversation."""
    sentence = content().other_languages.get(other_language(text) or "")
    if not sentence or Message.objects.filter(conversation=conversation, author=Message.Author.BOT, text=sentence).exists():
        return []
    return [Reply(sentence)]


def language(state: Mapping) -> str:
    """The language of a state."""
    return _dialogue(state)["lang"]


def expect(state: Mapping) -> dict | None:
    """What the open question takes, for the engine."""
    return engine.expect(content(), _dialogue(state)) or None


def asked(state: Mapping) -> str | None:
    """The field that the open question asks for."""
    return ((expect(state) or {}).get("field") or {}).get("name")


def payload_entities(payload: str) -> list[dict]:
    """What a button's payload names: `/choose{"choice":"ticket.?skip"}`."""
    _, brace, body = payload.partition("{")
    try:
        named = json.loads(brace + body) if brace else {}
    except ValueError:
        return []
    return [{"entity": name, "value": value} for name, value in named.items()]


def told_fields(fields: Mapping[str, Mapping], text: str, entities: Iterable[Mapping], edited: bool = False) -> tuple[dict[str, dict], dict[str, dict]]:
    """What a message says of a ticket's fields: values that were not known, and values it puts right: {name: record} each.

    What is denied ("not TRC20") is not told. A known value gives way only where he corrects himself, or the message is an earlier one's new wording (`edited`).
    """
    said = list(_once([*entities, *_uid(text, entities)]))
    known = {name: str((fields.get(name) or {}).get("value") or "") for name in content().fields if (fields.get(name) or {}).get("source") != "verified"}
    told = changed(known, text, said)
    words = plain(text)
    corrects = edited or bool(lexicon.CORRECTION.match(words) or lexicon.NOT_THAT.search(words))
    new, mended = {}, {}
    for entity in told:
        name, value = entity["entity"], str(entity["value"])
        taken_back = any(other["entity"] == name and str(other["value"]) == known[name] for other in said)  # it is named, and not meant
        if not known[name]:
            new[name] = record(value, str(entity.get("text") or value))
        elif corrects or taken_back or _unreadable(name, known[name]):
            mended[name] = record(value, str(entity.get("text") or value))
    return new, mended


def _unreadable(name: str, value: str) -> bool:
    """Whether what a field holds is words that were kept because nothing better came: any value that can be read is better."""
    return not isinstance(collect.plain(content(), name, value), Read)


def _once(entities: Iterable[Mapping]) -> Iterable[Mapping]:
    """Without what only repeats another one: the same value named twice is one value."""
    seen = set()
    for entity in entities:
        key = (entity.get("entity"), str(entity.get("value")).casefold())
        if entity.get("value") not in (None, "") and key not in seen:
            seen.add(key)
            yield entity


def _uid(text: str, entities: Iterable[Mapping]) -> list[dict]:
    """A UID somebody gives unasked: the only number, of a UID's length, alone in the message or with the word beside it."""
    words, field = plain(text), content().fields.get("uid")
    runs = re.findall(r"(?<![a-z0-9])\d+(?![a-z0-9])", words)
    if field is None or len(runs) != 1 or not (field.min or 1) <= len(runs[0]) <= (field.max or 30) or _ANOTHERS.search(words):
        return []
    named = re.search(r"(?<![a-z])uid(?![a-z])", words)
    alone = words.strip(" .。,，") == runs[0] and len(runs[0]) > CODE_LENGTH and not any(entity.get("entity") in content().fields for entity in entities)
    return [{"entity": "uid", "value": runs[0], "text": runs[0]}] if named or alone else []


# -- turns the app makes itself -----------------------------------------------------------------------


def outcome(conversation: Conversation, state: Mapping, turns: list[Turn], by: str) -> Outcome:
    """What comes of turns of the dialogue that no engine routed: with the ticket's next question, or the ticket, where one is due."""
    last = turns[-1]
    if last.state.get("collect") and not last.state.get("check"):
        if collect.missing(content(), last.state):
            turns = [*turns, collect.ask(content(), last.state)]
        else:
            # Opened before the commit, like an action's: the commit then finds it, and so would a replay.
            with transaction.atomic():
                owner.locked(conversation.pk)
                turns = [*turns, _opened(conversation, last.state)]
    after = copy.deepcopy(dict(state))
    dialogue = turns[-1].state
    after["slots"] = {**after.get("slots", {}), "dialogue": dialogue, "flow_stage": turns[-1].stage}
    asking = bool(dialogue.get("collect"))
    after["loop"], after["requested_slot"] = (FORM, ANSWER) if asking else (None, None)
    flow = dialogue.get("flow") or {}
    return Outcome(
        replies=[shown(reply, dialogue["lang"]) for turn in turns for reply in turn.replies], state=after, by=by,
        record={"language": dialogue["lang"], "flow": flow.get("name") or "", "step": flow.get("step") or "", "event": turns[0].event})


def ask_for_person(conversation: Conversation, state: Mapping, text: str, by: str) -> Outcome:
    """A person was asked for and no engine is there to route it."""
    return outcome(conversation, state, [engine.human(content(), _dialogue(state), Heard(text=text, intent="human_agent"))], by)


def answer_ticket(conversation: Conversation, state: Mapping, message: Message, by: str) -> Outcome:
    """An answer to the ticket's open question, read without the engine."""
    heard = Heard.of({"text": "" if message.payload else message.text, "entities": payload_entities(message.payload)})
    return outcome(conversation, state, [collect.read(content(), _dialogue(state), heard)], by)


def leave_ticket(conversation: Conversation, state: Mapping, by: str) -> Outcome:
    """The visitor does not want a ticket after all."""
    return outcome(conversation, state, [engine.stop(content(), _dialogue(state))], by)


def checked(conversation: Conversation, state: Mapping, found: Checked) -> Outcome:
    """A slow check has an outcome: the flow goes on from there."""
    return outcome(conversation, state, [engine.walk(content(), _dialogue(state), found, findings.at_once(conversation))], "check")


def file_received(conversation: Conversation, state: Mapping) -> Outcome:
    """A file came: it is kept with the conversation, and the open question stands."""
    made = outcome(conversation, state, [engine.resume(content(), _dialogue(state))], "app") if in_question(state) else Outcome(state=dict(state), by="app")
    made.replies.insert(0, say("app.file_received", language(state), () if made.replies else (("button.human", "/human_agent"),)))
    return made


def greeting(conversation: Conversation) -> list[Reply]:
    """The first message of a conversation."""
    state = heard_in(conversation, "")
    return [shown(reply, language(state)) for reply in engine.welcome(content(), _dialogue(state)).replies]


def again(conversation: Conversation) -> list[Reply]:
    """The open question once more, or what to choose from. Changes nothing."""
    known = _dialogue(heard_in(conversation, ""))
    turn = collect.ask(content(), known) if known["collect"] else engine.resume(content(), known if known["flow"] else fresh({"lang": known["lang"]}))
    return [shown(reply, known["lang"]) for reply in turn.replies]


# -- actions ------------------------------------------------------------------------------------------


def perform(turn_id: str, action: str, ordinal: int, state: Mapping | None, message: Mapping) -> dict:
    """The result of an action, made at the first call and stored; the same one for every further call.

    Args:
        turn_id: "<conversation key>:<message seq>".
        action: its name.
        ordinal: events of this turn before the call: equal in a replay, different for another call in the same turn.
        state: the slot `dialogue`.
        message: the tracker's latest message.

    Returns {"messages": [{"text", "buttons"}], "slots": {name: value}, "event": what happened}.
    """
    asked_in = _message(turn_id)
    calls = ActionResult.objects.filter(message=asked_in, action=action, ordinal=ordinal)
    stored = calls.values_list("result", flat=True).first()
    if stored is not None:
        return stored
    faults.reach("before_action")
    if action == "action_open_ticket":
        with transaction.atomic():
            # The lock makes two calls at once one after the other; the second finds the first one's result.
            conversation = owner.locked(asked_in.conversation_id)
            stored = calls.values_list("result", flat=True).first()
            if stored is None:
                stored = _result(_opened(conversation, state, Heard.of(message)))
                ActionResult.objects.create(message=asked_in, action=action, ordinal=ordinal, result=stored)
    else:
        made = _result(_moved(action, state, Heard.of(message), asked_in.conversation))
        stored = ActionResult.objects.get_or_create(message=asked_in, action=action, ordinal=ordinal, defaults={"result": made})[0].result
    faults.reach("after_action")
    return stored


def missing(state: Mapping | None) -> tuple[str, ...]:
    """Fields that the ticket form has still to ask for."""
    return collect.missing(content(), state)


def _moved(action: str, state: Mapping | None, heard: Heard, conversation: Conversation) -> Turn:
    if action == "action_human":
        return engine.human(content(), state, heard)
    if action == "action_ask_ticket_answer":
        return collect.ask(content(), state)
    if action == "validate_ticket_form":
        return collect.read(content(), state, heard)
    return MOVES[action](content(), state, heard, findings.at_once(conversation))


def _opened(conversation: Conversation, state: Mapping | None, heard: Heard | None = None) -> Turn:
    """The ticket of this hand-off (made once an epoch) and what is said with it. Inside a transaction, the row locked."""
    state = fresh(state)
    collecting = state["collect"] or {}
    facts = list(collecting.get("facts", ()))
    if heard and heard.intent == "distress":
        facts.append("distress")
    if conversation.language != state["lang"]:  # the message that asks for a person may be the first in its language, and the desk's sentences follow at once
        conversation.language = state["lang"]
        conversation.save(update_fields=["language"])
    made = tickets.open(
        conversation, queue=collecting.get("queue"), facts=facts, fields=state["fields"], flow=collecting.get("flow"), tried=state["tried"],
        language=state["lang"])
    if made.how == "opened":
        return engine.opened(content(), state, made.ticket.number)
    return engine.opened(content(), state, made.ticket.number, f"ticket.{made.how}", **case.about(made.ticket, state["lang"]))


def _result(turn: Turn) -> dict[str, Any]:
    replies = [shown(reply, turn.state["lang"]) for reply in turn.replies]
    return {"messages": [{"text": reply.text, "buttons": reply.buttons} for reply in replies],
            "slots": {"dialogue": turn.state, "flow_stage": turn.stage}, "event": turn.event}


def _message(turn_id: str) -> Message:
    key, _, seq = turn_id.rpartition(":")
    return Message.objects.select_related("conversation").get(conversation__key=key, seq=int(seq))


def _dialogue(state: Mapping) -> dict:
    return fresh((state.get("slots") or {}).get("dialogue"))


def in_question(state: Mapping) -> bool:
    """Whether a flow or the ticket's questions are open."""
    known = _dialogue(state)
    return bool(known["flow"] or known["collect"])
