"""A button, or an answer given outside a flow."""
from actions.performing import Performed


class Choose(Performed):
    def name(self) -> str:
        return "action_choose"
