"""Brings the database up to date and sees to the desk's accounts; prints one JSON value. Run by `bot run` before the app starts, and by `bot operator`.

    python -m bot.prepare [--change '{"name": ..., "role": ...}' | --list]
"""
from __future__ import annotations

import argparse
import json
import os
import sys


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--change", metavar="JSON", help="arguments of bot.desk.accounts.change")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
    import django

    django.setup()
    from django.core.exceptions import ValidationError
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    from bot.desk import accounts

    try:
        result = accounts.listed() if args.list else accounts.change(**json.loads(args.change)) if args.change else accounts.first()
    except (LookupError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except ValidationError as error:
        print("; ".join(error.messages), file=sys.stderr)
        return 2
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
