"""Two ways of typing the same thing become the same text, whatever is thrown at it."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import neutral_slash, normalise


@pytest.mark.parametrize(("typed", "plain"), [
    ("ＵＳＤＴ　１２３", "USDT 123"),
    ("充\u200b值\ufeff没到账", "充值没到账"),
    ("\u202eabc\u202c", "abc"),
    ("pass\u00adword", "password"),
    ("a \t b", "a b"),
    ("一行\r\n\r\n  两行", "一行\n两行"),
    ("  trimmed  ", "trimmed"),
    ("②", "2"),
    ("a\x00b\x07", "ab"),
    ("好\ufe0f", "好"),
    ("", ""),
])
def test_the_same_text_comes_out_however_it_was_typed(typed, plain):
    assert normalise(typed) == plain


def test_a_pair_of_surrogates_becomes_its_character_and_a_lone_one_is_replaced():
    assert normalise("\ud83d\ude00 ok \ud800") == "\U0001f600 ok \ufffd"


def test_a_tower_of_accents_is_cut_to_what_scripts_need():
    assert len(normalise("a" + "\u0301" * 3000)) <= 6


@given(st.text(st.characters()))
def test_normalising_never_fails_and_changes_nothing_the_second_time(text):
    once = normalise(text)
    once.encode("utf-8")
    assert normalise(once) == once


@pytest.mark.parametrize(("typed", "text"), [
    ("/restart", "restart"),
    ("／restart", "restart"),
    ("\u200b/restart", "restart"),
    (" \n/restart", "restart"),
    ("//restart", "restart"),
    ('/choose{"choice":"a.b"}', 'choose{"choice":"a.b"}'),
    ("/\u200b/ /x", "x"),
    ("/", "\u2215"),
    ("看 /help", "看 /help"),
    ("1/2", "1/2"),
    ("充值 没到账", "充值 没到账"),
])
def test_a_typed_slash_is_text(typed, text):
    assert neutral_slash(typed) == text


@given(st.text(st.sampled_from("/／ \u200b\n\u2060ab⁄")))
def test_no_text_reads_as_a_command_after_the_slash_is_neutralised(text):
    assert not normalise(neutral_slash(text)).startswith("/")
