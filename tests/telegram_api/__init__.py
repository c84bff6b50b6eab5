"""Telegram's side of the Bot API for tests and benchmarks: a real HTTP server with the documented limits and errors, and users to write to the bot.

`Telegram` is the server (server.py), `User` a person in a private chat (people.py). Nothing here imports the bot.
"""
from telegram_api.people import Group, User
from telegram_api.server import Telegram

__all__ = ["Group", "Telegram", "User"]
