"""Slow checks in a flow: said once, what the opening message gave survives them, and what they found stands on the ticket."""
from __future__ import annotations

from pathlib import Path

from bot.content import load
from bot.dialogue.engine import walk
from bot.dialogue.heard import Heard
from bot.dialogue.route import respond
from bot.dialogue.talk import Checked

CONTENT = load(Path(__file__).parents[2])
LOOK = CONTENT.replies["look"].zh


def opened(flow: str, text: str):
    """The first turn where every check of the outside is slow."""
    return respond(CONTENT, {"lang": "zh-Hans"}, Heard(text=text, intent=CONTENT.flows[flow].intent), run_check=slow)


def slow(name: str, args):
    return "yes" if name == "can_look_up" else None


def texts(turn) -> str:
    return "\n".join(reply.text for reply in turn.replies)


def test_that_something_is_looked_up_is_said_once_however_many_look_ups_follow():
    turn = opened("withdrawal_failed_or_pending", "提现一直在审核")
    assert texts(turn).count(LOOK) == 1
    for check in ("account_state", "service_status", "coin_status"):
        assert turn.state["check"]["name"] == check
        turn = walk(CONTENT, turn.state, "unknown", slow)
        assert LOOK not in texts(turn)
    assert turn.state["flow"]["step"] == "decide_processing"


def test_what_the_opening_message_answered_is_not_asked_after_a_slow_check():
    turn = opened("order_not_filled", "订单只成交了一部分")
    assert turn.state["flow"]["step"] == "number"
    turn = respond(CONTENT, turn.state, Heard(intent="choose", choice="number.?skip"), run_check=slow)
    assert turn.state["flow"]["step"] == "decide_partial"


def test_a_fixed_argument_reaches_the_check():
    turn = opened("login_other", "登录不了")
    assert turn.state["check"]["args"] == {"component": "login"}


def test_a_message_beside_a_running_look_up_is_answered_with_that_it_runs():
    turn = opened("login_other", "登录不了")
    turn = respond(CONTENT, turn.state, Heard(text="登录不了", intent="login_other"), run_check=slow)
    assert texts(turn) == LOOK


def test_what_was_found_stands_on_the_ticket_one_line_a_check():
    turn = opened("withdrawal_failed_or_pending", "提现一直在审核")
    turn = walk(CONTENT, turn.state, Checked("hold", evidence="hold · until 18:00"), slow)
    assert turn.state["fields"]["looked_up"] == {"value": "account_state: hold · until 18:00", "said": "account_state: hold · until 18:00", "source": "verified", "declined": False}
    assert turn.state["flow"]["step"] == "decide_processing"
    turn = respond(CONTENT, turn.state, Heard(text="withdrawal failed", intent="restart"), run_check=slow)
    turn = respond(CONTENT, {**opened("login_other", "登录不了").state, "fields": turn.state["fields"]}, Heard(text="?", intent="nlu_fallback"), run_check=slow)
    turn = walk(CONTENT, turn.state, Checked("incident", evidence="incident · title 登录慢"), slow)
    assert turn.state["fields"]["looked_up"]["value"] == "account_state: hold · until 18:00 | service_status: incident · title 登录慢"
