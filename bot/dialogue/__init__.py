"""The dialogue: pure functions from content, state and what was heard to a turn. No I/O, no clock, no Rasa, no Django."""
from bot.dialogue.expect import expect
from bot.dialogue.heard import Heard
from bot.dialogue.turn import Button, Reply, Turn

__all__ = ["Button", "Heard", "Reply", "Turn", "expect"]
