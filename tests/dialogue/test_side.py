from __future__ import annotations

import pytest

from bot.dialogue import engine
from bot.dialogue.heard import Heard
from bot.dialogue.model import Check, Content
from bot.dialogue.route import respond
from bot.dialogue.talk import Checked


def test_the_first_message_says_what_it_is_and_offers_a_person(chat):
    turn = engine.welcome(chat.content, {"lang": "zh-Hans"})
    assert "机器人" in turn.replies[0].text
    assert turn.replies[0].buttons[-1].payload == "/human_agent"
    assert len(turn.replies[0].buttons) <= 5


def test_nonsense_three_times_gives_three_replies_and_the_third_offers_a_person(chat):
    said = []
    for text in ("嘟嘟嘟", "哒哒哒", "啦啦啦"):
        chat.say(text)
        said.append(chat.said)
    assert len(set(said)) == 3
    assert "转人工" in chat.titles
    assert chat.state["offer"]["kind"] == "handoff"
    chat.say("好的", "affirm")
    assert chat.turn.stage == "handoff" or chat.turn.outcome == "handoff"


def test_being_understood_in_between_starts_the_count_again(chat):
    chat.say("嘟嘟嘟")
    first = chat.said
    chat.say("KYC", "concept_kyc")
    chat.say("谢谢", "thanks")
    chat.state["offer"] = None
    chat.say("哒哒哒")
    assert chat.said == first


def test_a_person_costs_no_question_inside_a_flow(chat):
    chat.say("币没到", "coins")
    chat.say("转人工", "human_agent")
    assert (chat.turn.outcome, chat.turn.stage) == ("handoff", None)
    assert "TK-" in chat.said


def test_a_person_without_anything_known_is_one_question_that_may_be_skipped(chat):
    chat.say("转人工", "human_agent")
    assert chat.state["collect"]["asked"] == "problem"
    chat.press("跳过")
    assert "TK-" in chat.said


def test_asking_twice_for_a_person_hands_over_at_once(chat):
    chat.say("转人工", "human_agent")
    chat.say("转人工！", "human_agent")
    assert "TK-" in chat.said


@pytest.mark.parametrize("texts", [[], ["成功"], ["失败"], ["处理中"], ["嘟嘟", "哒哒"], ["好像成功了"]])
def test_a_person_is_reached_from_everywhere(chat, texts):
    chat.say("币没到", "coins")
    for text in texts:
        chat.say(text)
    chat.say("转人工", "human_agent")
    assert "TK-" in chat.said


def test_a_person_asked_for_in_the_middle_gets_the_facts_all_endings_share(chat):
    chat.say("币没到", "coins")
    turn = engine.human(chat.content, chat.state, Heard(text="转人工", intent="human_agent"))
    assert turn.state["collect"]["facts"] == ["money_missing", "asked_for_person"]
    assert turn.state["collect"]["wanted"] == []


def test_loss_tickets_end_with_the_warning(chat):
    chat.say("币没到", "coins")
    chat.say("失败")
    chat.press("跳过")
    chat.press("直接提交")
    assert "骗子" in chat.said


def test_a_message_of_several_meanings_is_asked_about(content, chat):
    turn = engine.clarify(content, {"lang": "zh-Hans"}, Heard(text="进不去也没到", intent="nlu_clarify", ranking=(("door", 0.4), ("coins", 0.35), ("nonsense", 0.1))))
    assert [b.title for b in turn.replies[0].buttons] == ["进不去", "币没到", "都不是"]
    chat.state = turn.state
    chat.turn = turn
    chat.say("2", "choose")
    assert chat.state["flow"]["name"] == "coins"


def test_none_of_these_offers_a_person(content, chat):
    chat.turn = engine.clarify(content, {"lang": "zh-Hans"}, Heard(text="x", ranking=(("door", 0.4), ("coins", 0.35))))
    chat.state = chat.turn.state
    chat.press("都不是")
    assert "转人工" in chat.titles


def test_bare_values_are_kept_and_asked_about(chat):
    chat.say("TRC20", "inform", ("network", "TRC20"))
    assert chat.field("network") == "TRC20"
    assert "TRC20" in chat.said
    assert chat.titles


def test_knowledge_asks_whether_it_helped_only_outside_a_flow(chat):
    chat.say("什么是交易所", "concept_kyc")
    helped = chat.state["offer"]
    assert helped is None or helped["kind"] == "helped"
    if helped:
        chat.press("还不清楚")
        assert "转人工" in chat.titles


def test_an_unresolved_problem_is_offered_a_person_of_its_own_queue(chat):
    chat.say("币没到", "coins", ("network", "TRC20"), ("tx_hash", "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"))
    chat.say("成功")
    chat.say("一致")
    assert chat.turn.stage == "solved"
    chat.say("还是没有", "feedback_unresolved")
    assert chat.turn.stage == "asking"
    turn = engine.answer(chat.content, chat.state, Heard(text="好的", intent="affirm"))
    assert turn.state["collect"]["queue"] == "deposits"


def test_a_problem_without_steps_is_offered_a_person(chat):
    chat.say("合约爆仓", "unheard_of")
    assert "转人工" in chat.titles


def test_a_topic_of_a_menu_starts_its_flow_or_card(chat):
    chat.send('/choose{"topic":"door"}')
    assert chat.step == "which"
    chat.send('/choose{"topic":"concept_kyc"}')
    assert "KYC" in chat.said
    assert chat.step == "which"
    chat.send('/choose{"topic":"human_agent"}')
    assert "TK-" in chat.said


def test_despair_gets_its_words_and_a_person(chat):
    chat.say("不想活了", "distress")
    assert chat.turn.stage in ("handoff", None)
    assert chat.turn.replies


@pytest.mark.parametrize("said", ["还能追回来吗", "被骗的钱能追回吗", "can I get my money back"])
def test_whether_it_comes_back_is_answered_before_the_list_of_scams(chat, said):
    chat.say(said, "official_channel_check")
    assert "我不能给您任何保证" in chat.said
    assert chat.say("有人说能代追回来", "official_channel_check")
    assert "说能代您追回损失" in chat.said


def test_where_a_value_is_asked_for_only_plain_words_end_the_problem(chat):
    chat.say("币没到", "coins")
    chat.say("已确认")
    assert chat.state["flow"]["step"] == "hash"
    assert chat.say("对方那边已经完成", "feedback_resolved").outcome is None
    assert chat.state["flow"]["step"] == "hash"
    assert chat.say("到账了，谢谢", "feedback_resolved").outcome == "solved"


IMITATED = Checked("imitation", values={"shown": "examp1e[.]com", "like": "example.com"})


@pytest.mark.parametrize(("before", "text", "intent"), [
    ([], "谢谢，examp1e.com 是你们吗", "thanks"), ([], "币没到，从 examp1e.com 转的", "coins"), (["币没到"], "examp1e.com 上显示处理中", None),
    (["币没到"], "examp1e.com", None), ([], "examp1e.com 嘟嘟嘟", None),
])
def test_an_imitation_is_warned_of_whatever_else_the_message_is_about(chat, before, text, intent):
    for said in before:
        chat.say(said, "coins")
    chat.checks["official_channel"] = IMITATED
    chat.say(text, intent)
    assert "examp1e[.]com" in chat.turn.replies[0].text
    assert chat.said.count("examp1e[.]com") == 1


@pytest.mark.parametrize("intent", ["account_compromised", "official_channel_check"])
def test_topics_that_protect_by_themselves_are_not_delayed_by_the_warning(chat, intent):
    chat.checks["official_channel"] = IMITATED
    chat.say("我在 examp1e.com 输了密码", intent)
    assert "先提醒您" not in chat.said


def test_a_link_that_imitates_nobody_is_no_reason_to_warn(chat):
    chat.checks["official_channel"] = Checked("not_ours", values={"shown": "etherscan[.]io"})
    chat.say("谢谢 etherscan.io", "thanks")
    assert "etherscan" not in chat.said


@pytest.mark.parametrize(("text", "intent"), [("哈希是 a1b2...9f", "prepare_information"), ("我的交易 0xa1b2c3…9f8e 查一下", "nlu_fallback")])
def test_a_shortened_hash_without_a_problem_is_called_that_and_the_whole_is_asked_for(real, chat, text, intent):
    chat.content = real
    chat.say(text, intent)
    assert "中间少了一段" in chat.said
    assert "充值没到账" in chat.titles


def test_the_same_question_right_below_its_answer_is_offered_a_person(real: Content) -> None:
    first = respond(real, {"lang": "en"}, Heard(text="how do i contact support", intent="contact_channels"))
    second = respond(real, first.state, Heard(text="ok email", intent="contact_channels"))
    assert second.replies[0].text != first.replies[0].text
    assert "/human_agent" in [button.payload for button in second.replies[-1].buttons]


@pytest.mark.parametrize(("text", "intent", "says"), [
    ("怎么办怎么办", "help_menu", "先冻结账户"), ("然后呢", "nlu_fallback", "先冻结账户"), ("what do i do now", "help_menu", "先冻结账户"),
    ("那我要不要交", "official_channel_check", "骗局"), ("他说要再转200", "nlu_clarify", "您说的")])
def test_below_a_warning_what_now_and_whether_to_pay_are_answered(real: Content, text: str, intent: str, says: str):
    warned = engine.card(real, {"lang": "zh-Hans"}, Heard(text="有人自称客服要验证码", intent="official_channel_check")).state
    verb = {"nlu_fallback": engine.fallback, "nlu_clarify": engine.clarify}.get(intent, engine.card)
    turn = verb(real, warned, Heard(text=text, intent=intent, ranking=(("deposit_missing", 0.4), ("trading_lag", 0.3))))
    assert says in turn.replies[0].text


@pytest.mark.parametrize("text", ["txid 0x" + "7c1f9a0c" * 8, "here is the hash " + "7c1f9a0c" * 8, "the txid is " + ("7c1f9a0c" * 8)[:-1]])
def test_a_hash_announced_with_words_is_a_hash(real: Content, text: str):
    asked = engine.start(real, {"lang": "en"}, Heard(text="my deposit is missing", intent="deposit_missing")).state
    turn = engine.card(real, asked, Heard(text=text, intent="prepare_information"))
    assert "is the number of one transfer" not in " ".join(reply.text for reply in turn.replies)


def test_no_guess_closes_a_case(chat):
    chat.say("币没到", "coins")
    chat.say("已经完成了", "feedback_resolved")
    assert chat.turn.stage == "asking"
    assert chat.turn.outcome is None
    chat.say("到账了", "feedback_resolved")
    assert chat.turn.outcome == "solved"


def test_who_takes_his_leave_inside_a_problem_is_not_asked_on(real: Content):
    asked = engine.start(real, {"lang": "en"}, Heard(text="my deposit is missing", intent="deposit_missing")).state
    turn = engine.card(real, asked, Heard(text="ok thanks bye", intent="goodbye"))
    assert len(turn.replies) == 1
    assert turn.state["flow"]["step"] == asked["flow"]["step"]


def test_another_problem_named_twice_is_taken_up(chat):
    chat.say("币没到", "coins")
    chat.say("进不去", "door")
    assert chat.state["offer"]["kind"] == "switch"
    chat.say("打不开门", "door")
    assert chat.state["flow"]["name"] == "door"
    assert [frame["name"] for frame in chat.state["parked"]] == ["coins"]


@pytest.mark.parametrize("text", ["先登录", "my problem is different, i cannot log in"])
def test_who_says_which_problem_comes_first_is_not_asked(real: Content, text: str):
    asked = engine.start(real, {"lang": "zh-Hans"}, Heard(text="充值没到账", intent="deposit_missing")).state
    turn = engine.start(real, asked, Heard(text=text, intent="login_other"))
    assert turn.state["flow"]["name"] == "login_other"
    assert turn.state["parked"][0]["name"] == "deposit_missing"


@pytest.mark.parametrize("text", ["我再等等", "那就先等一下吧", "ok i'll wait a bit"])
def test_who_says_that_he_waits_is_let_wait_even_where_no_choice_says_so(real: Content, text: str):
    asked = engine.start(real, {"lang": "zh-Hans"}, Heard(text="充值没到账", intent="deposit_missing")).state
    turn = engine.answer(real, asked, Heard(text=text, intent="nlu_fallback"))
    assert turn.outcome == "wait"
    assert [frame["name"] for frame in turn.state["parked"]] == ["deposit_missing"]


def test_a_problem_named_again_while_it_is_looked_up_is_asked_to_wait(real: Content):
    asked = engine.start(real, {"lang": "zh-Hans"}, Heard(text="充值没到账", intent="deposit_missing")).state
    flow = real.flows["deposit_missing"]
    step = next(step for step in flow.steps.values() if isinstance(step, Check))
    pending = {**asked, "flow": {**asked["flow"], "step": step.name, "named": True}, "check": {"id": "1", "step": step.name}}
    turn = engine.start(real, pending, Heard(text="充值没到账", intent="deposit_missing"))
    assert "我在查" in turn.replies[0].text


def test_another_exchanges_problem_inside_a_problem_is_said_to_be_theirs(real: Content):
    asked = engine.start(real, {"lang": "zh-Hans"}, Heard(text="提现没到", intent="withdrawal_failed_or_pending")).state
    turn = engine.answer(real, asked, Heard(text="不是 我说的是币安 不是你们", intent="nlu_fallback"))
    assert "别家平台" in turn.replies[0].text


def test_completed_is_no_answer_to_which_problem_it_is(real: Content):
    asked = engine.clarify(real, {"lang": "zh-Hans"}, Heard(text="我转到小狐狸的币没到", intent="nlu_clarify", ranking=(("withdrawal_failed_or_pending", 0.5), ("deposit_missing", 0.3)))).state
    turn = engine.choose(real, asked, Heard(text="显示完成了", intent="feedback_resolved"))
    assert "随时回到这里" not in turn.replies[0].text
    assert turn.outcome is None


def test_a_person_asked_for_with_a_problem_gets_a_ticket_about_it(real: Content):
    turn = engine.human(real, {"lang": "zh-Hans"}, Heard(text="提币提了一天都没到 转人工", intent="human_agent", ranking=(("withdrawal_failed_or_pending", 0.9),)))
    collecting = turn.state["collect"]
    assert (collecting["flow"], collecting["queue"]) == ("withdrawal_failed_or_pending", real.flows["withdrawal_failed_or_pending"].queue)
    assert "asked_for_person" in collecting["facts"]


def test_what_may_be_a_fraud_in_the_midst_of_a_problem_is_warned_of(real: Content):
    asked = engine.start(real, {"lang": "en"}, Heard(text="my deposit is missing", intent="deposit_missing")).state
    turn = engine.clarify(real, asked, Heard(text="a support man on whatsapp said i must verify my wallet and i did it on his page", intent="nlu_clarify",
                                             ranking=(("official_channel_check", 0.5), ("account_compromised", 0.3))))
    assert "example.com/verify" in turn.replies[0].text
    assert turn.state["flow"]["name"] == "deposit_missing"
