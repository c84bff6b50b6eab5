"""Telegram's limits are kept, order holds within a chat, and people's words go first."""
from __future__ import annotations

from collections import Counter

from bot.channels.telegram.pacing import CHAT_SECONDS, PER_SECOND, Call, Pacing


def play(pacing: Pacing, seconds: float, told=lambda call, now: None, took: float = 0.05) -> list[tuple[float, Call]]:
    """Makes calls for so long, each taking `took`; `told` may return the seconds Telegram asks to wait."""
    made, running, now = [], [], 0.0
    while now < seconds:
        for end, call in [one for one in running if one[0] <= now]:
            running.remove((end, call))
            wait = told(call, now)
            if wait:
                pacing.too_fast(call, now, wait)
            else:
                made.append((now, call))
                pacing.done(call, now)
        while call := pacing.next(now):
            running.append((now + took, call))
        now = round(now + 0.01, 2)
    return made


def test_no_second_has_more_than_the_limit_and_no_chat_more_than_one():
    pacing = Pacing()
    for number in range(400):
        pacing.add(Call(number, chat_id=number % 200, priority=1))
    made = play(pacing, 30)
    assert len(made) == 400
    for at, _ in made:
        assert sum(at <= other < at + 1 for other, _ in made) <= PER_SECOND
    for chat in range(200):
        first, second = (at for at, call in made if call.chat_id == chat)
        assert second - first >= CHAT_SECONDS


def test_a_chat_s_calls_keep_their_order_whatever_telegram_says():
    pacing = Pacing()
    for number in range(20):
        pacing.add(Call(number, chat_id=1, priority=2 - number % 3))
    refused = Counter()

    def told(call, now):
        refused[call.id] += 1
        return 2 if refused[call.id] == 1 and call.id % 4 == 0 else 0

    assert [call.id for _, call in play(pacing, 60, told)] == list(range(20))


def test_a_call_that_was_seen_late_goes_before_the_later_ones():
    pacing = Pacing()
    for number in (1, 2, 5, 4, 3):
        pacing.add(Call(number, chat_id=1, priority=1))
    begun = pacing.next(0.0)
    pacing.add(Call(0, chat_id=1, priority=1))
    pacing.done(begun, 0.0)
    assert [call.id for _, call in play(pacing, 60)] == [0, 2, 3, 4, 5]


def test_people_s_words_go_before_the_bot_s():
    pacing = Pacing()
    for number in range(100):
        pacing.add(Call(number, chat_id=number, priority=1))
    for number in range(100, 110):
        pacing.add(Call(number, chat_id=number, priority=0))
    assert {call.id for _, call in play(pacing, 10)[:10]} == set(range(100, 110))


def test_one_chat_told_to_wait_does_not_hold_up_the_others_but_two_do():
    pacing = Pacing()
    for number in range(5):
        pacing.add(Call(number, chat_id=number, priority=1))
    storm = {0: 10.0}
    assert [call.id for _, call in play(pacing, 5, lambda call, now: storm.pop(call.id, 0))] == [1, 2, 3, 4]
    pacing = Pacing()
    for number in range(100):
        pacing.add(Call(number, chat_id=number, priority=1))
    storm = {0: 5.0, 1: 5.0}
    made = play(pacing, 30, lambda call, now: storm.pop(call.id, 0))
    assert len(made) == 100
    assert not any(1 < at < 5 for at, _ in made)


def test_a_group_gets_fewer_than_twenty_a_minute():
    pacing = Pacing()
    for number in range(50):
        pacing.add(Call(number, chat_id=-7, priority=1))
    made = play(pacing, 150)
    for at, _ in made:
        assert sum(at <= other < at + 60 for other, _ in made) < 20


def test_deleting_a_secret_does_not_wait_for_the_chat_s_messages():
    pacing = Pacing()
    for number in range(5):
        pacing.add(Call(number, chat_id=1, priority=1))
    pacing.add(Call(9, chat_id=1, priority=0, free=True))
    assert [call.id for _, call in play(pacing, 0.2)][0] == 9


def test_what_is_done_is_forgotten():
    pacing = Pacing()
    for number in range(10):
        pacing.add(Call(number, chat_id=number, priority=1))
    play(pacing, 5)
    pacing.tidy(10)
    assert pacing.known == set()
    assert pacing._lanes == {}
