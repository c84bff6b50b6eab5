"""Seed phrases in every language of the reference word lists."""
from __future__ import annotations

import pytest
from mnemonic import Mnemonic

from bot.safety.guard import guard
from bot.safety.seed_languages import LANGUAGES

ALL = ("english", "chinese_simplified", "chinese_traditional", *LANGUAGES)


@pytest.mark.parametrize("language", ALL)
@pytest.mark.parametrize("size", [16, 32])
def test_a_phrase_is_masked_whole_in_any_language(language, size):
    phrase = Mnemonic(language).to_mnemonic(bytes(range(7, 7 + size)))
    guarded = guard(f"{phrase}")
    assert guarded.text == "⟦seed⟧"
    assert guarded.only_secret


@pytest.mark.parametrize("language", LANGUAGES)
def test_half_a_phrase_is_masked_where_it_is_announced(language):
    half = " ".join(Mnemonic(language).to_mnemonic(bytes(range(16))).split()[:6])
    assert guard(half).text == half
    assert "⟦seed⟧" in guard(f"seed phrase: {half}").text
    assert guard(half, previous="my seed phrase").text == "⟦seed⟧"


def test_accents_and_capitals_do_not_matter():
    phrase = Mnemonic("french").to_mnemonic(bytes(range(3, 19)))
    plain = "".join(char for char in __import__("unicodedata").normalize("NFD", phrase) if char.isascii())
    assert guard(plain.upper()).text == "⟦seed⟧"


@pytest.mark.parametrize("text", [
    "no puedo entrar en mi cuenta y tengo miedo de perder el dinero que tengo ahorrado desde hace años",
    "je n'arrive pas à retirer mon argent depuis hier soir et personne ne répond à mes messages sur le site",
    "a wallet's seed phrase or a private key must never leave that house again today",
    "never share your seed phrase or a private key can never change once another person have",
])
def test_sentences_are_no_phrases(text):
    assert not guard(text).found
