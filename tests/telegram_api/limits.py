"""Telegram's limits on messages: 30 a second in all, one a second in a chat, 20 a minute in a group; over them 429 with retry_after in seconds."""
from __future__ import annotations

import math
import time
from collections import defaultdict, deque

from telegram_api.rules import ApiError


class Limits:
    """Counts messages sent. `most_in_a_second`, `refused`, and of those `too_soon` (in their chat) and `impatient` (told to wait, and did not) are what
    was seen, for tests and benchmarks."""

    def __init__(self, strict: bool = True) -> None:
        self.strict = strict
        self.refused = 0
        self.too_soon = 0
        self.impatient = 0
        self.most_in_a_second = 0
        self._all: deque[float] = deque()
        self._chats: dict[int, deque[float]] = defaultdict(deque)
        self._storm = (0, 1)
        self._told: dict[int, float] = {}

    def storm(self, count: int, retry_after: int = 1) -> None:
        """The next `count` messages are refused, whatever the counts say."""
        self._storm = (count, retry_after)

    def message(self, chat_id: int) -> None:
        """Raises ApiError(429)."""
        left, seconds = self._storm
        now = time.monotonic()
        if now < self._told.get(chat_id, 0.0):
            self.impatient += 1
        if left:
            self._storm = (left - 1, seconds)
            raise self._too_many(chat_id, seconds)
        chat = self._chats[chat_id]
        window = 60.0 if chat_id < 0 else 1.0
        for times, length in ((self._all, 1.0), (chat, window)):
            while times and times[0] <= now - length:
                times.popleft()
        if self.strict and len(self._all) >= 30:
            raise self._too_many(chat_id, math.ceil(1.0 - (now - self._all[0])))
        if self.strict and len(chat) >= (20 if chat_id < 0 else 1):
            self.too_soon += 1
            raise self._too_many(chat_id, math.ceil(window - (now - chat[0])))
        self._all.append(now)
        chat.append(now)
        self.most_in_a_second = max(self.most_in_a_second, len(self._all))

    def _too_many(self, chat_id: int, seconds: int) -> ApiError:
        self.refused += 1
        seconds = max(1, seconds)
        self._told[chat_id] = time.monotonic() + seconds
        return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
