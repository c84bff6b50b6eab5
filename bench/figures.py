"""Percentiles of a list of times, under the benchmark's key names."""
from __future__ import annotations

from collections.abc import Sequence


def percentile(times: Sequence[float], share: float) -> float:
    """The value at a share (0-1), nearest rank."""
    ordered = sorted(times)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2)


def keyed(name: str, times: Sequence[float], **shares: float) -> dict[str, float]:
    """{name.p50: ..., name.p95: ...} for shares given as p50=0.5."""
    return {f"{name}.{key}": percentile(times, share) for key, share in shares.items()}
