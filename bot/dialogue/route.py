"""Which action an intent goes to at which stage: the rules of data/rules in plain Python, for playing without Rasa and for comparing Rasa with."""
from __future__ import annotations

from collections.abc import Mapping

from bot.dialogue import collect, engine
from bot.dialogue import state as states
from bot.dialogue.heard import Heard
from bot.dialogue.model import Content
from bot.dialogue.talk import RunCheck
from bot.dialogue.turn import Reply, Turn

MOVES = {
    "go_back": "action_flow_back", "start_over": "action_flow_restart", "stop_cancel": "action_flow_stop", "human_agent": "action_human",
    "distress": "action_card", "change_language": "action_language",
}
"""What may be said at any time."""
ANSWERS = frozenset({"choose", "inform", "affirm", "deny", "feedback_resolved", "feedback_unresolved", "nlu_clarify", "nlu_fallback", "out_of_scope", None})
"""What belongs to the open question."""
VERBS = {
    "action_flow_start": engine.start, "action_flow_answer": engine.answer, "action_flow_back": engine.back, "action_flow_restart": engine.restart,
    "action_flow_stop": engine.stop, "action_card": engine.card, "action_choose": engine.choose, "action_clarify": engine.clarify,
    "action_fallback": engine.fallback, "action_human": engine.human, "action_language": engine.change_language,
}
"""Action -> the function behind it."""


def action(content: Content, state: Mapping | None, intent: str | None) -> str:
    """The action that `intent` goes to in this state."""
    stage = states.stage(states.fresh(state))
    if intent in MOVES:
        return MOVES[intent]
    if stage == "handoff" and intent in ANSWERS - {"choose", "feedback_resolved", "feedback_unresolved"}:
        return "ticket_form"
    if intent in ANSWERS:
        if stage == "asking":
            return "action_flow_answer"
        return {"nlu_clarify": "action_clarify", "nlu_fallback": "action_fallback", "out_of_scope": "action_fallback", None: "action_fallback"}.get(intent, "action_choose")
    if intent in content.cards:
        return "action_card"
    return "action_flow_start"


def respond(content: Content, state: Mapping | None, heard: Heard, run_check: RunCheck | None = None, number: str = "TK-000000000") -> Turn:
    """One whole turn without Rasa: the routed action, then the ticket's next question, or the ticket under `number`."""
    state = states.fresh(state)
    before = states.stage(state)
    name = action(content, state, heard.intent)
    if name == "ticket_form":
        turn = collect.read(content, state, heard)
    else:
        turn = VERBS[name](content, state, heard, run_check=run_check)
    if heard.intent == "distress":
        turn = _then(turn, engine.human(content, turn.state, heard))
    if turn.stage != "handoff":
        return turn
    if collect.missing(content, turn.state):
        return _then(turn, collect.ask(content, turn.state))
    done = engine.opened(content, turn.state, number)
    return _then(turn, Turn(done.state, done.replies, done.stage, "handoff", "opened" if before else turn.event or "opened"))


def _then(first: Turn, second: Turn) -> Turn:
    replies: tuple[Reply, ...] = first.replies + second.replies
    return Turn(second.state, replies, second.stage, second.outcome or first.outcome, second.event)
