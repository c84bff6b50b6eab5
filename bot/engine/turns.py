"""What the engine answers to a turn or a parse, in the contract's shapes (docs/architecture.md, Engine HTTP); HTTP is channel.py's."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.events import ActionExecuted, UserUttered

from bot.engine.remote_action import TurnFailed
from bot.engine.request import Request, moment, serving
from bot.engine.tracker_store import state_of
from bot.text import neutral_slash

CHANNEL = "engine"
HIDDEN = frozenset({"action_listen", "action_extract_slots", "action_session_start"})
"""Rasa's own actions that tell nothing."""
DEFAULT_FALLBACK = "action_default_fallback"
MOST_CHARACTERS = 4_000
"""Of one message, as many as the public routes take; what comes after them is not looked at."""


class BadRequest(ValueError):
    """The app sent something the contract does not allow; the message never repeats it."""


class Replies(OutputChannel):
    """Keeps an action's messages as they are; Rasa's own collector cuts texts at blank lines."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The name of the output channel."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps text and buttons of one message."""
        buttons = [{"title": button["title"], "payload": button["payload"]} for button in message.get("buttons") or []]
        if message.get("text") or buttons:
            self.messages.append({"text": message.get("text") or "", "buttons": buttons})

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keeps a bare text."""
        self.messages.append({"text": text, "buttons": []})


async def parse(agent: Agent, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a message means. Raises BadRequest."""
    with serving(_request(body)):
        return _understood(await agent.processor.parse_message(_message(body, Replies())))


async def turn(agent: Agent, body: Mapping[str, Any]) -> dict[str, Any]:
    """A whole turn: what the message means, what the actions answered, and the state for the next one.

    Raises BadRequest, and TurnFailed where an action failed or no rule fits.
    """
    if not isinstance(body.get("turn"), str) or not body["turn"]:
        raise BadRequest("turn is the id of the message, a string")
    replies = Replies()
    with serving(_request(body)) as request:
        await agent.handle_message(_message(body, replies))
    tracker = request.tracker
    events = list(tracker.events)
    heard = max(place for place, event in enumerate(events) if isinstance(event, UserUttered))
    actions = [event.action_name for event in events[heard:] if isinstance(event, ActionExecuted) and event.action_name not in HIDDEN]
    if DEFAULT_FALLBACK in actions or not actions:
        raise TurnFailed(DEFAULT_FALLBACK, f"no rule for intent {tracker.latest_message.intent.get('name')} after {actions}")
    return {"turn": body["turn"], **_understood(tracker.latest_message.parse_data), "messages": replies.messages, "actions": actions,
            "state": state_of(tracker)}


def _request(body: Mapping[str, Any]) -> Request:
    state, expect = body.get("state") or {}, body.get("expect") or None
    if not isinstance(state, dict) or (expect is not None and not isinstance(expect, dict)):
        raise BadRequest("state and expect are JSON objects")
    return Request(now=moment(body.get("now"), body.get("timezone")), language=body.get("language"), expect=expect, state=state)


def _message(body: Mapping[str, Any], replies: Replies) -> UserMessage:
    """Typed text can never be a command; a payload is one."""
    text, payload = body.get("text"), body.get("payload")
    if isinstance(payload, str) and payload.startswith("/"):
        said = payload
    elif isinstance(text, str):
        said = neutral_slash(text[:MOST_CHARACTERS])
    else:
        raise BadRequest("text, or a payload that begins with a slash, is wanted")
    turn = str(body.get("turn") or "parse")
    metadata = {key: body[key] for key in ("language", "now", "timezone") if body.get(key)}
    # Each turn is a conversation of its own to Rasa: no lock is shared, and the actions see the turn's id as sender_id.
    return UserMessage(said, replies, sender_id=turn, input_channel=CHANNEL, message_id=turn, metadata=metadata)


def _understood(parsed: Mapping[str, Any]) -> dict[str, Any]:
    intent = parsed.get("intent") or {}
    typed = "decision" in parsed  # a payload passes no classifier
    return {
        "intent": intent.get("name"),
        "confidence": float(intent.get("confidence") or 0.0),
        "ranking": [{"name": one["name"], "confidence": one["confidence"]} for one in parsed.get("intent_ranking") or []],
        "entities": [{key: entity[key] for key in ("entity", "value", "start", "end", "text", "kind") if key in entity}
                     for entity in parsed.get("entities") or []],
        "decision": parsed["decision"] if typed else "act",
        "score": float(parsed["score"]) if typed else 1.0,
        "queued": parsed.get("queued") or [],
    }
