"""Numbers as people write them."""
from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import choice_number, number, numbers


@pytest.mark.parametrize(("written", "value"), [
    ("半个", "0.5"), ("半", "0.5"), ("一个半", "1.5"), ("一千五", "1500"), ("一千零五", "1005"), ("1.5万", "15000"), ("一万二", "12000"), ("两百", "200"), ("两百五", "250"), ("壹", "1"), ("十五", "15"),
    ("三十", "30"), ("三点五", "3.5"), ("一点五万", "15000"), ("二〇二五", "2025"), ("1,000.5", "1000.5"), ("1.5k", "1500"), ("5w", "50000"), ("2千", "2000"), ("十万", "100000"), ("半万", "5000"),
    ("一百二十三万四千五百六十七", "1234567"), ("一亿", "100000000"), ("１２", "12"), ("貳佰", "200"), ("0.00000001", "0.00000001"), ("伍拾", "50"), ("一百零三个", "103"),
])
def test_a_written_number_is_read(written, value):
    assert number(written) == Decimal(value)


@pytest.mark.parametrize("text", ["", "万", "百", "一致", "abc", "1.2.3", "千一百万", "半天", "9" * 60, "一" * 5000, "1个BTC"])
def test_what_is_no_number_is_none(text):
    assert number(text) is None


def test_numbers_are_found_in_their_places_and_words_are_left_alone():
    text = "我一直等，一共转了三千二百U和半个BTC，一致的，另外1.5万"
    assert [(text[n.start:n.end], n.value) for n in numbers(text)] == [("三千二百", 3200), ("半个", Decimal("0.5")), ("1.5万", 15000)]


@pytest.mark.parametrize(("text", "choice"), [
    ("1", 1), ("2.", 2), ("2、", 2), ("3)", 3), ("(2)", 2), ("②", 2), ("２", 2), ("第二个", 2), ("第二個", 2), ("第2个", 2), ("选3", 3), ("選3", 3), ("我选第二个", 2), ("选第一项", 1), ("二", 2), ("2号", 2), ("第二种吧", 2),
    ("option 2", 2), ("Option 2", 2), ("the second one", 2), ("first", 1), ("number two", 2), ("I'll take the third", 3), ("#1", 1), ("no. 2", 2), ("2 please", 2), ("最后一个", 5), ("the last one", 5),
])
def test_a_choice_is_picked_by_its_number(text, choice):
    assert choice_number(text, 5) == choice


@pytest.mark.parametrize("text", ["6", "0", "2个", "1.5", "2 USDT", "不是第二个", "应该是第二个", "第二天", "2小时", "not 2", "12345", "2 or 3", "一致", "one wallet", ""])
def test_anything_else_picks_nothing(text):
    assert choice_number(text, 5) is None


@given(st.text(st.sampled_from("零一二三十百千万亿半点个两0123456789.,kw ")))
def test_any_row_of_numerals_is_read_or_refused(text):
    number(text)
    choice_number(text, 3)
    for found in numbers(text):
        assert 0 <= found.start < found.end <= len(text)


@given(st.integers(0, 99_999_999))
def test_a_chinese_numeral_reads_as_the_number_it_was_written_for(n):
    assert number(_in_chinese(n)) == n


def _in_chinese(n):
    if n >= 10_000:
        rest = n % 10_000
        return _in_chinese(n // 10_000) + "万" + (("零" if rest < 1000 else "") + _in_chinese(rest) if rest else "")
    digits = "零一二三四五六七八九"
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n = divmod(n, unit)
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + name
            gap = False
        else:
            gap = True
    return text or "零"
