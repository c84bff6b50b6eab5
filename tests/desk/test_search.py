"""Conversations are found by what was said in them."""
from __future__ import annotations

import pytest


@pytest.fixture
def said(database):
    """Says something in a conversation of its own and returns that conversation's id."""
    from bot.conversations import log
    from bot.conversations.log import Inbound
    from bot.desk import search

    def say(text):
        conversation = log.open_conversation("web", f"visitor {text}", "zh-Hans")
        log.append_inbound(Inbound(conversation.pk, "a" * 8, text=text))
        search.index()
        return conversation.pk
    return say


def find(query):
    from bot.desk import search

    return set(search.conversations(query))


def test_words_of_either_language_find_the_conversation(said):
    chinese, english = said("我的USDT充值没到账，TRC20"), said("My withdrawal of 250 USDC is stuck")
    assert find("充值没到") == {chinese}
    assert find("充") == {chinese}
    assert find("usdt TRC20") == {chinese}
    assert find("withdraw") == {english}
    assert find("250 stuck") == {english}
    assert find("250 充值") == set()


def test_traditional_and_simplified_find_each_other(said):
    there = said("我的儲值沒有到帳")
    assert find("没有到") == {there}
    assert find("沒有到") == {there}


def test_every_sign_is_a_plain_sign(said):
    there = said("it's 50% \"off\" & <b> | ! ( ) * : ' \\ 充值")
    assert find("it's 50% \"off\" & | ! ( ) * : ' \\") == {there}
    assert find("!!! '") == set()


def test_what_was_deleted_or_erased_is_not_found(said):
    from bot.conversations.models import Message

    there = said("a very particular sentence")
    Message.objects.filter(conversation_id=there).update(text="")
    assert find("particular") == set()
    gone = said("another particular sentence")
    Message.objects.filter(conversation_id=gone).delete()
    assert find("particular") == set()


def test_each_message_is_indexed_once(said):
    from bot.desk import search

    said("once")
    assert search.index() == 0


def test_what_was_said_long_ago_is_found_and_of_what_everybody_says_the_newest(said, monkeypatch):
    from bot.desk import search

    monkeypatch.setattr(search, "NEWEST", 4)
    monkeypatch.setattr(search, "ENOUGH", 2)
    monkeypatch.setattr(search, "MOST", 3)
    first = said("一张很特别的验证表")
    often = [said(f"提现还在审核 {number}") for number in range(6)]
    assert find("特别") == {first}
    assert find("审核") == set(often[-3:])
    assert find("审核 0") == {often[0]}
    assert find("没有人说过") == set()
