"""The shapes of everything the bot knows: flows, cards, places, fields, replies and the exchange. Reading and checking files is `bot/content`."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_BUTTONS = 5
"""Buttons in one bubble, the added ones ("not sure", "skip") included."""
MAX_PAYLOAD = 64
"""Bytes of a button's payload: what Telegram's callback data carries (Bot API, InlineKeyboardButton)."""
LANGUAGES = ("zh", "en")
"""The languages content is written in; zh is simplified, 繁體 is derived from it at display."""
UNSURE, SKIP = "?unsure", "?skip"
"""The choices the bot adds by itself; no choice of a file may have these names."""
RESERVED_STEPS = frozenset({"ticket", "offer", "topic"})
"""Names used in `step.choice` for the ticket's questions, the bot's own questions and menu topics."""


@dataclass(frozen=True)
class Text:
    """One text in each language; may hold `{link.x}`, `{fact.x}`, `{field.x}`."""

    zh: str
    """Simplified Chinese."""
    en: str
    """English."""

    def of(self, lang: str) -> str:
        """The text for `lang` (`zh-Hans`, `zh-Hant` or `en`; anything else reads as English)."""
        return self.zh if lang.startswith("zh") else self.en


@dataclass(frozen=True)
class Words:
    """Words or sentences by language."""

    zh: tuple[str, ...] = ()
    """Chinese ones, simplified."""
    en: tuple[str, ...] = ()
    """English ones."""

    def all(self) -> tuple[str, ...]:
        """Both languages' words: people mix them."""
        return self.zh + self.en


@dataclass(frozen=True)
class Choice:
    """One answer a question offers."""

    name: str
    """Unique within its step."""
    label: Text
    """The button's title: at most 12 Han or 24 Latin characters."""
    go: str
    """The step that follows."""
    words: Words = Words()
    """What people write when they mean it."""
    opening: Words = Words()
    """Those words by which the message that opens the problem gives this answer; without any it never does."""
    intents: tuple[str, ...] = ()
    """Intents that pick it."""
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Entity or field -> values that pick it; `*` is any value."""
    sets: Mapping[str, str] = field(default_factory=dict)
    """Ticket fields that picking it fills."""


@dataclass(frozen=True)
class Ask:
    """A question: it offers choices, or wants a value for a field, or both."""

    name: str
    """The step's name."""
    ask: Text
    """The question, one only."""
    choices: tuple[Choice, ...] = ()
    """The answers it offers, in the order shown."""
    help: Text | None = None
    """Shown on "not sure", and when the question is put in other words."""
    unsure: str | None = None
    """The step "not sure" leads to, instead of showing `help`."""
    fills: str | None = None
    """The field it asks for."""
    go: str | None = None
    """The step after the field is filled; only with `fills`."""
    skip: str | None = None
    """The step after the field was declined; by default that of `go`."""

    def choice(self, name: str) -> Choice | None:
        """The choice of that name, or None."""
        return next((c for c in self.choices if c.name == name), None)

    def targets(self) -> tuple[str, ...]:
        """Every step it can lead to."""
        return tuple(c.go for c in self.choices) + tuple(t for t in (self.unsure, self.go, self.skip) if t)


@dataclass(frozen=True)
class Say:
    """Advice or an explanation; the next step follows at once."""

    name: str
    """The step's name."""
    say: Text
    """The advice."""
    go: str
    """The step that follows."""

    def targets(self) -> tuple[str, ...]:
        """Every step it can lead to."""
        return (self.go,)


@dataclass(frozen=True)
class Check:
    """A named look-up of `bot/facts`."""

    name: str
    """The step's name."""
    check: str
    """The look-up's name."""
    args: Mapping[str, str]
    """Its argument -> the field whose value it gets."""
    outcomes: Mapping[str, str]
    """Outcome -> step; always with `unknown`."""
    fixed: Mapping[str, str] = field(default_factory=dict)
    """Its argument -> a value that is always the same: which part of the service is asked about."""

    def targets(self) -> tuple[str, ...]:
        """Every step it can lead to."""
        return tuple(self.outcomes.values())


@dataclass(frozen=True)
class End:
    """Where a flow ends."""

    name: str
    """The step's name."""
    end: str
    """`solved`, `wait` (parked, no promise), `handoff` (to a person) or `flow` (goes on in another flow)."""
    queue: str | None = None
    """The queue of the hand-off; by default the flow's."""
    facts: tuple[str, ...] = ()
    """Facts the priority is computed from."""
    collect: tuple[str, ...] = ()
    """Fields a person needs, asked for where unknown."""
    flow: str | None = None
    """The flow that goes on; only with `end: flow`."""
    at: str | None = None
    """The step it goes on at, where what was said answers its beginning; by default its first."""

    def targets(self) -> tuple[str, ...]:
        """Nothing follows."""
        return ()


Step = Ask | Say | Check | End


@dataclass(frozen=True)
class When:
    """Which first messages start a flow rather than another flow of the same intent."""

    words: Words
    """The message holds one of these ..."""
    unless: Words = Words()
    """... and none of these, and names no field."""


@dataclass(frozen=True)
class Flow:
    """One problem people can be helped with."""

    name: str
    """The file's name; a frame of the dialogue state names it."""
    intent: str
    """The intent that starts it."""
    queue: str
    """The queue of its hand-offs."""
    title: Text
    """What it is called on a button and when it is offered again."""
    start: str
    """The first step."""
    steps: Mapping[str, Step]
    """Its steps by name, in the file's order."""
    examples: Words = Words()
    """Seed sentences for the classifier."""
    when: When | None = None
    """Set when it shares its intent with another flow."""


@dataclass(frozen=True)
class CardWhen:
    """Where a card answers instead of the plain one of its intent; what is empty does not matter."""

    words: Words = Words()
    """The message holds one of these ..."""
    unless: Words = Words()
    """... and none of these."""
    flows: tuple[str, ...] = ()
    """The open problem, or else the last one, is one of these."""
    knows: tuple[str, ...] = ()
    """At least one of these fields is known."""
    check: str = ""
    """A check about the message (its argument `text`) has ..."""
    outcome: str = ""
    """... this outcome."""
    before: tuple[str, ...] = ()
    """Cards of the same intent that stand back where both fit."""


@dataclass(frozen=True)
class Card:
    """One-answer knowledge."""

    name: str
    """The file's name; of an intent's plain card also the intent."""
    texts: tuple[Text, ...]
    """One text, or variants of which one is shown."""
    title: Text | None = None
    """Its label when another card offers it."""
    buttons: tuple[str, ...] = ()
    """Intents, flows or cards offered next."""
    asks_helped: bool = True
    """Whether it ends with "did this help?" outside a flow."""
    intent: str = ""
    """The intent it answers."""
    when: CardWhen | None = None
    """Set when it shares its intent with the plain card."""
    queue: str | None = None
    """The queue of a ticket that is asked for right below it."""
    facts: tuple[str, ...] = ()
    """Facts of such a ticket, besides that a person was asked for."""


@dataclass(frozen=True)
class Place:
    """Where a question belongs that the bot has no steps for."""

    name: str
    """Its key in the file."""
    title: Text
    """What it is called on a button."""
    words: Words
    """A message that is not understood and holds one of these is about it ..."""
    text: Text
    """What is said, with the official page."""
    unless: Words = Words()
    """... unless it holds one of these."""
    queue: str | None = None
    """The queue of a ticket that is asked for right below it."""
    elsewhere: bool = False
    """It is none of the exchange's business: the menu follows, no person."""


@dataclass(frozen=True)
class Field:
    """One value a ticket can hold."""

    name: str
    """Its name in state, ticket and `{field.x}`."""
    label: Text
    """What people see it called."""
    ask: Text
    """The question for it."""
    kind: str
    """Which reader of `bot/dialogue/fields.py` reads an answer."""
    personal: bool = False
    """Personal data: never echoed in full."""
    min: int | None = None
    """Fewest characters."""
    max: int | None = None
    """Most characters."""
    help: Text | None = None
    """Where to find it, for whoever does not know."""


@dataclass(frozen=True)
class Description:
    """What tickets about one kind of problem need, and how the problem is put into words from that."""

    name: str
    """Its key in the file."""
    flows: tuple[str, ...]
    """The problems it is for; empty for the group of all others."""
    needs: tuple[str, ...]
    """Fields the team needs, in the order shown."""
    parts: tuple[tuple[Text, ...], ...]
    """Each part in its wordings, the fullest first: the first whose fields are all known is said."""


@dataclass(frozen=True)
class Region:
    """Where people live: whom to call and where to complain there."""

    timezones: tuple[str, ...] = ()
    """IANA names: a visitor whose clock runs in one of them is taken to live here."""
    words: Mapping[str, Text] = field(default_factory=dict)
    """`{region.x}`: `regulator`, `police`, `distress_line`."""


@dataclass(frozen=True)
class Exchange:
    """The exchange the bot serves."""

    brand: Text
    """Its name; `{fact.brand}` in texts."""
    links: Mapping[str, str] = field(default_factory=dict)
    """`{link.x}`: official addresses and handles."""
    facts: Mapping[str, Text] = field(default_factory=dict)
    """`{fact.x}`: figures and names."""
    queues: Mapping[str, object] = field(default_factory=dict)
    """Queues tickets go to, as the file has them."""
    coins: Mapping[str, object] = field(default_factory=dict)
    """Coins it lists with their networks, as the file has them."""
    regions: Mapping[str, Region] = field(default_factory=dict)
    """`default` has every word; another region names what is different there."""
    rest: Mapping[str, object] = field(default_factory=dict)
    """Everything else of the file, every scalar a string: hours, limits, confirmations."""

    def region(self, timezone: str) -> Mapping[str, Text]:
        """The words `{region.x}` for somebody whose clock runs in this IANA time zone (empty: not told). Nothing is guessed: a zone that no region names has the words of `default`."""
        here = next((region for region in self.regions.values() if timezone and timezone in region.timezones), Region())
        return {**self.regions.get("default", Region()).words, **here.words}


@dataclass(frozen=True)
class Canned:
    """A ready answer for agents, who may change it before they send it."""

    name: str
    """Its key in the file; what an agent types to find it."""
    title: Text
    """What agents see it called."""
    text: Text
    """What is put into the answer; `{field.x}` is filled from the ticket, `{ticket}` and `{agent}` too."""
    queues: tuple[str, ...] = ()
    """Where it is offered first; empty: everywhere."""


@dataclass(frozen=True)
class Content:
    """All of `data/` that the dialogue speaks from."""

    flows: Mapping[str, Flow]
    """By name."""
    cards: Mapping[str, Card]
    """By name, which is the intent."""
    fields: Mapping[str, Field]
    """By name."""
    replies: Mapping[str, Text]
    """The bot's own sentences by key."""
    exchange: Exchange
    """Whom it serves."""
    places: Mapping[str, Place] = field(default_factory=dict)
    """By name, in the file's order."""
    descriptions: tuple[Description, ...] = ()
    """In the file's order; the last one is for all problems that no other names."""
    other_languages: Mapping[str, str] = field(default_factory=dict)
    """ISO 639-1 code -> the one sentence for people who write in a language the bot does not speak."""
    canned: Mapping[str, Canned] = field(default_factory=dict)
    """Agents' ready answers by name, in the file's order."""
    summary: tuple[tuple[Text, ...], ...] = ()
    """What a ticket's summary is made of: of each entry the first text whose fields are all known."""
    comparison_words: tuple[Text, ...] = ()
    """Two of them belong to every hand-off (bot/desk/comparison.py)."""

    def intents(self) -> frozenset[str]:
        """Every intent that a flow or a card answers."""
        return frozenset(f.intent for f in self.flows.values()) | frozenset(c.intent for c in self.cards.values())

    def title(self, topic: str) -> Text:
        """What a flow, card, place or intent is called on a button."""
        named = self.flow_for(topic) or self.cards.get(topic) or self.places.get(topic)
        return named.title if named and named.title else self.replies.get(f"title.{topic}") or Text(topic, topic)

    def flow_for(self, topic: str) -> Flow | None:
        """The flow of that name, else the plain one that this intent starts, or None."""
        found = self.flows.get(topic)
        return found or next((f for f in self.flows.values() if f.intent == topic and f.when is None), None)
