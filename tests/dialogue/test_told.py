"""What the message that opens a problem answers by itself: in every flow, in three scripts, and never more than it says."""
from __future__ import annotations

from pathlib import Path

import pytest

from bot.content import load
from bot.conversations.language import to_traditional
from bot.dialogue.heard import Heard
from bot.dialogue.model import Ask, Flow
from bot.dialogue.route import respond
from bot.dialogue.told import closes, first_question, may_be_told, told
from bot.dialogue.turn import Turn

CONTENT = load(Path(__file__).parents[2])
WITHOUT = {"account_compromised", "deposit_below_minimum", "money_missing", "seed_exposed"}
"""Flows whose opening message answers nothing: the one asks nothing, the other is for people who said next to nothing."""
SAID = {
    "deposit_missing": [("提现显示完成，你们这边没到", "sent"), ("my deposit tx is confirmed but not in my account", "sent"), ("對方顯示已完成，這邊沒有", "sent"), ("为什么链上已确认还不到账？", "sent"),
                        ("充值没到账", None), ("my deposit has not arrived", None), ("充值处理中", None), ("链上到了，我找到了", None), ("刷卡买的币，显示已完成", None)],
    "deposit_wrong_network_or_address": [("充值选错链了", "in"), ("提幣地址填錯了", "out"), ("I withdrew to the wrong address", "out"), ("转错人了", "internal"), ("转给骗子了", "scam"),
                                         ("从币安提币到这里选错了链", None), ("withdrew from Binance to you on the wrong chain", None), ("选错链了", None)],
    "withdrawal_failed_or_pending": [("提现显示完成但没收到", "completed"), ("提現一直在審核", "processing"), ("withdrawal failed", "failed"), ("提现失败了怎么办？", "failed"), ("why is my withdrawal pending?", "processing"), ("有一笔提现不是我操作的", "not_me"),
                                     ("提现没到账", None), ("提现是不是失败了", None), ("is my withdrawal completed?", None), ("提现没有失败，就是没到", None), ("一笔失败，一笔审核中", None)],
    "withdrawal_limit": [("超过每日限额了", "over"), ("最低提現多少", "minimum"), ("what is the minimum withdrawal?", "minimum"), ("deposit limit", "deposit"), ("额度变少了", "held"), ("提现额度是多少", None)],
    "account_locked": [("密码输错太多次被锁", "tries"), ("帳戶被風控凍結", "risk"), ("withdrawals are disabled on my account", "hold"), ("账号被停用了", "closed"), ("账户被锁了", None), ("my account is locked", None), ("提现功能被停用", "hold")],
    "login_other": [("收不到登录验证码", "no_code"), ("手機號換了登不上", "contact_gone"), ("the app keeps logging me out", "page"), ("登录不了", None), ("换了号码，老号收不到验证码", None), ("I can't log in", None)],
    "two_factor_problem": [("谷歌验证码一直错误手机没丢", "rejected"), ("驗證器不見了", "lost"), ("how do I turn on 2FA", "set_up"), ("收不到短信验证码", "no_code"), ("二次验证", None), ("2fa not working", None)],
    "forgot_password": [("收不到重置密码的邮件", "nothing_came"), ("重置連結失效了，點不開", "link_fails"), ("the reset email never arrives", "nothing_came"), ("忘记密码了", None), ("I forgot my password", None)],
    "kyc_verification": [("实名认证被拒了", "rejected"), ("認證一直在審核", "pending"), ("how do I verify my identity", "start"), ("how do I verify my identity for a higher level", None), ("认证通过了吗", None), ("认证", None)],
    "order_not_filled": [("订单只成交了一部分", "partial"), ("價格到了也沒成交，市價單", "reached"), ("my order is only partly filled", "partial"), ("挂单一直不成交", None), ("order is stuck", None)],
    "cancel_order_problem": [("撤单撤不掉", "stuck"), ("撤單後錢還凍結", "frozen"), ("it says order not found", "missing"), ("撤单有问题", None), ("撤单撤不掉，钱还冻结", None)],
    "price_abnormal": [("行情不动了", "stale"), ("價格跟別的交易所不一樣", "differs"), ("a scam wick hit my stop", "traded"), ("价格显示不对", None), ("the price looks wrong", None)],
    "trading_lag": [("App 死机害我爆仓", "loss"), ("卡住的时候下了两次单，下了两次", "order"), ("I got liquidated because the app froze", "loss"), ("App 很卡", None), ("the app is slow", None)],
    "deposit_below_minimum": [("充值低于最低额", None), ("my deposit is below the minimum", None)],
    "money_missing": [("我的钱不见了", None), ("my money is gone", None)],
    "account_compromised": [("账号被盗了", None), ("my account was hacked", None)],
    "seed_exposed": [("我的助记词泄露了", None), ("i gave away my seed phrase", None)],
}
LATER = {
    ("kyc_verification", "reason"): [("认证被拒了 照片模糊", "photo"), ("my id photo was rejected as blurry", "photo"), ("照片不清楚被拒", "photo"), ("kyc rejected name mismatch", "mismatch"), ("護照過期被拒", "expired"),
                                     ("kyc rejected, no reason", "other"), ("kyc被拒", None), ("is my photo blurry?", None), ("照片可能模糊", None), ("照片模糊，名字也不一致", None)],
    ("two_factor_problem", "lost"): [("手機掉了 驗證器在裡面", "stolen"), ("phone stolen", "stolen"), ("没有备份码", "none"), ("no backup codes", "none"), ("手机坏了有备用码", "codes"), ("new phone but i still have the old one", "old_phone"),
                                     ("手机没丢，验证器删了", None), ("i might have lost my phone", None), ("谷歌验证器丢了", None), ("手机丢了，没有备份码", None)],
    ("deposit_wrong_network_or_address", "what"): [("充币忘了填 memo", "memo"), ("forgot the memo on my deposit", "memo"), ("充值選錯鏈了", "chain"), ("deposited on the wrong network", "chain"), ("转错地址了", "address"), ("sent the wrong token", "token"),
                                                   ("充错了", None), ("链错了还是地址错了", None), ("did I use the wrong network?", None)],
}
"""(flow, later question) -> openings and the answer they give to it."""
MORE = {
    "withdrawal_failed_or_pending": [("提现显示完成但是钱包没有", "completed"), ("显示成功没收到", "completed"), ("withdrawal completed not received", "completed"), ("提现审核两天了", "processing"), ("cant withdraw", "failed"),
                                     ("there is a withdrawal i didnt make", "not_me"), ("提现成功了吗", None), ("did my withdrawal fail", None), ("好像提现失败了", None)],
    "deposit_missing": [("上链了但是没到账", "sent"), ("上鏈了但是沒到帳", "sent"), ("tx is successful but no balance", "sent"), ("那边提现失败了", "not_sent"), ("still processing on binance", "not_sent"), ("朋友站内转给我没到", "other"),
                        ("paid with visa no coins", "other"), ("充值少到了", None), ("i think it is confirmed", None), ("has it been confirmed?", None)],
    "two_factor_problem": [("手机丢了收不到验证码", "lost"), ("手機掉了 驗證器在裡面", "lost"), ("phone stolen", "lost"), ("dont have my authenticator anymore", "lost"), ("谷歌验证码一直不对", "rejected"), ("2fa code keeps failing", "rejected"),
                           ("短信收不到", "no_code"), ("sms code not coming", "no_code"), ("如何换绑谷歌验证器", "set_up"), ("手机没丢就是验证码问题", None), ("did i lose it", None)],
    "order_not_filled": [("我的单只成交了一半", "partial"), ("订单一直挂着价格没到", "not_reached"), ("市价单没成交", "reached"), ("market order didnt fill", "reached"), ("market order only half filled", None), ("是不是价格没到", None), ("is it partly filled?", None)],
    "cancel_order_problem": [("撤单了钱还冻结", "frozen"), ("cancelled, no refund", "frozen"), ("无法撤单", "stuck"), ("cant cancel my order", "stuck"), ("撤单了还是成交了", "filled"), ("可以撤单吗", None), ("how do i cancel an order", None)],
    "account_locked": [("改了手机号提现被锁", "hold"), ("changed my password now i cant withdraw", "hold"), ("被风控了", "risk"), ("account flagged", "risk"), ("密码错了5次锁了", "tries"), ("账号被封了", "closed"), ("my account was suspended", "closed"),
                       ("没被风控", None), ("是不是被风控了", None), ("is my account banned?", None)],
    "kyc_verification": [("kyc 一直审核中", "pending"), ("kyc taking forever", "pending"), ("人脸过不去", "rejected"), ("kyc not passing", "rejected"), ("kyc要什么材料", "start"), ("怎么做高级认证", "levels"), ("was my kyc rejected?", None), ("kyc可能被拒了", None)],
    "login_other": [("登录验证码一直没来", "no_code"), ("login code not arriving", "no_code"), ("i dont have that email anymore", "contact_gone"), ("登录页面打不开", "page"), ("login keeps loading", "page"), ("登录是不是坏了", None)],
    "forgot_password": [("忘记密码 邮箱也不用了", "contact_gone"), ("didnt get the reset email", "nothing_came"), ("reset link not working", "link_fails"), ("重置完新密码登录还是提示错误", None), ("是不是链接过期了", None)],
    "withdrawal_limit": [("超过提现额度", "over"), ("hit my withdrawal limit", "over"), ("what is the min withdrawal", "minimum"), ("最低充值多少", "deposit"), ("额度突然变少了", "held"), ("没超限额", None)],
    "price_abnormal": [("你们的价格比okx低", "differs"), ("the price doesn't change", "stale"), ("成交价不对", "traded"), ("k线乱了", "odd"), ("价格怎么了", None)],
    "trading_lag": [("卡了不知道下单成功没有", "order"), ("not sure if my order went in", "order"), ("lag cost me money", "loss"), ("页面白屏", None), ("is the site down", None)],
}
for _flow, _said in MORE.items():
    SAID[_flow] += _said
TAKEN = [(flow, text, choice) for flow, said in SAID.items() for text, choice in said if choice]
ALL = [(flow, text, choice) for flow, said in SAID.items() for text, choice in said]


def language(text: str) -> str:
    return "en" if text.isascii() else "zh-Hant" if to_traditional(text) == text and "的" not in text else "zh-Hans"


def opens(flow: str, text: str, **more: object) -> Turn:
    """The first turn of somebody whose message starts `flow`."""
    heard = Heard(text=text, intent=CONTENT.flows[flow].intent, **more)
    return respond(CONTENT, {"lang": language(text)}, heard, run_check=lambda name, args: "unknown")


def answered(turn: Turn) -> list[str]:
    """The answers a conversation has so far."""
    frame = turn.state["flow"] or (turn.state["collect"] or {}).get("frame") or {}
    return [choice for step, choice in frame.get("path", []) if isinstance(CONTENT.flows[frame["name"]].steps[step], Ask)]


def test_every_flow_is_held_to_what_an_opening_message_says() -> None:
    assert set(SAID) == set(CONTENT.flows)
    assert {name for name, flow in CONTENT.flows.items() if not any(c.opening.all() for s in [first_question(flow)] if s for c in s.choices)} == WITHOUT
    for flow, said in SAID.items():
        if flow not in WITHOUT:
            assert {language(text)[:2] for text, choice in said if choice} == {"zh", "en"}, flow


@pytest.mark.parametrize(("flow", "text", "choice"), ALL, ids=[f"{f}-{t}" for f, t, _ in ALL])
def test_the_first_question_is_answered_by_what_plainly_says_so_and_by_nothing_else(flow: str, text: str, choice: str | None) -> None:
    found = told(CONTENT.flows[flow], text)
    assert (found.choice if found else None) == choice


@pytest.mark.parametrize(("flow", "step", "text", "choice"), [(*at, *said) for at, all_said in LATER.items() for said in all_said])
def test_a_later_question_is_answered_by_what_plainly_says_so(flow: str, step: str, text: str, choice: str | None) -> None:
    found = told(CONTENT.flows[flow], text, step)
    assert (found.choice if found else None) == choice


@pytest.mark.parametrize(("text", "labels"), [("认证被拒了 照片模糊", "这是“没通过”，“照片或人脸不清楚”。"), ("my id photo was rejected as blurry", 'this is "Rejected", "Photo or face unclear".')])
def test_two_answers_are_said_back_in_one_bubble_and_taken_back_together(text: str, labels: str) -> None:
    turn = opens("kyc_verification", text)
    assert [labels in reply.text for reply in turn.replies].count(True) == 1
    assert [button.payload for reply in turn.replies for button in reply.buttons].count("/go_back") == 1
    assert answered(turn) == ["rejected", "photo"]
    again = respond(CONTENT, turn.state, Heard(intent="go_back"))
    assert (again.state["flow"]["step"], answered(again)) == ("which", [])
    again = respond(CONTENT, again.state, Heard(intent="choose", choice="which.rejected"))
    assert again.state["flow"]["step"] == "reason"


def test_a_message_that_says_it_is_over_takes_nothing_by_itself() -> None:
    for text in ("充1000到了990", "两笔充值只到了一笔", "found it", "到账了"):
        assert told(CONTENT.flows["deposit_missing"], text) is None


@pytest.mark.parametrize(("flow", "text", "choice"), TAKEN, ids=[f"{f}-{t}" for f, t, _ in TAKEN])
def test_what_was_taken_is_said_back_and_can_be_taken_back(flow: str, text: str, choice: str) -> None:
    turn = opens(flow, text)
    step = first_question(CONTENT.flows[flow])
    if choice == "not_me":  # the freeze comes at once; it is not held up by saying so
        return
    label = step.choice(choice).label.of(language(text))
    assert any(label in reply.text for reply in turn.replies)
    assert step.ask.of(language(text)) not in "".join(reply.text for reply in turn.replies)
    assert "/go_back" in [button.payload for reply in turn.replies for button in reply.buttons]
    assert answered(turn)[0] == choice
    again = respond(CONTENT, turn.state, Heard(intent="go_back"))
    assert again.state["flow"]["step"] == step.name
    assert answered(again) == []
    assert again.replies[-1].text == step.ask.of(language(text))


@pytest.mark.parametrize("doubt", ["好像{}", "应该是{}吧", "可能{}", "{}，我不确定", "I think {}", "maybe {}", "{}, not sure"])
def test_a_doubt_is_never_taken_as_said(doubt: str) -> None:
    assert [text for flow, text, _ in TAKEN if told(CONTENT.flows[flow], doubt.format(text))] == []


ASKED = [(flow, step) for flow in CONTENT.flows.values() for step in flow.steps.values() if may_be_told(step)]


@pytest.mark.parametrize(("flow", "step"), ASKED, ids=[f"{flow.name}.{step.name}" for flow, step in ASKED])
def test_each_opening_word_says_its_own_answer_in_both_scripts_and_none_beside_anothers(flow: Flow, step: Ask) -> None:
    for choice in step.choices:
        for lang, between in (("zh", "，"), ("en", ". ")):
            other = next((getattr(c.opening, lang)[0] for c in step.choices if c != choice and getattr(c.opening, lang)), None)
            for word in getattr(choice.opening, lang):
                assert told(flow, word, step.name).choice == told(flow, to_traditional(word), step.name).choice == choice.name, word
                both = told(flow, f"{word}{between}{other}", step.name) if other else None
                assert both is None or both.choice is None, (word, other)


def test_no_opening_message_says_that_the_problem_is_over() -> None:
    assert [(flow.name, c.name) for flow, step in ASKED for c in step.choices if c.opening.all() and closes(flow, c)] == []


def test_a_correction_reaches_the_question_that_was_taken_as_answered() -> None:
    turn = opens("withdrawal_failed_or_pending", "提现显示完成但没收到")
    assert turn.state["flow"]["step"] == "where"
    turn = respond(CONTENT, turn.state, Heard(text="不对，是还在审核中", intent="nlu_fallback"))
    assert answered(turn) == ["processing"]


def test_a_value_and_the_words_beside_it_that_disagree_are_asked_about() -> None:
    hash_ = {"entity": "tx_hash", "value": "a1" * 32, "text": "a1" * 32}
    assert answered(opens("deposit_missing", f"显示已完成，哈希 {'a1' * 32}", entities=(hash_,)))[0] == "sent"
    assert opens("deposit_missing", f"对方显示失败，哈希 {'a1' * 32}", entities=(hash_,)).state["flow"]["step"] == "now"


def test_words_that_may_belong_to_another_problem_of_the_same_message_answer_nothing() -> None:
    turn = opens("deposit_missing", "充值没到账，还有一笔提现显示已完成", queued=("withdrawal_failed_or_pending",))
    assert turn.state["flow"]["step"] == "now"


def test_a_long_story_answers_nothing_by_its_words() -> None:
    assert told(CONTENT.flows["withdrawal_failed_or_pending"], "提现失败了。" + "我很着急。" * 80) is None


def test_what_was_said_before_the_bot_asked_which_problem_it_is_counts() -> None:
    clarify = respond(CONTENT, {"lang": "zh-Hans"}, Heard(
        text="币显示已完成就是没看到", intent="nlu_clarify", ranking=(("withdrawal_failed_or_pending", 0.4), ("deposit_missing", 0.35))))
    assert clarify.state["offer"]["kind"] == "clarify"
    turn = respond(CONTENT, clarify.state, Heard(intent="choose", topic="withdrawal_failed_or_pending"))
    assert answered(turn) == ["completed"]


def test_what_was_said_of_a_problem_that_waited_for_the_other_counts() -> None:
    turn = opens("trading_lag", "App 很卡")
    turn = respond(CONTENT, turn.state, Heard(text="提现失败了", intent="withdrawal_failed_or_pending"))
    assert turn.state["offer"]["kind"] == "switch"
    turn = respond(CONTENT, turn.state, Heard(intent="choose", offer="switch"))
    assert answered(turn) == ["failed"]


def test_values_of_the_first_message_are_noted_after_the_steps_that_stop_a_loss() -> None:
    coin = {"entity": "coin", "value": "BTC", "text": "BTC"}
    turn = opens("account_compromised", "账号被盗了，BTC被转走", entities=(coin,))
    said = [reply.text for reply in turn.replies]
    freeze = CONTENT.flows["account_compromised"].steps
    assert said[0].startswith(freeze["freeze"].say.zh[:8])
    assert said[1].startswith(freeze["by_case"].say.zh[:6])
    assert "BTC" in said[2]


@pytest.mark.parametrize("flow", [flow for flow in CONTENT.flows.values() if first_question(flow)], ids=lambda flow: flow.name)
def test_a_flow_that_a_button_starts_asks_its_first_question(flow: Flow) -> None:
    turn = respond(CONTENT, {"lang": "zh-Hans"}, Heard(intent="choose", topic=flow.name), run_check=lambda name, args: "unknown")
    assert turn.state["flow"]["step"] == first_question(flow).name


@pytest.mark.parametrize("text", ["是我自己操作的", "是我本人操作的", "it was me"])
def test_who_says_that_it_was_himself_is_not_sent_to_the_freeze(text: str) -> None:
    lang = language(text)
    turn = opens("account_locked", "账户被风控冻结" if lang != "en" else "my account was frozen by risk control")
    assert turn.state["flow"]["step"] == "risk_next"
    turn = respond(CONTENT, turn.state, Heard(text=text, intent="account_compromised"))
    assert answered(turn) == [] or answered(turn)[-1] == "mine"
    assert (turn.state["flow"]["name"], turn.state["flow"]["step"]) == ("account_locked", "risk_verified")


@pytest.mark.parametrize("text", ["不是我自己操作的", "好像是我自己操作的", "是我自己操作的，被骗了", "it was not me", "someone hacked me, it was me who gave the code"])
def test_anything_else_that_sounds_like_an_alarm_freezes_first(text: str) -> None:
    turn = opens("account_locked", "账户被风控冻结")
    turn = respond(CONTENT, turn.state, Heard(text=text, intent="account_compromised"))
    assert "account/freeze" in turn.replies[0].text


def test_an_answer_to_the_tickets_question_that_also_names_the_problem_is_taken() -> None:
    turn = opens("withdrawal_limit", "提现额度是多少")
    for said in ("额度不够，想提高", "没有，请人看"):
        turn = respond(CONTENT, turn.state, Heard(text=said, intent="nlu_fallback"))
    assert turn.state["collect"]["asked"] == "error_code"
    turn = respond(CONTENT, turn.state, Heard(text="提示超过每日提现限额", intent="withdrawal_limit"))
    assert turn.state["fields"]["error_code"]["value"] == "提示超过每日提现限额"
    assert turn.state["collect"]["asked"] == "uid"
