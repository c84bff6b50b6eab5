"""Every language that is recognised but not spoken has its sentence, in that language and with the way to a person."""
from __future__ import annotations

import pytest

from bot.content import load
from bot.home import ROOT
from bot.text import other_language

KNOWN = load(ROOT).other_languages
ASKED = {
    "ru": "мой депозит не пришел", "es": "mi depósito no ha llegado, ¿qué puedo hacer?", "pt": "meu depósito ainda não chegou na conta",
    "fr": "mon dépôt n'est toujours pas arrivé", "de": "meine Einzahlung ist noch nicht angekommen", "it": "il mio deposito non è ancora arrivato",
    "vi": "tiền của tôi chưa vào tài khoản", "id": "deposit saya belum masuk, tolong bantu", "tr": "param hesabıma gelmedi, lütfen yardım",
    "ko": "입금이 아직 안 됐어요", "ja": "入金がまだ反映されていません", "th": "เงินฝากยังไม่เข้า", "ar": "لم يصل الإيداع", "hi": "मेरा जमा नहीं आया",
}


@pytest.mark.parametrize("code", ASKED)
def test_a_question_in_the_language_is_recognised_and_has_its_sentence(code: str) -> None:
    assert other_language(ASKED[code]) == code
    assert code in KNOWN


def test_no_sentence_is_taken_for_another_language() -> None:
    read = {code: other_language(text.replace("Talk to a person", "")) for code, text in KNOWN.items()}
    assert {code: found for code, found in read.items() if found not in (code, None)} == {}


def test_each_sentence_names_the_way_to_a_person() -> None:
    assert [code for code, text in KNOWN.items() if "Talk to a person" not in text] == []
