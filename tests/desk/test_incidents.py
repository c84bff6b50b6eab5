"""Tickets that a look-up found to belong to a known incident: the desk sees how many there are, and finds them by its number."""
from __future__ import annotations

from bot.desk import handling


def test_tickets_of_one_incident_are_counted_and_found_by_its_number(hand_over, agent):
    from bot.desk.console import lists, shown

    first = hand_over(visitor="a", flow="trading_lag", incident="inc-2025-7")
    second = hand_over(visitor="b", flow="deposit_missing", incident="inc-2025-7")
    other = hand_over(visitor="c", incident="inc-2025-8")
    none = hand_over(visitor="d")
    assert shown.ticket(agent, "zh", first.number)["incident"] == {"number": "inc-2025-7", "open": 2}
    assert shown.ticket(agent, "zh", other.number)["incident"] == {"number": "inc-2025-8", "open": 1}
    assert shown.ticket(agent, "en", none.number)["incident"] is None
    found = lists.page(agent, "zh", lists.Asked(view="all", text="inc-2025-7"))["tickets"]
    assert {row["number"] for row in found} == {first.number, second.number}
    handling.take(first, agent)
    handling.resolve(first, agent, "solved")
    assert shown.ticket(agent, "zh", second.number)["incident"]["open"] == 1


def test_one_incident_does_not_make_two_problems_of_one_person_the_same(hand_over):
    first = hand_over(visitor="a", identity="u1", flow="trading_lag", incident="inc-2025-7")
    second = hand_over(visitor="b", identity="u1", flow="withdrawal_failed_or_pending", incident="inc-2025-7")
    assert first.pk != second.pk
