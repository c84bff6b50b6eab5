"""A moment that somebody named, so that it still means the same tomorrow."""
from __future__ import annotations

from datetime import date, datetime


def absolute(value: str) -> str | None:
    """`2026-11-21`, or `2026-11-21 15:00 UTC+8`, of an ISO 8601 date or moment; None where `value` is neither."""
    try:
        if len(value) == len("2026-11-21"):
            return date.fromisoformat(value).isoformat()
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return f"{moment:%Y-%m-%d %H:%M}{_zone(moment)}"


def dated(said: str, value: str, language: str) -> str:
    """What was said, and which day that is: `昨天（2026-11-21）`. Whoever reads it does so on another day."""
    known = absolute(value)
    if not said:
        return known or value
    if known is None or known[:10] in said:
        return said
    return f"{said}（{known}）" if language.startswith("zh") else f"{said} ({known})"


def _zone(moment: datetime) -> str:
    offset = moment.utcoffset()
    if offset is None:
        return ""
    minutes = round(offset.total_seconds() / 60)
    if not minutes:
        return " UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f" UTC{'+' if minutes > 0 else '-'}{hours}{f':{rest:02}' if rest else ''}"
