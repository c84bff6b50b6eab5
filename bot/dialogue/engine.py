"""The dialogue's verbs in one place: each takes content, state and what was heard, and returns a Turn."""
from __future__ import annotations

from bot.dialogue.answers import answer
from bot.dialogue.expect import expect
from bot.dialogue.flows import back, restart, resume, stop
from bot.dialogue.flows import go_on as walk
from bot.dialogue.opening import start
from bot.dialogue.side import card, change_language, choose, clarify, fallback, feedback, human, opened, welcome

__all__ = [
    "answer", "back", "card", "change_language", "choose", "clarify", "expect", "fallback", "feedback", "human", "opened", "restart", "resume",
    "start", "stop", "walk", "welcome",
]
