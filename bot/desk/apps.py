"""Registers the desk (tickets, agents, their admin) with Django."""
from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "bot.desk"
    label = "desk"
    verbose_name = "Support desk"
