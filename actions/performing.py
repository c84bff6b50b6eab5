"""What every action does: hand the call to the dialogue, put the result into Rasa's terms. Not an action itself."""
from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.conversations.database import run
from bot.conversations.dialogue import perform


async def play(action: str, dispatcher: CollectingDispatcher, tracker: Tracker) -> dict[str, Any]:
    """Says what the action answers and returns the slots it sets. The same call again has the same result."""
    # The engine makes each turn a conversation of its own: its sender id is the turn's id.
    result = await run(perform, tracker.sender_id, action, ordinal(tracker), tracker.get_slot("dialogue"), tracker.latest_message)
    for message in result["messages"]:
        dispatcher.utter_message(text=message["text"], buttons=message["buttons"])
    return result["slots"]


def ordinal(tracker: Tracker) -> int:
    """Events since the user's message: tells two calls of one action in a turn apart, and is the same in a replay."""
    count = 0
    for event in reversed(tracker.events or []):
        if event.get("event") == "user":
            break
        count += 1
    return count


class Performed(Action, ABC):
    """An action whose name says all."""

    @abstractmethod
    def name(self) -> str: ...

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        slots = await play(self.name(), dispatcher, tracker)
        return [SlotSet(name, value) for name, value in slots.items()]
