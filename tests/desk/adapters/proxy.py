"""A TCP relay in front of a real desk: lets tests lose an answer after the work was done, refuse, or say "busy", which a real server does not on request."""
from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web


class Proxy:
    """Passes HTTP on to `target`. Faults as tests/desk/adapters/stub.py has them."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.faults: list[tuple] = []
        self.only = ""
        self.url = ""
        self.answers: list[tuple[str, str, Mapping[str, str]]] = []
        """Method, path and headers of the answer, of every call."""

    @asynccontextmanager
    async def running(self):
        application = web.Application(client_max_size=32 * 1024 * 1024)
        application.router.add_route("*", "/{path:.*}", self._pass)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        # RT's own small server takes one connection at a time and would wait on an idle one.
        self._http = aiohttp.ClientSession(auto_decompress=False, connector=aiohttp.TCPConnector(force_close=True))
        try:
            yield self
        finally:
            await self._http.close()
            await runner.cleanup()

    async def _pass(self, request: web.Request) -> web.Response:
        fault = self.faults.pop(0) if self.faults and self.only in f"{request.method} {request.path}" else None
        # ("pass",) lets one call through, so that a later one meets the next fault.
        if fault and fault[0] == "down":
            request.transport.abort()
            return web.Response(status=500)
        if fault and fault[0] == "status":
            return web.Response(status=fault[1], headers=fault[2] if len(fault) > 2 else None, text="{}")
        headers = {name: value for name, value in request.headers.items() if name.lower() not in ("host", "content-length", "transfer-encoding")}
        headers["Host"] = urlsplit(self.target).netloc
        async with self._http.request(request.method, self.target + str(request.rel_url), data=await request.read(), headers=headers) as answer:
            body = await answer.read()
            self.answers.append((request.method, request.path, answer.headers))
            kept = {name: value for name, value in answer.headers.items() if name.lower() in ("content-type", "location")}
        if fault and fault[0] == "after":
            request.transport.abort()
            with suppress(Exception):
                await asyncio.sleep(0)
        return web.Response(status=answer.status, body=body, headers=kept)
