"""The pipeline as trained: what is understood, what never is, and what is read as an answer."""
from __future__ import annotations

import tarfile

import pytest

from bot.engine.topics import OUTSIDE

DONE_WHEN = ("你好，我在2025年12月1日下午3点，充值了0.5个BTC，地址 bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq，"
             "交易哈希是 4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b，还没到账")
QUESTION = {
    "kind": "step", "flow": "deposit_missing", "step": "origin", "field": None, "known": {}, "fields": [], "passed": [],
    "choices": [
        {"id": "origin.onchain", "labels": ["钱包或其他平台", "A wallet"], "words": ["钱包", "链上", "wallet"], "intents": [], "entities": {}},
        {"id": "origin.inside", "labels": ["站内转账", "Internal"], "words": ["站内"], "intents": ["affirm"], "entities": {}},
    ],
}
ASKS_UID = {"kind": "collect", "step": "ticket", "choices": [], "known": [], "fields": ["uid"], "passed": [],
            "field": {"name": "uid", "kind": "digits", "min": 6, "max": 12}}


def test_the_guides_model_sentence_has_all_five_values(understand):
    found = understand(DONE_WHEN)
    values = {entity["entity"]: entity["value"] for entity in found["entities"]}
    assert values == {
        "time": "2025-12-01T15:00:00+08:00", "amount": "0.5", "coin": "BTC", "address": "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "tx_hash": "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"}
    assert all(DONE_WHEN[entity["start"]:entity["end"]] == entity["text"] for entity in found["entities"])


@pytest.mark.parametrize(("text", "intent"), [
    ("充值没到账", "deposit_missing"), ("忘記密碼了", "forgot_password"), ("转人工", "human_agent"), ("my deposit is missing", "deposit_missing"),
    ("我的订单一直不成交", "order_not_filled"), ("谢谢", "thanks"),
])
def test_plain_sentences_are_acted_upon(understand, text, intent):
    found = understand(text)
    assert (found["intent"], found["decision"]) == (intent, "act")
    assert found["ranking"][0]["name"] == intent


@pytest.mark.parametrize("text", ["", " ", "?", "？？？", "。", "👍", "😂😂", "\u200b\u200b", "a", "7", "…", "!!!", "\u202e", "/", "_", "\ud83d", "\x00\x01"])
def test_a_text_that_says_nothing_has_no_intent(understand, text):
    found = understand(text)
    assert (found["intent"], found["decision"], found["score"], found["ranking"]) == ("nlu_fallback", "fallback", 0.0, [])


@pytest.mark.parametrize("text", ["TRC20", "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b", "123456789", "0.5 BTC", "昨天下午3点", "今晚吃什么好呢"])
def test_what_nobody_can_help_with_is_not_understood(understand, text):
    assert understand(text)["decision"] == "fallback"


def test_out_of_scope_is_never_a_candidate(understand):
    for text in ("比特币明天会涨吗", "what is the weather like", "合约手续费是多少"):
        found = understand(text)
        assert found["intent"] != OUTSIDE
        assert OUTSIDE not in [candidate["name"] for candidate in found["ranking"]]


def test_unsure_keeps_its_candidates_in_the_ranking(understand):
    unsure = [found for text in ("钱的问题", "登录", "账户有点问题", "提现的事", "认证和密码", "到账", "money problem", "code") if (found := understand(text))["decision"] == "clarify"]
    assert unsure
    assert all(found["intent"] == "nlu_clarify" and len(found["ranking"]) >= 3 for found in unsure)


def test_a_message_naming_two_problems_queues_the_second(understand):
    found = understand("充值没到账。另外我忘记密码了，怎么重置密码")
    assert found["intent"] == "deposit_missing"
    assert found["queued"] == ["forgot_password"]
    assert understand("充值没到账，昨天转的，一直没到账。怎么充值还没到账")["queued"] == []


@pytest.mark.parametrize(("text", "first"), [("谷歌验证码一直错误，另外我的账号好像被盗了，币被转走了", "account_compromised"),
                                             ("my deposit has not arrived. also someone hacked my account and is moving my coins", "account_compromised"),
                                             ("充值三天了还没到账。我真的不想活了", "distress")])
def test_what_cannot_wait_comes_first_wherever_it_stands(understand, text, first):
    found = understand(text)
    assert (found["intent"], found["decision"]) == (first, "act")
    assert len(found["queued"]) == 1


@pytest.mark.parametrize("text", ["账号显示被锁定了!! 我钱还在里面 急死", "我钱还在里面 急死", "充值没到 急死我了", "急死了 钱都在里面登不进去"])
def test_worry_about_money_is_not_taken_for_despair(understand, text):
    assert understand(text)["intent"] != "distress"


@pytest.mark.parametrize("text", ["充" * 100_000, "a" * 100_000, "\x00" * 5000, "1" * 100_000, "\u202e" + "مرحبا" * 2000, "充值没到账 " * 3000, "\ud800\udfff" * 50, "é" * 9999, "e" + "\u0301" * 50_000])
def test_no_text_breaks_understanding(understand, text):
    assert understand(text)["decision"] in ("act", "clarify", "fallback")


def test_long_text_is_understood_by_its_start_and_end(understand):
    assert understand("充值没到账。" + "嗯" * 3000)["ranking"]
    repeated = understand("充值没到账，" * 400)
    assert repeated["intent"] == "deposit_missing"


def test_an_answer_to_the_question_becomes_a_choice(understand):
    found = understand("从钱包转的", expect=QUESTION)
    assert (found["intent"], found["decision"]) == ("choose", "act")
    assert [entity["value"] for entity in found["entities"] if entity["entity"] == "choice"] == ["origin.onchain"]
    assert [entity["value"] for entity in understand("2", expect=QUESTION)["entities"] if entity["entity"] == "choice"] == ["origin.inside"]


def test_a_yes_picks_the_choice_that_takes_a_yes(understand):
    assert [entity["value"] for entity in understand("是的", expect=QUESTION)["entities"]] == ["origin.inside"]


def test_a_value_for_the_asked_field_becomes_inform(understand):
    assert understand("12345678", expect=ASKS_UID)["intent"] == "inform"


def test_an_answer_never_overrules_a_safety_topic(understand):
    text = "我的账号被盗了，钱包里的币被转走了"
    assert understand(text)["intent"] == "account_compromised"
    assert understand(text, expect=QUESTION)["intent"] == "account_compromised"


@pytest.mark.parametrize("text", ["转人工", "返回上一步", "KYC是什么意思？"])
def test_asking_for_something_else_is_not_an_answer(understand, text):
    assert understand(text, expect=QUESTION)["intent"] == understand(text)["intent"]


def test_the_model_holds_arrays_and_text_and_nothing_that_runs(model):
    with tarfile.open(model) as archive:
        names = [member.name for member in archive.getmembers() if member.isfile()]
        ours = [name for name in names if "Hybrid" in name or "Pattern" in name]
        assert sorted(name.rpartition("/")[2] for name in ours) == ["arrays.npz", "model.json", "patterns.json"]
        assert not [name for name in names if name.endswith((".pkl", ".pickle", ".joblib"))]
        assert sum(archive.getmember(name).size for name in ours) < 20_000_000
