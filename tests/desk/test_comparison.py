"""The two words of a hand-off: the same for both sides, different from ticket to ticket, and nothing that sounds like a secret."""
from __future__ import annotations

from types import SimpleNamespace

from bot.conversations.sentences import content
from bot.desk import comparison


def words(number: str, language: str) -> tuple[str, str]:
    return comparison.words(SimpleNamespace(number=number), language)


def test_both_sides_see_the_same_things_in_their_own_language():
    listed = content().comparison_words
    for number in ("TK-000000000", "TK-123456789"):
        chinese, english = words(number, "zh-Hans"), words(number, "en")
        assert [next(word.en for word in listed if word.zh == said) for said in chinese] == list(english)
        assert words(number, "zh-Hans") == chinese


def test_the_two_differ_and_tickets_rarely_share_them():
    made = [words(f"TK-{number:09d}", "en") for number in range(1000)]
    assert all(first != second for first, second in made)
    assert len(set(made)) > 800


def test_a_traditional_reader_gets_traditional_words():
    simplified = {word.zh for word in content().comparison_words}
    assert any(said not in simplified for number in range(60) for said in words(f"TK-{number:09d}", "zh-Hant"))


def test_none_is_a_word_of_the_lists_that_wallets_use():
    from mnemonic import Mnemonic

    wallets = set(Mnemonic("english").wordlist)
    single = {word.en for word in content().comparison_words} & wallets
    assert not single
