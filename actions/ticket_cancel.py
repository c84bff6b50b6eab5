"""The ticket form is left without a ticket."""
from actions.performing import Performed


class TicketCancel(Performed):
    def name(self) -> str:
        return "action_ticket_cancel"
