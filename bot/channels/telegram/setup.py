"""Tells Telegram about the bot: commands, menu button, descriptions, and where updates go. Run by `bot telegram`, never by the app."""
from __future__ import annotations

from typing import Any

from bot.channels.telegram import webhook
from bot.channels.telegram.api import Api
from bot.config import Config
from bot.conversations.sentences import say
from bot.dialogue.wording import TELEGRAM_COMMANDS

LANGUAGES = {"": "en", "en": "en", "zh": "zh-Hans"}
"""Telegram's language code ("" is everybody else) -> ours."""


def commands() -> dict[str, list[tuple[str, str]]]:
    """The commands with their descriptions, by Telegram's language code."""
    return {code: [(name, say(f"telegram.command.{name}", ours).text) for name in TELEGRAM_COMMANDS] for code, ours in LANGUAGES.items()}


def about() -> dict[str, tuple[str, str]]:
    """(description, short description) by Telegram's language code."""
    return {code: (say("telegram.description", ours).text, say("telegram.short_description", ours).text) for code, ours in LANGUAGES.items()}


async def name(config: Config) -> str:
    """The bot's username. Raises TelegramError."""
    api = Api(config)
    try:
        await api.begin()
        return api.username
    finally:
        await api.close()


async def set_up(config: Config) -> dict[str, Any]:
    """Sets everything, and the webhook where TELEGRAM_WEBHOOK says so; else removes it, so that polling works. Raises TelegramError."""
    api = Api(config)
    try:
        await api.begin()
        await api.present(commands(), about())
        if config.telegram_webhook:
            await api.set_webhook(webhook.url(), webhook.derived("secret"))
        else:
            await api.delete_webhook()
        return {"bot": f"@{api.username}", "updates": "webhook" if config.telegram_webhook else "polling", "commands": list(TELEGRAM_COMMANDS)}
    finally:
        await api.close()


async def status(config: Config) -> dict[str, Any]:
    """What Telegram says of the bot. Raises TelegramError."""
    api = Api(config)
    try:
        await api.begin()
        found = await api.webhook()
        return {"bot": f"@{api.username}", "updates": "webhook" if found["set"] else "polling", "pending": found["pending"], "last_error": found["error"]}
    finally:
        await api.close()
