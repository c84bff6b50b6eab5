"""Another language."""
from actions.performing import Performed


class Language(Performed):
    def name(self) -> str:
        return "action_language"
