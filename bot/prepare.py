"""Brings the database up to date and makes the first operator; prints one JSON object. Run by `bot run` before the app starts.

    python -m bot.prepare [--reset-password NAME]
"""
from __future__ import annotations

import argparse
import json
import os
import secrets
import sys

FIRST_OPERATOR = "operator"


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def first_operator() -> dict[str, str | None]:
    """Makes the first operator with a random password where nobody can log in yet. The password is told once, here."""
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    someone = users.filter(is_staff=True, is_active=True).order_by("pk").first()
    if someone is not None:
        return {"username": someone.get_username(), "password": None}
    password = secrets.token_urlsafe(12)
    users.create_superuser(username=FIRST_OPERATOR, password=password)
    return {"username": FIRST_OPERATOR, "password": password}


def reset_password(username: str) -> dict[str, str | None]:
    """A new random password for somebody who exists. Raises LookupError."""
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        raise LookupError(f"there is no operator named {username!r}")
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    return {"username": username, "password": password}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reset-password", metavar="NAME")
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
    import django

    django.setup()
    migrate()
    try:
        result = reset_password(args.reset_password) if args.reset_password else first_operator()
    except LookupError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
