"""Not understood: other words, then a person."""
from actions.performing import Performed


class Fallback(Performed):
    def name(self) -> str:
        return "action_fallback"
