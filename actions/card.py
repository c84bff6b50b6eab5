"""A knowledge question or small talk is answered."""
from actions.performing import Performed


class Card(Performed):
    def name(self) -> str:
        return "action_card"
