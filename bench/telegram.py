"""telegram.chats_1000_s: 1,000 people write to the bot on Telegram within a minute; the seconds until the last of them has his answers, under Telegram's limits.

Also counted: answers lost, doubled or out of order (`telegram.wrong`), refusals for being too fast (`telegram.too_many`), and the most messages in any second.
"""
from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from bot.commands.run import prepare
from bot.home import ROOT, Home
from bot.stack import Ports, Stack

sys.path.insert(0, str(ROOT / "tests"))

from telegram_api import Telegram, User  # noqa: E402

CHATS = 1000
MINUTE = 60.0
PATIENCE_SECONDS = 600
QUESTIONS = ("KYC是什么意思", "客服是做什么的")


def measure(model: Path, chats: int = CHATS, within: float = MINUTE) -> dict[str, float]:
    """Starts a bot of its own, whose Telegram keeps its limits."""
    with tempfile.TemporaryDirectory(prefix="bench-telegram-") as folder, Telegram() as telegram:
        telegram.delay = 0.03  # to Telegram and back
        home = Home(Path(folder))
        home.make()
        stack = Stack(home, Ports.free(), model, {"BOT_RATE_LIMITS": "off", "DATABASE_URL": "", "REDIS_URL": "", "TELEGRAM_TOKEN": telegram.token,
                                                  "TELEGRAM_API": telegram.url, "TELEGRAM_WEBHOOK": ""})
        try:
            stack.start_engine()
            prepare(stack)
            stack.start_app()
            stack.wait_ready()
            return _run(telegram, chats, within)
        finally:
            stack.stop()


def _run(telegram: Telegram, chats: int, within: float) -> dict[str, float]:
    users = [User(telegram, first_name=f"U{number}") for number in range(chats)]
    began = time.monotonic()
    for number, user in enumerate(users):
        time.sleep(max(0.0, began + number * within / chats - time.monotonic()))
        user.starts()
        for question in QUESTIONS:
            user.says(question)
    seconds = 0.0
    while seconds < PATIENCE_SECONDS:
        heard = telegram.run(lambda: _heard(telegram))
        seconds = time.monotonic() - began
        if all(len(heard.get(user.id, ())) > len(QUESTIONS) for user in users):
            break
        time.sleep(0.5)
    time.sleep(3)  # whatever comes twice comes now
    heard = telegram.run(lambda: _heard(telegram))
    usual = max(heard.values(), key=lambda texts: sum(other == texts for other in heard.values()))
    wrong = sum(heard.get(user.id) != usual for user in users)
    return {f"telegram.chats_{chats}_s": round(seconds, 1), "telegram.wrong": wrong, "telegram.too_many": telegram.limits.refused,
            "telegram.most_in_a_second": telegram.limits.most_in_a_second, "telegram.messages": sum(map(len, heard.values()))}


def _heard(telegram: Telegram) -> dict[int, tuple[str, ...]]:
    found: dict[int, list[str]] = {}
    for (chat_id, _), message in sorted(telegram.messages.items()):
        if message["from"]["is_bot"]:
            found.setdefault(chat_id, []).append(message.get("text", ""))
    return {chat_id: tuple(texts) for chat_id, texts in found.items()}
