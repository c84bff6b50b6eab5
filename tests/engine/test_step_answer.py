"""When an answer to the open question counts for more than what the classifier made of the text."""
from __future__ import annotations

import pytest

from bot.dialogue.match import Pick
from bot.engine.step_answer import overrules


@pytest.mark.parametrize(("text", "intent", "wins"), [
    ("I forgot my password too", "forgot_password", False),
    ("我还忘记密码了怎么办", "forgot_password", False),
    ("I forgot", "forgot_password", True),
    ("忘记了", "forgot_password", True),
    ("i don't have it", "two_factor_problem", True),
    ("我不记得", "forgot_password", True),
])
def test_a_word_that_skips_gives_way_only_when_the_text_says_what_else_is_wrong(text: str, intent: str, wins: bool) -> None:
    assert overrules(Pick("hash.?skip", by="word"), text, intent, "act", "tx_hash") is wins


def test_a_choice_named_in_its_own_words_wins_over_another_problem() -> None:
    assert overrules(Pick("match.wrong", by="word"), "网络选错了", "deposit_wrong_network_or_address", "act", None)


def test_the_bots_own_label_wins_even_over_a_safety_topic() -> None:
    assert overrules(Pick("hash.?skip", by="label"), "跳过", "distress", "act", "tx_hash")


@pytest.mark.parametrize("intent", ["distress", "account_compromised"])
def test_a_safety_topic_the_classifier_is_sure_of_is_never_overruled_by_words(intent: str) -> None:
    assert not overrules(Pick("now.sent", by="word"), "钱包里的币都被盗走了", intent, "act", None)


def test_an_unsure_classifier_always_gives_way() -> None:
    assert overrules(Pick("now.sent", by="word"), "completed", "distress", "clarify", None)


def test_a_question_about_a_concept_is_not_taken_for_not_sure() -> None:
    assert not overrules(Pick("hash.?unsure", by="word"), "KYC是什么意思", "concept_kyc", "act", "tx_hash")


def test_below_a_warning_the_harm_told_wins_over_every_topic_but_despair() -> None:
    admitted = Pick("topic.account_compromised", by="admitted")
    assert overrules(admitted, "i already put my password there", "forgot_password", "act", None)
    assert not overrules(admitted, "i already told everyone goodbye", "distress", "act", None)
    assert overrules(Pick("offer.helped", by="unharmed"), "no i haven't told him anything", "account_compromised", "act", None)


def test_a_time_beside_it_is_over_is_not_all_that_was_said() -> None:
    assert not overrules(Pick(field="time", by="aside"), "刚刚自己解开了", "feedback_resolved", "act", None)
