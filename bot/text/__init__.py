"""Reading people's writing: normalising, language, negation, numbers. Pure; knows nothing of flows or secrets."""
from __future__ import annotations

from bot.text.folding import fold
from bot.text.language import detect, other_language
from bot.text.negation import Stance, hedged, stance
from bot.text.normalising import neutral_slash, normalise
from bot.text.numbers import Number, choice_number, number, numbers
from bot.text.plain import plain

__all__ = [
    "Number", "Stance", "choice_number", "detect", "fold", "hedged", "neutral_slash", "normalise", "number", "numbers",
    "other_language", "plain", "stance",
]
