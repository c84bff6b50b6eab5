"""Rate limits: who is counted, and what he is told."""
from __future__ import annotations

import pytest

from bot.channels.web.limits import Limits, NoLimits, network
from bot.channels.web.refusal import Refused


def test_a_visitor_is_stopped_after_a_burst_and_others_are_not():
    limits = Limits()
    for _ in range(15):
        limits.count("messages", "10.0.0.1", "one")
    with pytest.raises(Refused) as caught:
        limits.count("messages", "10.0.0.1", "one")
    assert caught.value.status == 429
    assert 1 <= caught.value.retry_after <= 10
    limits.count("messages", "10.0.0.1", "two")


def test_an_address_is_stopped_whatever_visitors_it_invents():
    limits = Limits()
    for number in range(300):
        limits.count("messages", "10.0.0.1", f"visitor {number}")
    with pytest.raises(Refused):
        limits.count("messages", "10.0.0.1", "one more")
    limits.count("messages", "10.0.0.2", "somebody")


def test_limits_can_be_off():
    off = NoLimits()
    for _ in range(1000):
        off.count("messages", "10.0.0.1", "one")


@pytest.mark.parametrize(("address", "counted"), [
    ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("", "unknown"), ("x", "unknown"),
])
def test_an_address_counts_as_the_network_one_person_has(address, counted):
    assert network(address) == counted


def test_whoever_is_too_fast_is_told_when_to_go_on_and_nothing_is_stored(start_door):
    with start_door() as door:
        visitor = door.visitor("en")
        answers = [visitor.send(text=f"number {n}") for n in range(20)]
        refused = [answer for answer in answers if answer.status != 202]
        assert {answer.status for answer in refused} == {429}
        assert int(refused[0].headers["retry-after"]) >= 1
        assert refused[0].json["code"] == "too_many"
        assert len([m for m in visitor.history() if m["author"] == "user"]) == 20 - len(refused)
