"""One question back."""
from actions.performing import Performed


class FlowBack(Performed):
    def name(self) -> str:
        return "action_flow_back"
