"""Telegram's channel (docs/telegram.md): updates in, the message log out, on the same conversations as the website. The Bot API's library is used by api.py alone."""
