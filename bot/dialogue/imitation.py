"""The warning that a message shows an imitation of ours, whatever else the message is about: thanks, an answer, another problem."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps

from bot.dialogue import render, side
from bot.dialogue.heard import Heard
from bot.dialogue.model import Content
from bot.dialogue.offers import CHANNEL_CHECK
from bot.dialogue.talk import RunCheck, Talk
from bot.dialogue.turn import Turn

_SPEAKS_ALREADY = frozenset({CHANNEL_CHECK, "account_compromised", "distress"})
"""Topics whose own first words matter more, or are the warning."""


def warned(verb: Callable[..., Turn]) -> Callable[..., Turn]:
    """`verb` with the warning in front of its replies where the message shows an imitation and they do not speak of it."""
    @wraps(verb)
    def made(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None, **more: object) -> Turn:
        turn = verb(content, state, heard, run_check, **more)
        if not heard.text or {heard.intent, heard.topic} & _SPEAKS_ALREADY:
            return turn
        talk = Talk(content, turn.state, run_check)
        if side.outcome(talk, "official_channel", heard.text) != "imitation":
            return turn
        shown = str(talk.found.get("shown", ""))
        if any(shown in reply.text for reply in turn.replies):
            return turn
        warning = render.reply(content, turn.state, talk.text("imitation"), shown=shown, like=talk.found.get("like", ""))
        return Turn(turn.state, (warning, *turn.replies), turn.stage, turn.outcome, turn.event)
    return made
