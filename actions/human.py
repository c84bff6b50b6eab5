"""A person was asked for."""
from actions.performing import Performed


class Human(Performed):
    def name(self) -> str:
        return "action_human"
