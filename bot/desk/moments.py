"""Moments and spans as a visitor reads them: in his time zone and language, with the day where it is not today."""
from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_skeleton, format_timedelta

from bot.config import config
from bot.conversations.models import Conversation

LOCALES = {"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant", "en": "en"}


def shown(moment: datetime, conversation: Conversation, now: datetime) -> str:
    """`09:00`, or `12月25日 09:00` and `Dec 25 09:00` on another day than `now`."""
    zone = zone_of(conversation)
    local = moment.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{format_skeleton('MMMd', local, locale=locale(conversation.language))} {local:%H:%M}"


def full(moment: datetime, zone: ZoneInfo) -> str:
    """`2026-12-25 09:00:05 +0800`: for records, where nothing may be left open."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %z}"


def age(since: datetime, now: datetime, language: str) -> str:
    """How long ago, roughly: `3小时前`, `3 hours ago`; empty under a minute, which has a word of its own."""
    past = now - since
    return format_timedelta(-past, granularity="minute", threshold=1, add_direction=True, locale=locale(language)) if past >= timedelta(minutes=1) else ""


def zone_of(conversation: Conversation) -> ZoneInfo:
    """The visitor's time zone, else the site's."""
    for name in (conversation.timezone, config().timezone):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def locale(language: str) -> str:
    """Babel's name for one of our languages."""
    return LOCALES.get(language, "zh_Hans")
