"""Every language that is recognised but not spoken has its sentence, and no sentence is for a language nobody recognises."""
from __future__ import annotations

from bot.content import load
from bot.home import ROOT
from bot.text import other_language


def test_each_sentence_is_recognised_as_its_own_language() -> None:
    sentences = load(ROOT).other_languages
    assert len(sentences) >= 12
    recognised = {code: other_language(text.replace("Talk to a person", "")) for code, text in sentences.items()}
    assert recognised == {code: code for code in sentences}


def test_each_sentence_names_the_way_to_a_person() -> None:
    assert [code for code, text in load(ROOT).other_languages.items() if "Talk to a person" not in text] == []
