"""Flows and cards become what Rasa learns; a neural component is refused in one sentence."""
from __future__ import annotations

import subprocess
import sys

import pytest
from rasa.shared.importers.importer import TrainingDataImporter

from bot.engine import topics
from bot.engine.importer import FlowImporter, NeedsTensorFlow
from bot.home import ROOT


@pytest.fixture(scope="module")
def importer():
    return TrainingDataImporter.load_from_config(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data")])


def test_every_topic_is_an_intent_whether_or_not_it_has_a_flow_or_card(importer):
    assert {*topics.PROBLEMS, *topics.KNOWLEDGE, *topics.CHAT, *topics.MOVES} <= set(importer.get_domain().intents)


def test_no_topic_is_swallowed_by_the_ticket_form(importer):
    slot = next(slot for slot in importer.get_domain().slots if slot.name == "ticket_answer")
    escapes = set(slot.mappings[0]["not_intent"])
    assert {*topics.PROBLEMS, *topics.KNOWLEDGE, *topics.CHAT, "human_agent", "stop_cancel", "go_back", "distress", "choose"} <= escapes
    assert not escapes & {"inform", "affirm", "deny", "nlu_fallback", "nlu_clarify"}


def test_our_own_files_are_not_taken_for_rasas(importer):
    names = set(importer.get_domain().intents)
    assert {example.get("intent") for example in importer.get_nlu_data().intent_examples} <= names


def test_seed_examples_of_flows_are_learned(importer):
    from bot.content.load import gather
    content, _ = gather(ROOT)
    learned = {(example.get("text"), example.get("intent")) for example in importer.get_nlu_data().intent_examples}
    seeds = [(text, flow.intent) for flow in content.flows.values() if flow.when is None for text in flow.examples.all()]
    assert seeds
    assert set(seeds) <= learned


@pytest.mark.parametrize(("section", "number", "name"), [
    ("pipeline", 2, "DIETClassifier"), ("policies", 1, "TEDPolicy"), ("pipeline", 1, "rasa.nlu.selectors.response_selector.ResponseSelector")])
def test_a_neural_component_is_refused_with_what_where_and_what_to_do(tmp_path, section, number, name):
    config = tmp_path / "config.yml"
    config.write_text(f"recipe: default.v1\nlanguage: zh\n{section}:\n" + "- name: bot.engine.tokenizer.MixedTokenizer\n" * (number - 1) + f"- name: {name}\n")
    with pytest.raises(NeedsTensorFlow) as told:
        FlowImporter(str(config)).get_config()
    short = name.rpartition(".")[2]
    assert f"{config}: {section}, item {number}: {short} is a neural network and needs TensorFlow" in str(told.value)
    assert "Remove it" in str(told.value)


def test_rasa_starts_without_tensorflow_and_telemetry():
    code = ("import os, sys, tensorflow; from rasa.nlu.classifiers.diet_classifier import DIETClassifier; from bot.engine import no_tensorflow; "
            "assert no_tensorflow.active(); assert os.environ['RASA_TELEMETRY_ENABLED'] == 'false'; print('started')")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "started", done.stderr[-500:]


def test_a_real_tensorflow_would_be_preferred(tmp_path):
    (tmp_path / "tensorflow.py").write_text("REAL = True\n")
    code = "import tensorflow; from bot.engine import no_tensorflow; print(tensorflow.REAL is True, no_tensorflow.active())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={"PYTHONPATH": f"{tmp_path}:{ROOT}", "PATH": ""}, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "True False", done.stderr[-500:]
