"""Short answers in people's own words: each is for the open question, whatever other topic it sounds like to the classifier."""
from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import load
from bot.dialogue import state as states
from bot.dialogue.expect import expect
from bot.dialogue.match import match

CONTENT = load(Path(__file__).parents[2])
SAID = {
    "forgot_password.how_far": {
        "nothing_came": ["nothing comes in my email", "没收到邮件", "邮箱里没有", "nothing arrives", "dont receive anything, no mail", "收不着"],
        "contact_gone": ["i dont have that email anymore", "邮箱不用了", "没那个邮箱了", "i dont use that email", "手机号停了", "cant access my email"],
        "link_fails": ["link not working", "链接没用", "it says invalid", "重置不了"],
        "done": ["got in", "登上去了"],
    },
    "forgot_password.came": {"no": ["nothing came", "没看到"], "yes": ["just came", "刚收到"], "gone": ["i dont have that email", "没那个邮箱了"]},
    "kyc_verification.which": {"start": ["cant submit it says error", "提交不了", "没认证", "new here"], "rejected": ["not passing", "审核失败", "keeps failing"], "pending": ["taking long", "没动静"], "levels": ["提额", "level 2"]},
    "kyc_verification.reason": {"photo": ["selfie failed", "太暗"], "mismatch": ["wrong details", "名字不对"], "other": ["just says failed", "什么都没写", "cant submit it says error", "提交不了，报错"], "expired": ["expired", "过期了"]},
    "trading_lag.now": {"order": ["did my order go thru", "单子下进去没", "is my order in", "下没下进去"], "still": ["still lagging", "还是一样", "white screen"], "fine": ["working again", "没事了"], "loss": ["it cost me money", "害我亏了"]},
    "order_not_filled.now": {"partial": ["only some", "只买到0.1"], "reached": ["stop loss didnt trigger", "止损没触发", "到价了"], "not_reached": ["price hasnt hit", "没碰到"], "frozen": ["blank page", "白屏"]},
    "cancel_order_problem.what": {"stuck": ["button does nothing", "点不动", "still open"], "frozen": ["money not back", "钱没回来", "funds stuck"], "filled": ["filled anyway", "还是成交了"], "missing": ["it vanished", "查不到"]},
    "withdrawal_failed_or_pending.status": {"processing": ["still processing", "还没审完", "stuck"], "completed": ["says sent", "已出账"], "failed": ["button is grey", "取不出来"], "not_me": ["wasnt me", "不是我提的"]},
    "deposit_missing.now": {"sent": ["completed there", "上链了"], "found": ["it showed up", "在现货"], "not_sent": ["not sent yet", "对方没发"], "other": ["credit card", "p2p"]},
    "two_factor_problem.which": {"lost": ["phone died", "手机掉了"], "rejected": ["keeps failing", "过不了"], "no_code": ["nothing comes in", "收不着"], "set_up": ["move it", "换到新手机"]},
    "account_locked.which": {"tries": ["tried many times", "错了5次"], "risk": ["they flagged me", "检测到可疑操作"], "hold": ["can't cash out", "取不了"], "closed": ["banned me", "被封了"]},
    "login_other.which": {"no_code": ["nothing comes", "没码"], "contact_gone": ["i dont have that email anymore", "号没了"], "page": ["white screen", "黑屏"], "password": ["password incorrect", "密码登不上"]},
    "withdrawal_limit.kind": {"over": ["hit my limit", "额度太低"], "held": ["suddenly lower", "归零了"], "minimum": ["too small", "太少"], "deposit": ["card", "充值"]},
    "price_abnormal.what": {"differs": ["more expensive than binance", "比别家高"], "stale": ["not changing", "卡住"], "traded": ["wrong fill", "买贵了"], "odd": ["messed up", "乱了"]},
}
"""Question -> answer -> what people type."""
ELSEWHERE = {
    "forgot_password.how_far": ["提现没到账", "my deposit is missing"], "kyc_verification.which": ["充值没到账", "i was hacked"], "trading_lag.now": ["忘记密码了", "my withdrawal has not arrived"],
}
"""What is no answer to these questions."""
CASES = [(question, choice, text) for question, by in SAID.items() for choice, texts in by.items() for text in texts]


def answer(question: str, text: str) -> str | None:
    """The choice of the question that a text picks by its words."""
    flow, _, step = question.partition(".")
    pick = match(expect(CONTENT, {"flow": states.frame(flow, step)}), text)
    return pick.choice if pick and pick.by in ("word", "label") else None


@pytest.mark.parametrize(("question", "choice", "text"), CASES)
def test_it_picks_its_answer(question: str, choice: str, text: str) -> None:
    assert answer(question, text) == f"{question.partition('.')[2]}.{choice}"


@pytest.mark.parametrize(("question", "text"), [(question, text) for question, texts in ELSEWHERE.items() for text in texts])
def test_another_problem_is_none(question: str, text: str) -> None:
    assert answer(question, text) is None
