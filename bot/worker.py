"""The worker as a process of its own (WORKER=external): sweeps and retries; it serves nobody.

    python -m bot.worker
"""
from __future__ import annotations

import asyncio
import os
import signal
import sys


async def work() -> None:
    """Runs until SIGINT or SIGTERM."""
    from bot.channels.telegram import service as telegram
    from bot.conversations import runtime

    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    running = await runtime.start(sweeps=True)
    await telegram.start(running, leads=True)
    try:
        await stopping.wait()
    finally:
        await telegram.stop()
        await runtime.stop()


def main() -> int:
    """Returns the exit code: 2 when the settings do not allow a worker of its own."""
    from bot.config import ConfigError, config

    try:
        settings = config()
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    if settings.worker != "external":
        print("The worker runs inside the app. For one of its own set WORKER=external (and DATABASE_URL) for both.", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot.settings")
    import django

    django.setup()
    asyncio.run(work())
    return 0


if __name__ == "__main__":
    sys.exit(main())
