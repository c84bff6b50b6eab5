"""Long polling: asks Telegram for updates and writes them into the inbox; the next question acknowledges them. One runs in the whole site."""
from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.channels.telegram import inbox
from bot.channels.telegram.errors import Away, BadToken, PolledElsewhere, TelegramError, Wait
from bot.channels.telegram.inbox import Press
from bot.conversations import faults
from bot.conversations.database import run

if TYPE_CHECKING:
    from bot.channels.telegram.api import Api

logger = logging.getLogger(__name__)
PAUSES = (1.0, 2.0, 5.0, 15.0)
ELSEWHERE_SECONDS = 5.0
WEBHOOK_SECONDS = 30.0
TOKEN_SECONDS = 60.0


class Poller:
    """Calls `stored` with the presses of each batch that is on the disk."""

    def __init__(self, api: Api, stored: Callable[[list[Press]], None]) -> None:
        self._api = api
        self._stored = stored

    async def forever(self) -> None:
        """Runs until cancelled."""
        # No offset at first: Telegram begins with what was not acknowledged, also after it has begun to count anew.
        offset, failures = None, 0
        while True:
            try:
                updates = await self._api.updates(offset)
                if updates:
                    faults.reach("before_telegram_store")
                    presses = await run(inbox.store, updates, self._api.username, self._api.id)
                    faults.reach("after_telegram_store")
                    offset = 1 + max([-1, *(update["update_id"] for update in updates if isinstance(update, dict) and isinstance(update.get("update_id"), int))])
                    self._stored(presses)
                failures = 0
            except Exception as error:
                failures += 1
                await asyncio.sleep(_pause(error, failures))


def _pause(error: Exception, failures: int) -> float:
    """Says what is wrong, and how many seconds to wait."""
    if isinstance(error, PolledElsewhere) and error.webhook:
        logger.error("telegram: a webhook is set, so nothing comes by polling; `bot telegram setup` without TELEGRAM_WEBHOOK removes it")
        return WEBHOOK_SECONDS
    if isinstance(error, PolledElsewhere):
        logger.warning("telegram: another program polls with the same token")
        return ELSEWHERE_SECONDS
    if isinstance(error, BadToken):
        logger.error("telegram: Telegram does not know this token; look at TELEGRAM_TOKEN")
        return TOKEN_SECONDS
    if isinstance(error, Wait):
        return error.seconds
    if not isinstance(error, Away) or failures == 1:
        logger.warning("telegram: polling failed; trying again", extra={
            "error": type(error).__name__, "attempt": failures, "kind": "telegram" if isinstance(error, TelegramError) else "own"})
    return PAUSES[min(failures, len(PAUSES)) - 1]
