"""guard_us.p50: what masking secrets costs a message, in microseconds."""
from __future__ import annotations

import time

from bench.figures import keyed
from bench.texts import FIRST
from bot.safety.guard import guard

ROUNDS = 50


def measure() -> dict[str, float]:
    times = []
    for _ in range(ROUNDS):
        for text in FIRST:
            before = time.perf_counter()
            guard(text)
            times.append((time.perf_counter() - before) * 1_000_000)
    return keyed("guard_us", times, p50=0.50)
