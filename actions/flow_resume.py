"""The open question again, after something beside it was answered."""
from actions.performing import Performed


class FlowResume(Performed):
    def name(self) -> str:
        return "action_flow_resume"
