"""Registers the desk (tickets, agents, their admin) with Django."""
from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DeskConfig(AppConfig):
    name = "bot.desk"
    label = "desk"
    verbose_name = "Support desk"

    def ready(self) -> None:
        from bot.desk.mail import following
        from bot.desk.outbox import follow
        from bot.desk.people import make_roles

        post_migrate.connect(make_roles, sender=self)
        follow.connect()
        following.connect()
