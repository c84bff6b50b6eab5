"""The dialogue's verbs in one place: each takes content, state and what was heard, and returns a Turn."""
from __future__ import annotations

from bot.dialogue import answers, opening, side
from bot.dialogue.expect import expect
from bot.dialogue.flows import back, restart, resume, stop
from bot.dialogue.flows import go_on as walk
from bot.dialogue.imitation import warned
from bot.dialogue.side import change_language, feedback, human, opened, welcome

answer, card, choose = warned(answers.answer), warned(side.card), warned(side.choose)
clarify, fallback, start = warned(side.clarify), warned(side.fallback), warned(opening.start)

__all__ = [
    "answer", "back", "card", "change_language", "choose", "clarify", "expect", "fallback", "feedback", "human", "opened", "restart", "resume",
    "start", "stop", "walk", "welcome",
]
