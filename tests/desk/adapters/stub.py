"""What the stand-ins for vendors' desks share: real HTTP on a loopback port, and the faults a real desk has. Each vendor's own ways are beside this file."""
from __future__ import annotations

import asyncio
import itertools
from abc import ABC, abstractmethod
from contextlib import asynccontextmanager

from aiohttp import web


class Stub(ABC):
    """A desk in this process. Set `faults` to what the next calls shall meet:

    ("down",) closes the connection; ("status", 503, {headers}) answers so; ("after",) does the work and then closes the connection without an answer.
    """

    def __init__(self) -> None:
        self.faults: list[tuple] = []
        self.only: str = ""
        """Part of a path: faults are for these calls alone."""
        self.calls: list[tuple[str, str]] = []
        self.numbers = itertools.count(101)
        self.url = ""
        self._runner: web.AppRunner | None = None

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """The vendor's calls."""

    @abstractmethod
    def authorised(self, request: web.Request) -> bool:
        """Whether the call carries the vendor's credentials."""

    async def start(self) -> None:
        application = web.Application(middlewares=[self._faulty], client_max_size=32 * 1024 * 1024)
        application.add_routes(self.routes())
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        port = int(self.url.rpartition(":")[2]) if self.url else 0  # after an outage it is where it was
        site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @asynccontextmanager
    async def running(self):
        await self.start()
        try:
            yield self
        finally:
            await self.stop()

    @web.middleware
    async def _faulty(self, request: web.Request, handler):
        self.calls.append((request.method, request.path))
        fault = self.faults.pop(0) if self.faults and self.only in f"{request.method} {request.path}" else None
        # ("pass",) lets one call through, so that a later one meets the next fault.
        if fault and fault[0] == "down":
            request.transport.abort()
            return web.Response(status=500)
        if fault and fault[0] == "status":
            return web.Response(status=fault[1], headers=fault[2] if len(fault) > 2 else None, text="{}")
        if not self.authorised(request):
            return web.json_response({"error": "unauthorized"}, status=401)
        answer = await handler(request)
        if fault and fault[0] == "after":
            request.transport.abort()
            await asyncio.sleep(0)
        return answer
