"""A desk that is killed at random moments of hand-offs, answers and resolutions loses nothing and says nothing twice."""
from __future__ import annotations

import pytest

from bench.faults import KILLS, TICKETS, measure


@pytest.mark.timeout(900)
def test_twenty_kills_lose_nothing_and_double_nothing():
    assert measure(kills=20, tickets=10, seed=7) == {"faults.injected": 20, "faults.lost": 0, "faults.doubled": 0}


@pytest.mark.faults
@pytest.mark.timeout(3600)
def test_two_hundred_kills_over_a_hundred_tickets(capsys):
    found = measure()
    with capsys.disabled():
        print(f"\nfaults: {found['faults.injected']:.0f} kills over {TICKETS} tickets, {found['faults.lost']} lost, {found['faults.doubled']} doubled", flush=True)
    assert found["faults.injected"] >= KILLS
    assert (found["faults.lost"], found["faults.doubled"]) == (0, 0)
