"""Whatever is written, at whatever point: there is a reply, no error, and a state that can be stored."""
from __future__ import annotations

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content import load
from bot.content.transcript import pressed
from bot.dialogue.heard import Heard
from bot.dialogue.model import MAX_BUTTONS
from bot.dialogue.route import respond

CONTENT = load(Path(__file__).parents[2])
INTENTS = sorted(CONTENT.intents()) + [
    "choose", "inform", "affirm", "deny", "nlu_fallback", "nlu_clarify", "go_back", "start_over", "stop_cancel", "human_agent", "change_language",
    "feedback_resolved", "feedback_unresolved", "distress", "never_heard_of", None,
]
LIKELY = ["成功", "不一致", "应该吧", "是的", "no", "1", "第二个", "跳过", "TRC20", "0.5", "不对，是ERC20", "成功了吗？", "转人工", "没有", "{link.x}", "/restart", "%s %d {0}"]
TEXTS = st.one_of(st.sampled_from(LIKELY), st.text(max_size=60))
ENTITIES = st.lists(st.builds(lambda e, v: {"entity": e, "value": v, "text": v}, st.sampled_from([*sorted(CONTENT.fields), "nothing"]), st.text(min_size=1, max_size=20)), max_size=3)
PAYLOADS = st.one_of(
    st.builds(lambda a, b: f'/choose{{"choice":"{a}.{b}"}}', st.sampled_from(["ticket", "shown", "which", "hash", "now"]), st.sampled_from(["?skip", "?unsure", "ok", "person"])),
    st.builds(lambda o: f'/choose{{"offer":"{o}"}}', st.sampled_from(["switch", "stay", "resume", "drop", "human", "yes", "no", "wait_done", "fresh", "next", "odd"])),
    st.builds(lambda t: f'/choose{{"topic":"{t}"}}', st.sampled_from([*sorted(CONTENT.flows), *sorted(CONTENT.cards), "human_agent", "odd"])),
)
TYPED = st.builds(lambda t, i, e: Heard(text=t, intent=i, entities=tuple(e), ranking=((str(i), 0.4), ("deposit_missing", 0.3), ("greet", 0.1))), TEXTS, st.sampled_from(INTENTS), ENTITIES)
PRESSED = st.builds(pressed, PAYLOADS)
BUTTON = st.integers(0, 9)
OUTCOMES = st.sampled_from(["ok", "unknown", "too_short", "odd", None])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["zh-Hans", "zh-Hant", "en"]), st.lists(st.one_of(TYPED, PRESSED, BUTTON), min_size=1, max_size=12), OUTCOMES)
def test_every_message_gets_a_reply_and_a_state_that_can_be_stored(lang, messages, outcome):
    state: dict = {"lang": lang}
    buttons: list = []
    for message in messages:
        if isinstance(message, int):
            message = pressed(buttons[message % len(buttons)].payload) if buttons else Heard(text="你好", intent="greet")
        turn = respond(CONTENT, state, message, run_check=lambda name, args: outcome)
        assert turn.replies
        assert all(r.text.strip() and len(r.buttons) <= MAX_BUTTONS for r in turn.replies)
        buttons = [b for r in turn.replies for b in r.buttons]
        state = json.loads(json.dumps(turn.state))
        assert state == turn.state
        assert turn.stage in (None, "asking", "solved", "handoff")
