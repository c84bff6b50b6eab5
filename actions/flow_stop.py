"""The open problem is left."""
from actions.performing import Performed


class FlowStop(Performed):
    def name(self) -> str:
        return "action_flow_stop"
