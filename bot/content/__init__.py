"""Reads `data/` into the shapes of `bot.dialogue.model`; whether it reads well to people is `check.py`'s subject."""
from bot.content.load import load
from bot.content.problem import ContentErrors, Problem

__all__ = ["ContentErrors", "Problem", "load"]
