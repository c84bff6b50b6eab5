"""Counts what this process does, for /metrics in Prometheus' text format. Never holds anything about a person."""
from __future__ import annotations

from collections import Counter

BUCKETS_MS = (5, 10, 20, 50, 100, 200, 500, 1000, 3000, 10000)


class Metrics:
    """Counters since the process started."""

    def __init__(self) -> None:
        self._counters: Counter[str] = Counter()
        self._turns: Counter[str] = Counter()
        self._buckets: Counter[int] = Counter()
        self._sum_ms = 0.0

    def count(self, name: str) -> None:
        """One more of `name`."""
        self._counters[name] += 1

    def turn(self, by: str, ms: float) -> None:
        """A turn was committed: who answered, and how many milliseconds it took."""
        self._turns[by] += 1
        self._sum_ms += ms
        for bucket in BUCKETS_MS:
            if ms <= bucket:
                self._buckets[bucket] += 1

    def text(self, gauges: dict[str, float]) -> str:
        """Everything, with the given gauges, as Prometheus reads it."""
        total = sum(self._turns.values())
        lines = [f'bot_{name}_total {value}' for name, value in sorted(self._counters.items())]
        lines += [f'bot_turns_total{{by="{by}"}} {value}' for by, value in sorted(self._turns.items())]
        lines += [f'bot_turn_ms_bucket{{le="{bucket}"}} {self._buckets[bucket]}' for bucket in BUCKETS_MS]
        lines += [f'bot_turn_ms_bucket{{le="+Inf"}} {total}', f"bot_turn_ms_sum {self._sum_ms:.1f}", f"bot_turn_ms_count {total}"]
        lines += [f"bot_{name} {value:g}" for name, value in sorted(gauges.items())]
        return "\n".join(lines) + "\n"


METRICS = Metrics()
