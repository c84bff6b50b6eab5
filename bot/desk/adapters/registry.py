"""The adapter of each configured desk, made once in a process."""
from __future__ import annotations

from functools import lru_cache

from bot.desk.adapters import config
from bot.desk.adapters.base import DeskAdapter
from bot.desk.adapters.chatwoot import Chatwoot
from bot.desk.adapters.request_tracker import RequestTracker
from bot.desk.adapters.zammad import Zammad
from bot.desk.adapters.zendesk import Zendesk

KINDS = {"chatwoot": Chatwoot, "zammad": Zammad, "zendesk": Zendesk}


def made(name: str, desk: config.AnyDesk, token: str, webhook_secret: str = "") -> DeskAdapter:
    """The adapter for an entry of data/desks.yml."""
    if isinstance(desk, config.RequestTracker):
        return RequestTracker(name, desk, token)
    return KINDS[desk.kind](name, desk, token, webhook_secret)


@lru_cache(maxsize=32)
def adapter(name: str) -> DeskAdapter:
    """The configured desk of that name. Raises KeyError, and DesksError without its credential."""
    return made(name, config.desks().desks[name], config.token(name), config.webhook_secret(name))


def ready() -> None:
    """Makes every configured adapter. A start should stop at what is missing, not the first visitor's ticket. Raises DesksError."""
    for name in config.desks().desks:
        adapter(name)
