"""Registers conversations (message log, turns) with Django."""
from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "bot.conversations"
    label = "conversations"
    verbose_name = "Conversations"
