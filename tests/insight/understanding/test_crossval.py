"""Cross-validation asks of every example a model that has not seen it."""
from __future__ import annotations

import pytest

from bot.insight.examples import Example
from bot.insight.outcomes import OUTSIDE
from bot.insight.understanding.crossval import CrossValidation, kept_predictions


def test_every_example_is_understood_once_with_its_own_words(examples, archive):
    predictions = CrossValidation.of(examples).predictions(archive)
    assert sorted((one.accepted[0], one.text) for one in predictions) == sorted((one.topic, one.text) for one in examples)


def test_a_model_that_knew_the_example_does_not_answer_for_it(examples, archive, understanding):
    alone = Example("qqqqqqqq wwwwwwww", "deposit", "data/nlu/en/x.yml")
    crossed = CrossValidation.of([*examples, alone]).predictions(archive)
    sure = {one.text: one.sure for one in crossed}
    assert sure[alone.text] < max(sure[one.text] for one in examples if one.topic == "deposit")


def test_what_the_training_kept_says_the_same_as_a_cross_validation_anew(examples, archive):
    anew, kept = CrossValidation.of(examples).predictions(archive), kept_predictions(examples, archive)
    assert [(one.text, one.accepted, one.first) for one in kept] == [(one.text, one.accepted, one.first) for one in anew]
    assert [one.sure for one in kept] == pytest.approx([one.sure for one in anew], abs=0.01)


def test_a_model_of_other_examples_has_kept_nothing_of_use(examples, archive):
    with pytest.raises(ValueError, match="train it again"):
        kept_predictions(examples[1:], archive)


def test_a_model_of_other_topics_is_refused(examples, archive):
    with pytest.raises(ValueError, match="train it again"):
        CrossValidation.of([*examples, Example("hello there", "greet", "data/nlu/en/greet.yml")]).predictions(archive)


def test_the_learning_curve_grows_to_all_examples(examples):
    curve = CrossValidation.of(examples).learning_curve(OUTSIDE)
    counts = [point["examples"] for point in curve]
    assert counts == sorted(counts)
    assert counts[-1] == len(examples)
    assert all(0 <= point["accuracy"] <= 1 for point in curve)
