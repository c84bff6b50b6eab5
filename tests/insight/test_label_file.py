"""What a support lead gets to fill in can be read back, whatever people wrote, and mistakes are named with their line."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.insight.label_file import BadLabels, Group, Unclear, read, written
from bot.insight.unclear import masked

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
TOPICS = {"deposit_missing": "充值没到账 / Deposit not credited", "thanks": ""}


def group(*texts: str, hours: int = 0, **more: str) -> Group:
    return Group(tuple(Unclear(text, NOW - timedelta(hours=hours), **more) for text in texts))


def filled(text: str, topic: str = "thanks") -> str:
    return text.replace("- topic:\n", f"- topic: {topic}\n")


def test_the_newest_group_comes_first_and_a_filled_in_file_is_read_with_its_lines():
    text = filled(written([group("older", hours=5), group("newer", "newer too")], TOPICS))
    found, unlabelled = read(text)
    assert [one.text for one in found] == ["newer", "newer too", "older"]
    assert unlabelled == 0
    assert all(one.text in text.splitlines()[one.line - 1] for one in found)


def test_a_group_without_a_topic_is_left_out():
    assert read(written([group("a"), group("b")], TOPICS)) == ([], 2)


def test_what_was_chosen_next_counts_for_more_than_what_was_said_and_that_more_than_a_guess():
    assert group("a", "b", guess="thanks").suggestion == ("thanks", "a guess")
    assert group("a", guess="thanks", said="greet").suggestion == ("greet", "said next by 1 of 1")
    assert group("a", "b", guess="thanks", said="greet", chosen="goodbye").suggestion == ("goodbye", "chosen by 2 of 2")


def test_a_group_says_how_often_it_was_written_and_what_was_asked():
    (shown,) = yaml.safe_load(written([group("a", "a", "b", asked="deposit_missing.origin")], TOPICS))
    assert (shown["count"], shown["asked"], shown["examples"]) == (3, "deposit_missing.origin", ["a", "b"])


@given(st.text())
def test_whatever_people_wrote_comes_back_as_it_stood_in_the_file(text):
    shown = masked(text)
    if shown:
        (found,), _ = read(filled(written([group(shown)], TOPICS)))
        assert found.text == " ".join(shown.split())


@pytest.mark.parametrize(("text", "said"), [
    ("- topic: x\n  examples: [a\n", "line 3: is not YAML"),
    ("a: b\n", "is no list of groups"),
    ("", "is no list of groups"),
    ("- x\n", "line 1: is no group"),
    ("- examples: [a]\n", "line 1: the group has no `topic:`"),
    ("- topic: x\n- topic: y\n  examples:\n", "line 1: the group has no examples"),
    ("- topic: x\n  examples:\n  - a\n  - b: c\n", "line 4: is no text"),
])
def test_a_mistake_is_named_with_its_line(text, said):
    with pytest.raises(BadLabels) as raised:
        read(text)
    assert said in str(raised.value)
