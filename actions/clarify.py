"""Understood two ways: which?"""
from actions.performing import Performed


class Clarify(Performed):
    def name(self) -> str:
        return "action_clarify"
