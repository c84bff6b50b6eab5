"""An answer to the open question moves the flow one step."""
from actions.performing import Performed


class FlowAnswer(Performed):
    def name(self) -> str:
        return "action_flow_answer"
