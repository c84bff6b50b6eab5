"""The thin face of the collector (bot/dialogue/collect.py) towards Rasa's form: what is missing, and taking an answer."""
from __future__ import annotations

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.performing import play
from bot.conversations.database import run
from bot.conversations.dialogue import missing

ANSWER = "ticket_answer"


class ValidateTicketForm(FormValidationAction):
    def name(self) -> str:
        return "validate_ticket_form"

    def domain_slots(self, domain: dict[str, Any]) -> list[str]:
        return [ANSWER]

    async def required_slots(self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker,
                             domain: dict[str, Any]) -> list[str]:
        # One slot stands for every field: it is wanted as long as one is missing, and empty again after each answer.
        return [ANSWER] if await run(missing, tracker.get_slot("dialogue")) else []

    async def validate_ticket_answer(self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker,
                                     domain: dict[str, Any]) -> dict[str, Any]:
        return {ANSWER: None, **await play(self.name(), dispatcher, tracker)}

    async def next_requested_slot(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> dict[str, Any]:
        wanted = await self.required_slots([], dispatcher, tracker, domain)
        return SlotSet("requested_slot", wanted[0] if wanted else None)
