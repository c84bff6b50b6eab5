"""The app's own sentences (data/replies.yml) in a conversation's language, for what happens without the dialogue: waiting, outages, the desk."""
from __future__ import annotations

from functools import lru_cache

from bot import content as contents
from bot.config import ROOT
from bot.conversations.language import to_traditional
from bot.conversations.log import Reply
from bot.dialogue import render
from bot.dialogue import turn as dialogue
from bot.dialogue.model import Content, Text
from bot.dialogue.state import fresh
from bot.facts import sources as facts
from bot.facts.sources import Sources

DEFAULT_LANGUAGE = "zh-Hans"


@lru_cache(maxsize=1)
def content() -> Content:
    """Everything below data/, read once. Raises bot.content.ContentErrors."""
    return contents.load(ROOT)


@lru_cache(maxsize=1)
def sources() -> Sources:
    """Where checks look things up, as data/exchange.yml names it. Raises bot.facts.sources.SourceError."""
    exchange = content().exchange
    return facts.read(exchange.coins, exchange.rest.get("sources") or {})


def say(key: str, language: str, buttons: tuple[tuple[str, str], ...] = (), **arguments: object) -> Reply:
    """One bubble.

    Args:
        key: of data/replies.yml.
        language: zh-Hans, zh-Hant or en; empty: the default.
        buttons: (key of the title, payload).
        arguments: what the sentence names in braces.
    """
    return shown(_sentence(key, language, arguments, buttons), language)


def worded(text: Text, language: str, buttons: tuple[tuple[str, str], ...] = ()) -> Reply:
    """A bubble with a text of the content that is no reply of its own: a field's question. Arguments as say()."""
    return shown(_reply(text, language, {}, buttons), language)


def card(topic: str, language: str) -> Reply:
    """A knowledge card's text without what follows it in a conversation. Raises KeyError."""
    return shown(render.reply(content(), fresh({"lang": language or DEFAULT_LANGUAGE}), content().cards[topic].texts[0]), language)


def shown(reply: dialogue.Reply, language: str) -> Reply:
    """A reply of the dialogue's as it goes into the log: in 繁體 where the visitor reads that."""
    if language != "zh-Hant":
        return Reply(reply.text, [{"title": button.title, "payload": button.payload} for button in reply.buttons])
    brand = content().exchange.brand
    return Reply(**reply.converted(lambda text: to_traditional(text, (brand.zh,))))


def _sentence(key: str, language: str, arguments: dict, buttons: tuple[tuple[str, str], ...]) -> dialogue.Reply:
    return _reply(content().replies.get(key, Text(key, key)), language, arguments, buttons)


def _reply(text: Text, language: str, arguments: dict, buttons: tuple[tuple[str, str], ...]) -> dialogue.Reply:
    language = language or DEFAULT_LANGUAGE
    replies = content().replies
    made = tuple(dialogue.Button(replies[title].of(language) if title in replies else title, payload) for title, payload in buttons)
    return render.reply(content(), fresh({"lang": language}), text, made, **arguments)
