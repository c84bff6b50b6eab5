"""Registers the Telegram channel (inbox, outgoing queue, chats, links) with Django."""
from django.apps import AppConfig


class TelegramConfig(AppConfig):
    name = "bot.channels.telegram"
    label = "telegram"
    verbose_name = "Telegram"

    def ready(self) -> None:
        """The website learns of a link with the conversation's state."""
        from bot.channels.telegram import links
        from bot.conversations import state

        state.MORE.append(links.shown)
