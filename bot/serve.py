"""The app process: one event loop with two listeners, the public one and the internal one. Not for the engine.

    python -m bot.serve
"""
from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys

import uvicorn

from bot.asgi import application, close_streams
from bot.config import config
from bot.internal import internal_application
from bot.safety.logging import configure

GRACE_SECONDS = 3  # open streams are told to reconnect first; what then still hangs is cut


class _Listener(uvicorn.Server):
    """A uvicorn server that leaves signals to this module: two of them would each restore the other's handlers."""

    @contextlib.contextmanager
    def capture_signals(self):
        yield


def listener(app, host: str, port: int, lifespan: str) -> _Listener:
    return _Listener(uvicorn.Config(
        app, host=host, port=port, lifespan=lifespan, ws="none", access_log=False, log_config=None, server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS, timeout_keep_alive=75, h11_max_incomplete_event_size=16 * 1024,
    ))


async def serve() -> int:
    """Runs until SIGINT or SIGTERM. Returns the exit code."""
    settings = config()
    internal = listener(internal_application, settings.internal_host, settings.internal_port, "off")
    public = listener(application, settings.host, settings.port, "on")
    servers = (public, internal)

    def stop() -> None:
        close_streams()
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    tasks = [asyncio.create_task(server.serve()) for server in servers]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    stop()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for problem in results:
        if isinstance(problem, BaseException):
            logging.getLogger("bot").error("a listener ended: %s", type(problem).__name__)
    return int(any(isinstance(result, BaseException) for result in results) or not all(server.started for server in servers))


def main() -> None:
    configure()  # before anything can log: a library's own format would quote requests
    try:
        import uvloop
    except ImportError:
        sys.exit(asyncio.run(serve()))
    sys.exit(uvloop.run(serve()))


if __name__ == "__main__":
    main()
