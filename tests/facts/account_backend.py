"""A reference server of the account interface (docs/facts.md): what an exchange's backend has to answer, and how it checks the signature."""
from __future__ import annotations

import hmac
import time

from aiohttp import web

from bot.facts.account import signature
from tests.facts.doubles import Server

MOST_SECONDS = 60


class AccountBackend(Server):
    """GET /v1/account, /v1/deposits/<hash>, /v1/orders/<id>; 401 without a valid, fresh signature, 404 for what the user does not have."""

    def __init__(self, secret: str, now=time.time) -> None:
        self.secret, self.now = secret, now
        self.accounts: dict[str, dict] = {}
        self.deposits: dict[tuple[str, str], dict] = {}
        self.orders: dict[tuple[str, str], dict] = {}
        super().__init__([
            web.get("/v1/account", self._signed(lambda user, _: self.accounts.get(user))),
            web.get("/v1/deposits/{key}", self._signed(lambda user, key: self.deposits.get((user, key)))),
            web.get("/v1/orders/{key}", self._signed(lambda user, key: self.orders.get((user, key))))])

    def _signed(self, find):
        async def answer(request: web.Request) -> web.Response:
            user, timestamp = request.headers.get("X-User", ""), request.headers.get("X-Timestamp", "")
            expected = signature(self.secret, "GET", request.path, user, timestamp)
            fresh = timestamp.isdigit() and abs(self.now() - int(timestamp)) <= MOST_SECONDS
            if not fresh or not hmac.compare_digest(expected, request.headers.get("X-Signature", "")):
                return web.json_response({"error": "signature"}, status=401)
            found = find(user, request.match_info.get("key", ""))
            return web.json_response(found) if found else web.json_response({"error": "not found"}, status=404)
        return answer
