"""Questions of the bot's own (switch? go on? did it help? a person?) and what their answers do."""
from __future__ import annotations

import re
from collections.abc import Mapping

from bot.dialogue import answers, lexicon, opening, places, render, side, walk
from bot.dialogue import state as states
from bot.dialogue.expect import ALARM, OFFERS, PASSING, admits, expect
from bot.dialogue.heard import Heard
from bot.dialogue.match import match, over
from bot.dialogue.model import LANGUAGES, SKIP, UNSURE, Ask, Card, Flow, Place, Text
from bot.dialogue.talk import Talk
from bot.dialogue.turn import Button
from bot.references import read as read_reference
from bot.text import plain

REFERENCES = frozenset({"tx_hash", "address", "order_id", "ticket_no", "email", "phone", "uid"})
"""Values worth asking about whatever stands beside them."""
MOST_CANDIDATES = 3
"""Topics offered when a message may mean several."""
MOST_SAID = 300
"""Characters kept of a question for a ticket that may follow."""
MOST_ASKED = 80
"""Characters of a message that only asks what to do; a longer one tells something."""
MOST_BESIDE = 2
MOST_AROUND_CHANNEL = 14
"""Characters beside a link or handle that somebody just shows: "https://", "是你们吗"."""
CHANNEL_CHECK = "official_channel_check"
"""The card that tells whether a link or handle is ours."""
"""Letters beside values of other kinds: "0.5个 BTC" is a value, "BTC会涨吗" a question."""


def ask(talk: Talk, kind: str, key: str, details: Mapping | None = None, **args: object) -> None:
    """Open a question of the bot's own."""
    talk.state["offer"] = {"kind": kind, **(details or {})}
    talk.say(key, [talk.human if a == "human" else talk.offer_button(a) for a in OFFERS[kind]], **args)


def switch(talk: Talk, flow: Flow, heard: Heard) -> None:
    """Another problem while one is open: switch, or go on?"""
    ask(talk, "switch", "switch", {"flow": flow.name, **_kept(heard)}, current=talk.title(talk.frame["name"]), other=flow.title)


def again(talk: Talk, flow: Flow, heard: Heard) -> None:
    """A problem that is parked was named again: go on with it, or from the beginning?"""
    ask(talk, "again", "resume.again", {"flow": flow.name, **_kept(heard)}, title=flow.title)


def sure(talk: Talk, step: Ask, choice: str) -> None:
    """Something was said, but not surely: is that what is meant?"""
    ask(talk, "sure", "sure", {"choice": f"{step.name}.{choice}"}, choice=step.choice(choice).label)


def person(talk: Talk, key: str) -> None:
    """Offer a person; never hand over silently."""
    ask(talk, "handoff", key)


def helped(talk: Talk, card: Card, text: Text, said: str) -> None:
    """A card's answer, and in the same bubble: did that help? Its next steps follow the answers. `said`: what it answers."""
    talk.state["offer"] = {"kind": "helped", "card": card.name, "topics": list(card.buttons), "said": said[:MOST_SAID]}
    talk.show(joined(text, talk.text("helped.ask")), [talk.offer_button("helped"), talk.offer_button("not_helped"), *topic_buttons(talk, card.buttons)])


def joined(*texts: Text) -> Text:
    """Several texts as one, each on lines of its own."""
    return Text(*("\n".join(t.of(lang) for t in texts) for lang in LANGUAGES))


def subject(talk: Talk) -> tuple[str | None, tuple[str, ...]]:
    """What the open card or place says of a ticket that is asked for below it: its queue and facts. What a place was asked is kept."""
    offer = talk.state["offer"] or {}
    card, place = talk.content.cards.get(offer.get("card", "")), talk.content.places.get(offer.get("place", ""))
    if place and offer["said"] and talk.value("problem") is None:
        talk.put("problem", offer["said"], offer["said"])
    return (card.queue, card.facts) if card else (place.queue, ()) if place else (None, ())


def clarify(talk: Talk, topics: tuple[str, ...], said: str) -> None:
    """Which of these is it?"""
    talk.state["offer"] = {"kind": "clarify", "topics": list(topics), "said": said[:MOST_SAID]}
    talk.say("clarify", [*topic_buttons(talk, topics), talk.offer_button("none_of_these")])


def menu(talk: Talk, key: str, **args: object) -> None:
    """A sentence with the commonest topics below."""
    talk.say(key, menu_buttons(talk), **args)


def menu_buttons(talk: Talk) -> list[Button]:
    """The topics of the menu (card `help_menu`), a person last."""
    card = talk.content.cards.get("help_menu")
    topics = [t for t in (card.buttons if card and card.buttons else tuple(talk.content.flows)) if t != "human_agent"]
    return [*topic_buttons(talk, topics[:4]), talk.human]


def topic_buttons(talk: Talk, topics: tuple[str, ...] | list[str]) -> list[Button]:
    """A button for each flow, card or intent."""
    return [talk.human if t == "human_agent" else Button(talk.title(t).of(talk.state["lang"]), render.choose("topic", t)) for t in topics]


def stale(talk: Talk) -> str:
    """A button whose question is gone: say so, repeat what is open."""
    if talk.frame:
        talk.say("stale")
        walk.ask(talk)
    elif talk.state["collect"]:
        talk.say("stale")
    else:
        menu(talk, "stale")
    return "stale"


def nothing_open(talk: Talk, heard: Heard) -> str:
    """An answer without a question: keep its values and ask what it is about."""
    flow = opening.sorting(talk, heard) if heard.intent == "feedback_unresolved" and not talk.state["last"] else None
    if flow:
        return opening.starting(talk, heard, flow.intent)
    asked_which = (talk.state["offer"] or {}).get("kind") == "clarify"
    if heard.intent == "feedback_unresolved" or heard.intent == "feedback_resolved" and (over(heard.text) or not asked_which):
        return felt(talk, heard.intent == "feedback_resolved")
    if heard.intent == "nlu_clarify":
        event = which(talk, heard)
        if event:
            return event
    filled = talk.fill(heard.entities) if _bare(heard) else []
    if filled:
        talk.state["misses"] = 0
        menu(talk, "bare_value", noted=talk.noted(filled))
        return "noted"
    if heard.intent in ("affirm", "deny", "choose"):
        menu(talk, "nothing_open")
        return "nothing_open"
    return missed(talk, heard)


def which(talk: Talk, heard: Heard) -> str:
    """Asks which of the likeliest topics is meant; "" when there are not two that the bot can help with."""
    place = places.named(talk.content, heard.text)
    topics = [place.name] if place and not place.elsewhere else []
    for name, _ in heard.ranking:
        flow = talk.content.flow_for(name)
        if (flow or (name in talk.content.cards and talk.content.cards[name].title)) and name not in topics:
            topics.append(name)
    if len(topics) < 2:
        return ""
    talk.fill(heard.entities)
    clarify(talk, tuple(topics[:MOST_CANDIDATES]), heard.text)
    return "clarified"


def admitted(talk: Talk, heard: Heard) -> bool:
    """Whether a message below a warning may tell that the harm is done: the safe guess, for it costs nothing to freeze."""
    return bool(admits(talk.content, talk.state["offer"])) and ALARM in [name for name, _ in heard.ranking[:MOST_CANDIDATES]]


def below_warning(talk: Talk, heard: Heard) -> str:
    """What is asked below a warning: what to do now, or whether to go on with what it warns of. "" for anything else."""
    offer = talk.state["offer"]
    said = plain(heard.text)
    if not admits(talk.content, offer) or not said or len(said) > MOST_ASKED:
        return ""
    buttons = [*topic_buttons(talk, [ALARM]), talk.offer_button("helped"), talk.human]
    if lexicon.PAY_MORE.search(said):
        talk.say("alarm.nothing_more", buttons)
    elif lexicon.WHAT_NOW.search(said):
        talk.say("warned.what_now", buttons)
    else:
        return ""
    return "told"


def about_a_fraud(talk: Talk, heard: Heard) -> bool:
    """Whether a message that may mean several topics may be about a fraud, and holds what a card for that judges: somebody's link, handle or number, or a known trick."""
    likely = [name for name, _ in heard.ranking[:MOST_CANDIDATES]]
    if CHANNEL_CHECK not in likely:
        return False
    card = side.fitting(talk, CHANNEL_CHECK, heard.text)
    return card is not None and card.when is not None


def shortened(text: str) -> bool:
    """Whether somebody shows a hash or address with its middle left out ("a1b2...9f"), as pages do."""
    return read_reference(text).kind == "shortened"


def _bare(heard: Heard) -> bool:
    """Whether the message is little but values: "TRC20", a hash; not "BTC会涨吗"."""
    rest = heard.text
    for entity in heard.entities:
        if entity.get("entity") in REFERENCES:
            return True
        rest = rest.replace(str(entity.get("text") or entity.get("value")), "")
    return len(re.findall(r"\w", rest)) <= MOST_BESIDE


def missed(talk: Talk, heard: Heard) -> str:
    """Not understood outside a flow: where it belongs if that is plain, else three different replies, the third offers a person."""
    place = places.named(talk.content, heard.text)
    if place and not place.elsewhere:
        return belongs(talk, place, heard.text)
    if shortened(heard.text):
        talk.state["misses"] = 0
        menu(talk, "shortened")
        return "noted"
    if CHANNEL_CHECK in talk.content.cards and _shows_channel(talk, heard.text):
        return side.telling(talk, CHANNEL_CHECK, heard)
    if (talk.state["offer"] or {}).get("kind") in PASSING:
        talk.state["offer"] = None
    talk.state["misses"] = min(talk.state["misses"] + 1, 3)
    key = f"{'elsewhere' if place else 'fallback'}.{talk.state['misses']}"
    text = joined(place.text, talk.text(key)) if place else talk.text(key)
    if talk.state["misses"] < 3:
        talk.show(text, menu_buttons(talk))
    else:
        talk.state["offer"] = {"kind": "handoff"}
        talk.show(text, [talk.human, talk.offer_button("again")])
    return "missed"


def _shows_channel(talk: Talk, text: str) -> bool:
    """Whether somebody shows a link, handle or number without a word of what he wants: an imitation of ours, or little else in the message."""
    outcome = side.outcome(talk, "official_channel", text)
    return outcome == "imitation" or (outcome in ("ours", "not_ours") and len(text) - len(talk.found.get("shown", "")) <= MOST_AROUND_CHANNEL)


def belongs(talk: Talk, place: Place, said: str) -> str:
    """A question the bot has no steps for: its official page and a person; asked again, a person first."""
    again = (talk.state["offer"] or {}).get("place") == place.name
    talk.state["misses"] = 0
    talk.state["offer"] = {"kind": "place", "place": place.name, "said": said[:MOST_SAID]}
    buttons = [talk.human, talk.offer_button("menu")]
    if again:
        talk.say("place.again", buttons, title=place.title)
    else:
        talk.show(joined(place.text, talk.text("place.person")), buttons)
    return "placed"


def felt(talk: Talk, resolved: bool) -> str:
    """It works now, or still does not."""
    last = talk.state["last"]
    talk.state["offer"] = None
    if resolved:
        if talk.frame:
            walk.close(talk, "solved")
        elif last and last["outcome"] == "wait":
            talk.state["parked"] = [f for f in talk.state["parked"] if f["name"] != last["name"]]
            talk.state["last"] = {**last, "outcome": "solved"}
        talk.say("solved")
        walk.follow_up(talk)
        return "resolved"
    person(talk, "unresolved")
    return "unresolved"


def left(talk: Talk, heard: Heard) -> str:
    """The problem is over, or no longer wanted."""
    collecting = talk.state["collect"]
    if not over(heard.text):
        return stopped(talk)
    if collecting:
        talk.state["last"] = {**(talk.state["last"] or {"name": collecting["flow"], "path": []}), "outcome": "solved"}
        talk.state["collect"], talk.outcome = None, "solved"
    return felt(talk, True)


def stopped(talk: Talk) -> str:
    """The open problem, ticket or question is dropped; parked problems stay."""
    frame = talk.frame or (talk.state["collect"] or {}).get("frame")
    open_before = frame or talk.state["offer"] or talk.state["collect"]
    if frame:
        talk.state["last"] = {"name": frame["name"], "outcome": "stopped", "path": frame["path"]}
        talk.outcome = "stopped"
    talk.state.update(flow=None, collect=None, check=None, offer=None, queued=[], misses=0)
    if open_before:
        talk.say("stopped", [talk.button("menu", '/choose{"topic":"help_menu"}'), talk.human])
    else:
        talk.say("nothing_open", menu_buttons(talk))
    return "stopped"


def answered(talk: Talk, heard: Heard) -> str:
    """Take an answer to the open question of the bot's own; "" when the message does not answer it."""
    offer = talk.state["offer"]
    picked = heard.offer
    if picked is None:
        pick = match(expect(talk.content, talk.state), heard.text, heard.entities, heard.intent)
        if pick is None or pick.by in ("hedge", "aside", "correction") or not pick.choice:
            return ""
        kind, _, picked = pick.choice.partition(".")
        if kind == "topic":
            return topic(talk, heard, picked)
    if picked == "wait_done":
        return felt(talk, True)
    if not offer or picked not in OFFERS.get(offer["kind"], ()):
        return stale(talk)
    talk.state["offer"] = None
    return DOES[picked](talk, offer, heard)


def topic(talk: Talk, heard: Heard, name: str) -> str:
    """A topic picked from a menu."""
    offer = talk.state["offer"] or {}
    clarifying = offer.get("kind") == "clarify"
    said = offer["said"] if clarifying else ""
    if name == ALARM:  # whoever did what he was warned of: the warning's occasion says what it was
        said = "\n".join(dict.fromkeys(one for one in (offer.get("said") if offer.get("kind") in ("helped", "clarify") else "", heard.text) if one))
    talk.state["offer"] = None if clarifying else talk.state["offer"]
    if name == "human_agent":
        return side.handing_over(talk, heard)
    if talk.content.flow_for(name) is None and name in talk.content.cards:
        return side.telling(talk, name, Heard())
    if name in talk.content.places:
        return belongs(talk, talk.content.places[name], said)
    return opening.starting(talk, Heard(text=said, topic=None if name == ALARM else name, entities=heard.entities, queued=heard.queued), name)


def resumed(talk: Talk, name: str) -> str:
    """Go on with a parked problem where it was left."""
    frame = next((f for f in talk.state["parked"] if f["name"] == name), None)
    talk.state["offer"] = None
    if frame is None:
        return stale(talk)
    talk.state["parked"] = [f for f in talk.state["parked"] if f["name"] != name]
    talk.state["flow"] = {k: v for k, v in frame.items() if k != "waiting"}
    if not answers.mended(talk):
        if isinstance(talk.step, Ask):
            walk.ask(talk)
        else:
            walk.enter(talk, talk.frame["step"])
    return "resumed"


# -- what each answer does ---------------------------------------------------------------------


def _switch(talk: Talk, offer: Mapping, heard: Heard) -> str:
    if talk.frame:
        states.park(talk.state, talk.frame)
        talk.state["flow"] = None
    flow = talk.content.flows.get(offer["flow"])
    if flow is None:
        return stale(talk)
    if any(f["name"] == flow.name for f in talk.state["parked"]):
        return resumed(talk, flow.name)
    walk.begin(talk, flow, offer.get("entities", ()), offer.get("said", ""))
    return "started"


def _stay(talk: Talk, offer: Mapping, heard: Heard) -> str:
    if offer["flow"] not in talk.state["queued"]:
        talk.state["queued"].append(offer["flow"])
    talk.say("stay")
    if talk.frame:
        walk.ask(talk)
    return "stayed"


def _resume(talk: Talk, offer: Mapping, heard: Heard) -> str:
    return resumed(talk, offer["flow"])


def _drop(talk: Talk, offer: Mapping, heard: Heard) -> str:
    talk.state["parked"] = [f for f in talk.state["parked"] if f["name"] != offer["flow"]]
    talk.say("resume.dropped")
    return "dropped"


def _fresh(talk: Talk, offer: Mapping, heard: Heard) -> str:
    talk.state["parked"] = [f for f in talk.state["parked"] if f["name"] != offer["flow"]]
    return _next(talk, offer, heard)


def _next(talk: Talk, offer: Mapping, heard: Heard) -> str:
    flow = talk.content.flows.get(offer["flow"])
    if flow is None:
        return stale(talk)
    walk.begin(talk, flow, offer.get("entities", ()), offer.get("said", ""))
    return "started"


def _later(talk: Talk, offer: Mapping, heard: Heard) -> str:
    talk.say("resume.dropped")
    walk.follow_up(talk)
    return "dropped"


def _helped(talk: Talk, offer: Mapping, heard: Heard) -> str:
    talk.say("helped.yes")
    return "helped"


def _not_helped(talk: Talk, offer: Mapping, heard: Heard) -> str:
    person(talk, "helped.no")
    return "not_helped"


def _human(talk: Talk, offer: Mapping, heard: Heard) -> str:
    return side.handing_over(talk, heard)


def _again(talk: Talk, offer: Mapping, heard: Heard) -> str:
    if talk.frame:
        walk.reword(talk)
    else:
        menu(talk, "menu")
    return "again"


def _yes(talk: Talk, offer: Mapping, heard: Heard) -> str:
    step, _, choice = offer["choice"].partition(".")
    if talk.frame and talk.frame["step"] == step and isinstance(talk.step, Ask) and (talk.step.choice(choice) or choice in (UNSURE, SKIP)):
        walk.pick(talk, talk.step, choice)
        return "answered"
    return stale(talk)


def _no(talk: Talk, offer: Mapping, heard: Heard) -> str:
    if talk.frame:
        walk.reword(talk)
    return "again"


def _menu(talk: Talk, offer: Mapping, heard: Heard) -> str:
    menu(talk, "menu")
    return "menu"


def _none_of_these(talk: Talk, offer: Mapping, heard: Heard) -> str:
    talk.state["misses"] += 1
    person(talk, "clarify.none")
    return "none_of_these"


def _kept(heard: Heard) -> dict:
    """What a message said of a problem that is put off by a question."""
    entities = [{k: e[k] for k in ("entity", "value", "text") if k in e} for e in heard.entities]
    return {"entities": entities, "said": "" if heard.queued else heard.text[:MOST_SAID]}


DOES = {
    "switch": _switch, "stay": _stay, "resume": _resume, "drop": _drop, "fresh": _fresh, "next": _next, "later": _later, "helped": _helped,
    "not_helped": _not_helped, "human": _human, "again": _again, "yes": _yes, "no": _no, "none_of_these": _none_of_these, "menu": _menu,
}
"""Answer -> what it does."""
