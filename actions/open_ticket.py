"""The form is complete: the ticket is opened and its number told."""
from actions.performing import Performed


class OpenTicket(Performed):
    def name(self) -> str:
        return "action_open_ticket"
