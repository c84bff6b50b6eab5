"""The moves beside a problem: knowledge, clarifying, not understood, a person, language, the first and the last sentence."""
from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue import answers, collect, lexicon, offers, walk
from bot.dialogue.expect import ALARM, expect
from bot.dialogue.heard import Heard
from bot.dialogue.match import match, names
from bot.dialogue.model import Ask, Card, Content, End, Flow, Say
from bot.dialogue.talk import Checked, RunCheck, Talk
from bot.dialogue.turn import Turn
from bot.text import fold, normalise

LOSS_FACTS = frozenset({"money_missing", "money_missing_unclear", "wrong_network_or_address", "memo_missing", "assets_leaving", "account_taken_over", "secret_exposed"})
"""Facts of a loss: such a ticket ends with the warning about people who offer to get the money back (CONTENT.md, Endings)."""


def welcome(content: Content, state: Mapping | None, heard: Heard | None = None) -> Turn:
    """The first message, or the first after coming back: who speaks, and what waits."""
    talk = Talk(content, state)
    if talk.state["parked"] and not talk.frame and not talk.state["collect"]:
        walk.offer_parked(talk, talk.state["parked"][-1])
    else:
        offers.menu(talk, "greeting")
    return talk.turn("welcomed")


def card(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None) -> Turn:
    """A knowledge question or small talk: answered, then the open question again."""
    talk = Talk(content, state, run_check)
    if not talk.frame and not talk.state["collect"] and heard.intent == "prepare_information" and offers.shortened(heard.text):
        return talk.turn(offers.missed(talk, heard))
    if (talk.frame or talk.state["collect"]) and collect.plain(content, "tx_hash", heard.text) is not None:
        return talk.turn(answers.answering(talk, heard))  # "here is the txid 0x…" asks nothing about hashes
    return talk.turn(offers.below_warning(talk, heard) or telling(talk, heard.topic or heard.intent or "", heard))


def telling(talk: Talk, name: str, heard: Heard) -> str:
    """`card` inside a turn; returns the event."""
    found = fitting(talk, name, heard.text)
    if found is None:
        return "no_card" if talk.state["collect"] else offers.missed(talk, heard) if not talk.frame else _again(talk, "no_card")
    if found.intent == "help_menu" and talk.state["collect"] and collect.alarmed(talk):
        talk.say("alarm.order")  # "what do I do now" after the steps were told
        return "told"
    talk.state["misses"] = 0
    text = found.texts[len(talk.state["tried"]) % len(found.texts)]
    if talk.state["collect"]:
        talk.show(text)
        return "told"
    if talk.frame:
        talk.show(text)
        # A person takes over next: nobody in despair is asked the open question again; nor is who takes his leave.
        return "told" if found.intent in ("distress", "goodbye") else _again(talk, "told")
    again = (talk.state["offer"] or {}).get("card") == found.name and len(found.texts) == 1
    talk.state["offer"] = None
    if again:
        offers.person(talk, "card.again")
        return "told"
    if found.asks_helped:
        offers.helped(talk, found, text, heard.text)
        return "told"
    talk.show(text, offers.topic_buttons(talk, found.buttons))
    if name == "greet" and talk.state["parked"]:
        walk.offer_parked(talk, talk.state["parked"][-1])
    return "told"


def fitting(talk: Talk, name: str, text: str) -> Card | None:
    """The card of that name or intent; of several of an intent, the one whose `when` fits what was said and is known, and that stands `before` the others that fit."""
    plain = talk.content.cards.get(name)
    fit = [c for c in talk.content.cards.values() if c.when and c.intent == name and _fits(talk, c, text)]
    behind = {other for c in fit for other in c.when.before}
    return next((c for c in fit if c.name not in behind), fit[0] if fit else plain)


def own_card(talk: Talk, flow: str | None, text: str) -> Card | None:
    """The card for just these words in just this problem; no classifier is asked, which knows problems and not what is said in the midst of one."""
    cards = (card for card in talk.content.cards.values() if text and card.when and flow in card.when.flows and card.when.words.all())
    return next((card for card in cards if fitting(talk, card.intent, text) is card), None)


def _fits(talk: Talk, card: Card, text: str) -> bool:
    when = card.when
    about = talk.frame or talk.state["collect"] or talk.state["last"] or {}
    return (
        (not when.words.all() or bool(names(text, when.words.all())))
        and not names(text, when.unless.all())
        and (not when.flows or (about.get("flow") or about.get("name")) in when.flows)
        and (not when.knows or any(talk.value(field) for field in when.knows))
        and (not when.check or outcome(talk, when.check, text) == when.outcome)
    )


def outcome(talk: Talk, check: str, text: str) -> str:
    """The outcome of a check about the message itself; what it found may be said in this turn."""
    found = talk.check(check, {"text": text}) if text else None
    if not isinstance(found, Checked):
        return found or "unknown"
    talk.found = dict(found.values)
    return found.outcome


def _again(talk: Talk, event: str) -> str:
    if talk.state["check"] or answers.mended(talk):
        return event
    talk.state["offer"] = None
    walk.ask(talk)
    return event


def choose(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None) -> Turn:
    """A button, or an answer given outside a flow."""
    return answers.answer(content, state, heard, run_check)


def clarify(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None) -> Turn:
    """The message may mean several topics: which?"""
    talk = Talk(content, state, run_check)
    if offers.admitted(talk, heard):
        return talk.turn(offers.topic(talk, heard, ALARM))
    asked = offers.below_warning(talk, heard)
    if asked:
        return talk.turn(asked)
    likeliest = heard.ranking[0][0] if heard.ranking and heard.text else ""
    if not talk.frame and offers.about_a_fraud(talk, heard) or talk.frame and likeliest in (offers.CHANNEL_CHECK, ALARM) and not match(expect(content, talk.state), heard.text, heard.entities):
        return talk.turn(telling(talk, offers.CHANNEL_CHECK, heard))
    return talk.turn(offers.which(talk, heard) or (offers.missed(talk, heard) if not talk.frame else answers.answering(talk, heard)))


def fallback(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None) -> Turn:
    """Not understood."""
    talk = Talk(content, state, run_check)
    if talk.frame or talk.state["offer"]:
        return talk.turn(offers.below_warning(talk, heard) or answers.answering(talk, heard))
    return talk.turn(offers.nothing_open(talk, heard))


def human(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None) -> Turn:
    """A person was asked for: no further question, but one that may be skipped when nothing at all is known."""
    talk = Talk(content, state, run_check)
    return talk.turn(handing_over(talk, heard))


def handing_over(talk: Talk, heard: Heard) -> str:
    """`human` inside a turn; returns the event."""
    queue, stated = offers.subject(talk)
    talk.state.update(offer=None, check=None, misses=0)
    talk.fill(heard.entities)
    despair = ("distress",) if heard.intent == "distress" else ()
    if talk.state["collect"]:
        talk.state["collect"]["wanted"] = []
        talk.state["collect"]["facts"] += despair
        return "handed_over"
    facts = ("asked_for_person", *despair)
    if talk.frame and talk.flow:
        ending = _ending(talk)
        walk.hand_off(talk, (ending.queue if ending else None) or talk.flow.queue, (*(ending.facts if ending else shared_facts(talk.flow)), *facts), ())
        return "handed_over"
    last = talk.state["last"]
    # "My withdrawal is stuck, get me a person": what the classifier read beside the wish is what the ticket is about.
    told = talk.content.flow_for(heard.ranking[0][0]) if heard.text and heard.ranking else None
    flow = told or (talk.content.flows.get(last["name"]) if last and last["outcome"] in ("solved", "wait") else None)
    facts = (*(shared_facts(told) if told else ()), *facts)
    about = () if despair or flow or talk.state["fields"] or len(normalise(heard.text)) > 12 else ("problem",)
    talk.state["flow"] = None
    talk.outcome = "handoff"
    talk.state["collect"] = {
        "wanted": [n for n in about if n in talk.content.fields], "asked": None, "tries": 0, "queue": queue or (flow.queue if flow else "general"),
        "facts": [*stated, *facts], "flow": flow.name if flow else None, "frame": None, "order": [],
    }
    return "handed_over"


def _ending(talk: Talk) -> End | None:
    """The hand-off the open question itself leads to: its queue and facts fit better than the flow's default."""
    step = talk.step
    ways = [c.go for c in step.choices if "human_agent" in c.intents] if isinstance(step, Ask) else []
    for name in ways:
        for _ in range(walk.MOST_STEPS):
            found = talk.flow.steps.get(name)
            if isinstance(found, End) and found.end == "handoff":
                return found
            if not isinstance(found, Say):
                break
            name = found.go
    return None


def shared_facts(flow: Flow) -> tuple[str, ...]:
    """The facts that every hand-off of a flow states: they hold wherever it was left."""
    endings = [s.facts for s in flow.steps.values() if isinstance(s, End) and s.end == "handoff"]
    return tuple(f for f in endings[0] if all(f in other for other in endings)) if endings else ()


def change_language(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None) -> Turn:
    """Another language: the open question again in it."""
    talk = Talk(content, state, run_check)
    said = fold(normalise(heard.text)) + " " + " ".join(str(e.get("value")) for e in heard.entities if e.get("entity") == "language")
    lang = next((name for name, words in lexicon.LANGUAGES if words.search(said)), None)
    lang = lang or ("zh-Hans" if talk.state["lang"] == "en" else "en")
    talk.state["lang"] = lang
    talk.say("language.changed")
    if talk.frame and not talk.state["check"] and not talk.state["collect"]:
        _again(talk, "language")
    return talk.turn("language")


def feedback(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None) -> Turn:
    """It works now, or still does not (`feedback_resolved`, `feedback_unresolved`)."""
    return answers.answer(content, state, heard, run_check)


def opened(content: Content, state: Mapping | None, number: str, key: str = "ticket.opened", **more: object) -> Turn:
    """The ticket exists: its number, the warning that goes with a loss, and what is still waiting. `key`, `more`: another sentence for one that was there."""
    talk = Talk(content, state)
    collecting = talk.state["collect"] or {}
    talk.state.update(collect=None, offer=None, check=None, flow=None)
    talk.state["last"] = {**(talk.state["last"] or {"name": collecting.get("flow"), "path": []}), "outcome": "handoff"}
    talk.say(key, number=number, **more)
    if LOSS_FACTS & set(collecting.get("facts", ())):
        talk.say("ticket.warning")
    walk.follow_up(talk)
    return talk.turn("opened")
