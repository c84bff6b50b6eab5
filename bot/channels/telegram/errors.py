"""What a call of the Bot API can end in, in our own words: no text of Telegram's or of the library's, where a token might stand."""
from __future__ import annotations


class TelegramError(Exception):
    """A call that was not served; the text is ours and never holds a token."""


class Away(TelegramError):
    """No answer, or a server's error: try again. Whether the call was carried out is unknown."""


class Wait(TelegramError):
    """Too many requests: not before `seconds` from now."""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class Blocked(TelegramError):
    """The user has blocked the bot, or is gone: nothing reaches this chat."""


class Refused(TelegramError):
    """Telegram will not carry out this call, however often it is made. `why`: its description, lower case."""

    def __init__(self, why: str = "") -> None:
        super().__init__("refused by Telegram")
        self.why = why


class PolledElsewhere(TelegramError):
    """Somebody else receives this bot's updates: another poller, or a webhook (`webhook` is True)."""

    def __init__(self, webhook: bool) -> None:
        super().__init__("another receiver")
        self.webhook = webhook


class BadToken(TelegramError):
    """Telegram does not know the token."""
