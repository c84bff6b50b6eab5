"""The problem from its beginning."""
from actions.performing import Performed


class FlowRestart(Performed):
    def name(self) -> str:
        return "action_flow_restart"
