"""A slow check's own turn: looks it up, then lets the flow go on. Messages written meanwhile wait behind it."""
from __future__ import annotations

import copy

from bot.conversations import dialogue, faults, findings
from bot.conversations.database import run
from bot.conversations.models import Conversation
from bot.conversations.work import Job, Outcome


async def outcome(job: Job) -> Outcome:
    """What the flow says to the finding. Nothing, when somebody else answers by now."""
    conversation = job.conversation
    check = (conversation.dialogue or {}).get("check")
    if not check or conversation.owner != Conversation.Owner.BOT:
        return Outcome(state=without_check(conversation.state))
    faults.reach("before_check")
    found = await findings.look_up(conversation, check["name"], check["args"])
    faults.reach("after_check")
    return await run(dialogue.checked, conversation, conversation.state, found)


def without_check(state: dict) -> dict:
    """The state with no check to wait for."""
    state = copy.deepcopy(state)
    if state.get("slots", {}).get("dialogue"):
        state["slots"]["dialogue"]["check"] = None
    return state
