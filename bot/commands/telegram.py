"""Tell Telegram about the bot: commands, descriptions, webhook or polling (docs/telegram.md)."""
from __future__ import annotations

import argparse
import asyncio
import json
import os
from collections.abc import Mapping

from bot.commands import CommandError

WHY = {
    "BadToken": "Telegram does not know this token; copy it from BotFather again (TELEGRAM_TOKEN).",
    "Away": "Telegram did not answer; is TELEGRAM_API right, and may this machine reach it?",
    "Wait": "Telegram asks to wait; try again in a minute.",
    "Refused": "Telegram refused a setting; is TELEGRAM_WEBHOOK an address that Telegram can reach (https, port 443, 80, 88 or 8443)?",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("setup", "status"), help="setup: commands, descriptions, and webhook or polling as TELEGRAM_WEBHOOK says; status: what Telegram says")


def run(args: argparse.Namespace) -> int:
    print(json.dumps(call(args.what, os.environ), ensure_ascii=False))
    return 0


def call(what: str, environment: Mapping[str, str]) -> dict | str:
    """Runs a function of bot/channels/telegram/setup.py. Raises CommandError."""
    from bot.config import ConfigError, load

    try:
        config = load(environment)
    except ConfigError as error:
        raise CommandError(str(error)) from None
    if config.telegram_token is None:
        raise CommandError("TELEGRAM_TOKEN is not set; BotFather gives it (docs/telegram.md).")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
    import django

    django.setup()
    from bot.channels.telegram import setup
    from bot.channels.telegram.errors import TelegramError

    work = {"setup": setup.set_up, "status": setup.status, "name": setup.name}[what]
    try:
        return asyncio.run(work(config))
    except TelegramError as error:
        raise CommandError(WHY.get(type(error).__name__, str(error)), 1) from None
