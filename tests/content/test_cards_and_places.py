from __future__ import annotations

from pathlib import Path

import pytest

from bot.content.check import check

WORDS = "when: {words: {zh: [特别], en: [special]}}\n"
CARD = "card: made\nintent: concept_kyc\n" + WORDS + "text: {zh: 一句话。, en: One sentence.}\nbuttons: [human_agent]\n"
PLACE = "made:\n  title: {zh: 测试, en: Made up}\n  words: {zh: [测试词], en: [made word]}\n  text: {zh: '看 {link.help}', en: 'See {link.help}'}\n"


def card(root: Path, text: str, name: str = "made") -> list[str]:
    (root / f"data/cards/{name}.yml").write_text(text, "utf-8")
    return [str(p) for p in check(root) if f"cards/{name}.yml" in p.file]


def place(root: Path, text: str) -> list[str]:
    path = root / "data/places.yml"
    path.write_text(path.read_text("utf-8") + text, "utf-8")
    return [str(p) for p in check(root) if p.file == "data/places.yml"]


def test_a_second_card_of_an_intent_is_sound(root):
    assert card(root, CARD) == []


@pytest.mark.parametrize(("old", "new", "says"), [
    (WORDS, "", "belongs to a second card of an intent"),
    ("intent: concept_kyc\n", "intent: unheard_of\n", 'nobody can ask for it: no intent "unheard_of"'),
    ("intent: concept_kyc\n", "intent: trading_lag\n", "has no plain card"),
    ("intent: concept_kyc\n", "intent: out_of_scope\n", "is never shown"),
    (WORDS, "when: {unless: {zh: [特别], en: [special]}}\n", "fits always"),
    (WORDS, "when: {flows: [nowhere]}\n", 'no flow "nowhere"'),
    (WORDS, "when: {knows: [nothing]}\n", 'field "nothing" is unknown'),
    (WORDS, WORDS + "queue: nowhere\n", 'queue "nowhere" is unknown'),
    ("[human_agent]", "[concept_kyc, concept_support, ticket_status, human_agent]", "has 4 and 2 added ones"),
    ("一句话。", "一句话，对吗？", "asks more than one question (zh)"),
    ("One sentence.", "'Is it one?'", "asks more than one question (en)"),
])
def test_a_fault_of_a_card_is_found_and_named(root, old, new, says):
    assert old in CARD
    problems = card(root, CARD.replace(old, new, 1))
    assert any(says in p for p in problems), problems


def test_which_of_two_cards_answers_is_said_where_the_same_words_call_for_both(root):
    other = root / "data/cards/made_too.yml"
    other.write_text(CARD.replace("card: made", "card: made_too").replace("特别]", "特别的事]"), "utf-8")
    made = root / "data/cards/made.yml"
    made.write_text(CARD, "utf-8")
    said = [str(p) for p in check(root)]
    assert any('cards/made_too.yml: when: words: "特别的事" calls for made too ("特别")' in p for p in said), said
    other.write_text(other.read_text("utf-8").replace("when: {", "when: {before: [made], "), "utf-8")
    assert [str(p) for p in check(root)] == []
    made.write_text(CARD.replace("when: {", "when: {before: [made_too], "), "utf-8")
    assert any("made stands before made_too too" in str(p) or "made_too stands before made too" in str(p) for p in check(root))
    made.write_text(CARD.replace("when: {", "when: {before: [concept_kyc], "), "utf-8")
    assert any('"concept_kyc" is no other second card of concept_kyc' in str(p) for p in check(root))


def test_a_card_that_no_route_leads_to_is_found(root):
    assert any("is never shown" in p for p in card(root, "card: feedback_resolved\ntext: {zh: 好。, en: Good.}\n", "feedback_resolved"))


def test_a_sound_place_has_no_problems(root):
    assert place(root, PLACE) == []


@pytest.mark.parametrize(("old", "new", "says"), [
    ("made:", "ticket_status:", "is also a flow or card"),
    ("made:", f"{'a' * 60}:", "longer than 64 bytes"),
    ("'看 {link.help}', en: 'See {link.help}'", "一, en: One", "names no official page"),
    ("{link.help}", "{link.nowhere}", "{link.nowhere} is unknown"),
    ("看 {link.help}", "在 {link.help} 吗？", "asks more than one question"),
    ("[测试词]", "[测]", '"测" is too short to be plain'),
    ("[made word]", "[ab]", '"ab" is too short to be plain'),
    ("zh: [测试词], ", "", "has no words in zh"),
    ("[测试词]", "[手续费]", '"手续费" also belongs to fee_rates'),
    ("  title:", "  queue: nowhere\n  title:", 'queue "nowhere" is unknown'),
    ("zh: 测试,", "zh: 一二三四五六七八九十一二三,", "is longer than 12 characters"),
])
def test_a_fault_of_a_place_is_found_and_named(root, old, new, says):
    # What is elsewhere ends with a question from its third time on.
    old_text = PLACE.replace("title:", "elsewhere: 'true'\n  title:", 1) if says.startswith("asks") else PLACE
    assert old in old_text
    problems = place(root, old_text.replace(old, new, 1 if says.startswith("asks") else -1))
    assert any(says in p for p in problems), problems


def test_what_is_elsewhere_needs_no_official_page(root):
    assert place(root, PLACE.replace("  title:", "  elsewhere: 'true'\n  title:").replace(" {link.help}", "")) == []
