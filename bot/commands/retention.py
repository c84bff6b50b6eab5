"""Delete what is older than data/exchange.yml says (section desk), now. The worker does the same once a day."""
from __future__ import annotations

import argparse
import json

from bot.commands.database import use


def arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(args: argparse.Namespace) -> int:
    use()
    from bot.desk import retention
    from bot.desk.actors import OPERATOR

    print(json.dumps(retention.sweep(OPERATOR)))
    return 0
