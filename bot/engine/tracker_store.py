"""Builds Rasa's tracker from the state that came with the request and forgets it after the turn: the engine keeps nothing."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.request import current

NOT_OURS = frozenset({REQUESTED_SLOT, "session_started_metadata"})


class RequestTrackerStore(TrackerStore):
    """Serves the request in bot.engine.request; endpoints.yml names it as `type`."""

    def __init__(self, domain: Domain, event_broker: Any = None, **kwargs: Any) -> None:
        super().__init__(domain, event_broker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        """A tracker that stands where the request's state says, waiting for the user."""
        request = current()
        state = request.state if request else {}
        events = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted(), ActionExecuted(ACTION_LISTEN_NAME)]
        events += [SlotSet(name, value) for name, value in (state.get("slots") or {}).items()]
        if state.get("loop"):
            # The form ran last and waits, as it would after a turn of its own.
            events += [ActiveLoop(state["loop"]), SlotSet(REQUESTED_SLOT, state.get("requested_slot")), ActionExecuted(state["loop"])]
        events.append(ActionExecuted(ACTION_LISTEN_NAME))
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Hands the tracker back to the request, and to nobody else."""
        request = current()
        if request:
            request.tracker = tracker

    async def keys(self) -> Iterable[str]:
        """There is nothing to list."""
        return []

    async def delete(self, sender_id: str) -> None:
        """There is nothing to delete."""


def state_of(tracker: DialogueStateTracker) -> dict[str, Any]:
    """`{slots, loop, requested_slot}` of a tracker, for the next turn's request."""
    values = tracker.current_slot_values()
    return {
        "slots": {name: value for name, value in values.items() if value is not None and name not in NOT_OURS},
        "loop": tracker.active_loop_name,
        "requested_slot": values.get(REQUESTED_SLOT),
    }
