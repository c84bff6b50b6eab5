"""The ticket form's question for the next missing field."""
from actions.performing import Performed


class AskTicketAnswer(Performed):
    def name(self) -> str:
        return "action_ask_ticket_answer"
