"""A problem was named: its flow starts, or switching to it is offered."""
from actions.performing import Performed


class FlowStart(Performed):
    def name(self) -> str:
        return "action_flow_start"
