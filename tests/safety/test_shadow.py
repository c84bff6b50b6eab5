"""A hit in the plain reading leads back to the characters that were typed."""
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.safety.shadow import Shadow


def test_full_width_and_hidden_characters_are_seen_through():
    shadow = Shadow("密\u200b码：１２３ ok")
    assert shadow.text == "密码:123 ok"
    at = shadow.text.index("123")
    start, end = shadow.origin(at, at + 3)
    assert "密\u200b码：１２３ ok"[start:end] == "１２３"


@given(st.text(min_size=1))
def test_every_character_of_the_reading_comes_from_one_of_the_original(text):
    shadow = Shadow(text)
    for at in range(len(shadow.text)):
        start, end = shadow.origin(at, at + 1)
        assert 0 <= start < end <= len(text)
