"""Lets a command work on the bot's own database, with the secrets of its home."""
from __future__ import annotations

import os

from bot.commands import CommandError
from bot.home import Home


def use() -> None:
    """Sets Django up. Raises CommandError where there is no database yet."""
    for name, value in Home.from_environment().secrets().items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
    import django
    from django.db.utils import DatabaseError

    django.setup()
    from bot.desk.models import AuditHead

    try:
        AuditHead.objects.exists()
    except DatabaseError:
        raise CommandError("there is no database yet: start the bot once with `bot run`.") from None
