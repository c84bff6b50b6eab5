"""Opens a problem: which flow a message starts, and what becomes of one that is already open. Answers are `answers.py`."""
from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue import answers, collect, lexicon, offers, side, walk
from bot.dialogue import state as states
from bot.dialogue.heard import Heard
from bot.dialogue.model import Content, Flow
from bot.dialogue.talk import RunCheck, Talk
from bot.dialogue.turn import Turn
from bot.text import hedged, plain

AT_ONCE = frozenset({"account_compromised"})
"""Intents whose flow is never put off by a question: its first words stop the loss (how the bot speaks, Freeze first)."""
BROUGHT_ABOUT = {"account_compromised": frozenset({"account_locked"})}
"""Problems that the first steps of a flow bring about themselves ("冻结了"): told of meanwhile, they are the answer that it is done."""
TRACES = frozenset({"tx_hash", "address", "network", "memo", "order_id", "exchange"})
"""Values that say which way the money went: with one of them a message needs no flow that sorts (`when`)."""


def start(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None, topic: str | None = None) -> Turn:
    """A problem was named: start its flow, or ask first when another one is open."""
    talk = Talk(content, state, run_check)
    return talk.turn(starting(talk, heard, topic or heard.topic or heard.intent or ""))


def starting(talk: Talk, heard: Heard, topic: str) -> str:
    """`start` inside a turn; returns the event."""
    flow = _flow(talk.content, topic, heard)
    talk.state["misses"] = 0
    if flow is None:
        talk.fill(heard.entities)
        offers.person(talk, "no_flow")
        return "no_flow"
    more = [q for q in heard.queued if (other := talk.content.flow_for(q)) and other.name != flow.name]
    talk.state["queued"] += [talk.content.flow_for(q).name for q in more if talk.content.flow_for(q).name not in talk.state["queued"]]
    if flow.intent in AT_ONCE:
        if talk.frame and not talk.state["check"] and _own_deed(heard.text) and not answers.mended(talk):
            return answers.named_again(talk, heard)
        _put_aside(talk, flow)
    if talk.state["collect"]:
        return _named_while_collecting(talk, flow, heard)
    if talk.frame and not answers.mended(talk):
        if talk.frame["name"] == flow.name or talk.flow.intent == flow.intent:
            return answers.named_again(talk, heard)
        if _wanted_now(talk, flow, heard):
            return _instead(talk, flow, heard)
        if answers.said_before(talk, heard):
            walk.ask(talk)
            return "named_again"
        offers.switch(talk, flow, heard)
        return "switch_offered"
    if talk.frame:
        return "restarted"
    if any(f["name"] == flow.name for f in talk.state["parked"]):
        offers.again(talk, flow, heard)
        return "resume_offered"
    walk.begin(talk, flow, heard.entities, "" if heard.queued else heard.text)
    return "started"


def _wanted_now(talk: Talk, flow: Flow, heard: Heard) -> bool:
    """Whether another problem comes before the open one without asking: it was said so, or it was asked already and he only goes on with it."""
    said = plain(heard.text)
    waited = flow.name in talk.state["queued"] and lexicon.FIRST.search(said)
    return bool(waited or lexicon.INSTEAD.search(said)) or (talk.state["offer"] or {}).get("kind") == "switch" and bool(said)


def _instead(talk: Talk, flow: Flow, heard: Heard) -> str:
    """The open problem is put aside for another."""
    talk.state["queued"] = [name for name in talk.state["queued"] if name != flow.name]
    states.park(talk.state, talk.frame)
    talk.state.update(flow=None, offer=None)
    if any(frame["name"] == flow.name for frame in talk.state["parked"]):
        return offers.resumed(talk, flow.name)
    walk.begin(talk, flow, heard.entities, heard.text)
    return "started"


def _flow(content: Content, topic: str, heard: Heard) -> Flow | None:
    """The flow a message starts: one whose `when` fits comes before the plain one of the intent."""
    if not heard.topic and heard.text and (topic in AT_ONCE or not any(e.get("entity") in TRACES for e in heard.entities)):
        fitting = next((flow for flow in content.flows.values() if flow.intent == topic and _fits(flow, plain(heard.text))), None)
        if fitting:
            return fitting
    return content.flow_for(topic)


def _fits(flow: Flow, said: str) -> bool:
    """Whether a text (plain) is told to start this flow by its `when`."""
    when = flow.when
    return bool(when) and any(plain(w) in said for w in when.words.all()) and not any(plain(w) in said for w in when.unless.all())


def sorting(talk: Talk, heard: Heard) -> Flow | None:
    """The flow that sorts what is only a cry ("give me my money back"): one whose words are said, whatever the message was taken for."""
    return next((flow for flow in talk.content.flows.values() if flow.intent not in AT_ONCE and _fits(flow, plain(heard.text))), None)


def _own_deed(text: str) -> bool:
    """Whether the writer says plainly that it was he himself: an answer to the open question, and no alarm."""
    said = plain(text)
    return bool(lexicon.MINE.search(said)) and not (lexicon.QUESTION.search(said) or lexicon.ROBBED.search(said) or hedged(said))


def _put_aside(talk: Talk, flow: Flow) -> None:
    """Park whatever else is open, so that `flow` starts in this turn."""
    frame = talk.frame or (talk.state["collect"] or {}).get("frame")
    if frame and not _same(talk, frame["name"], flow):
        states.park(talk.state, frame)
        talk.state.update(flow=None, collect=None, check=None, offer=None)


def _same(talk: Talk, name: str | None, flow: Flow) -> bool:
    """Whether the flow of that name is about the problem of `flow`."""
    other = talk.content.flows.get(name or "")
    return name == flow.name or bool(other and other.intent == flow.intent)


def _named_while_collecting(talk: Talk, flow: Flow, heard: Heard) -> str:
    collecting = talk.state["collect"]
    card = side.own_card(talk, collecting["flow"], heard.text)
    if card:
        talk.show(card.texts[0])
        return "told"
    same = _same(talk, collecting["flow"], flow)
    if heard.text and (collecting["asked"] == "problem" or same):  # what was asked for, in words that also name the problem
        kept = collect.read(talk.content, talk.state, heard)
        talk.state, talk.replies = kept.state, talk.replies + list(kept.replies)
        return kept.event
    filled = talk.fill(heard.entities)
    if same:
        if filled:
            talk.say("noted", noted=talk.noted(filled))
        return "named_again"
    open_flow = talk.content.flows.get(collecting["flow"] or "")
    if open_flow and flow.intent in BROUGHT_ABOUT.get(open_flow.intent, ()):
        talk.say("step_done")
        return "named_again"
    if collect.alarmed(talk) and heard.text and not filled and lexicon.QUESTION.search(plain(heard.text)):
        talk.say("collect.heard")  # "is my money gone?" in the midst of a theft is no further problem
        return "heard"
    if flow.name not in talk.state["queued"]:
        talk.state["queued"].append(flow.name)
    talk.say("queued", title=talk.title(flow.name))
    return "queued"
