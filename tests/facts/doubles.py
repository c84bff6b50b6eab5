"""Local servers that speak documented APIs where the real ones cannot be here: Esplora (Bitcoin), TronGrid, Bitstamp, KuCoin, Statuspage.

Each answers over real HTTP in the documented form, errors included. A test fills in what it is to know.
"""
from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from hashlib import sha256

from aiohttp import web

from bot.references import base58


class Server:
    """An aiohttp application on a free port, in a thread of its own, with a count of what it was asked."""

    def __init__(self, routes: list[web.RouteDef]) -> None:
        self.asked: list[tuple[str, str]] = []
        self.delay = 0.0
        self.broken = False

        @web.middleware
        async def noted(request: web.Request, handler: Callable) -> web.StreamResponse:
            self.asked.append((request.method, request.path_qs))
            self.headers = dict(request.headers)
            if self.delay:
                await asyncio.sleep(self.delay)
            if self.broken:
                return web.Response(status=500, text="broken")
            return await handler(request)

        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        app = web.Application(middlewares=[noted])
        app.add_routes(routes)
        self._thread = threading.Thread(target=self._serve, args=(app,), daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def _serve(self, app: web.Application) -> None:
        async def start() -> None:
            self._runner = web.AppRunner(app)
            await self._runner.setup()
            site = web.TCPSite(self._runner, "127.0.0.1", 0)
            await site.start()
            self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
            self._ready.set()
        self._loop.run_until_complete(start())
        self._loop.run_forever()

    def stop(self) -> None:
        async def end() -> None:
            await self._runner.cleanup()
            self._loop.stop()
        asyncio.run_coroutine_threadsafe(end(), self._loop)
        self._thread.join(10)


class Esplora(Server):
    """Bitcoin, as Blockstream's API.md documents it: /tx/:txid (404 "Transaction not found"), /blocks/tip/height, /fee-estimates."""

    def __init__(self) -> None:
        self.height = 800_000
        self.transactions: dict[str, dict] = {}
        self.fees = {"1": 20.5, "2": 18.0, "6": 10.25, "144": 1.1, "1008": 1.0}
        super().__init__([web.get("/tx/{txid}", self._tx), web.get("/blocks/tip/height", self._tip), web.get("/fee-estimates", self._fees)])

    def add(self, txid: str, to: str, satoshi: int, block: int | None = None, rate: float = 15.0) -> None:
        status = {"confirmed": True, "block_height": block, "block_hash": "0" * 64, "block_time": 1_700_000_000} if block else {"confirmed": False}
        self.transactions[txid] = {
            "txid": txid, "version": 2, "locktime": 0, "vin": [], "size": 225, "weight": 900, "fee": int(225 * rate), "status": status,
            "vout": [{"scriptpubkey": "0014", "scriptpubkey_type": "v0_p2wpkh", "scriptpubkey_address": to, "value": satoshi},
                     {"scriptpubkey": "6a", "scriptpubkey_type": "op_return", "value": 0}]}

    async def _tx(self, request: web.Request) -> web.Response:
        found = self.transactions.get(request.match_info["txid"])
        return web.json_response(found) if found else web.Response(status=404, text="Transaction not found")

    async def _tip(self, request: web.Request) -> web.Response:
        return web.Response(text=str(self.height))

    async def _fees(self, request: web.Request) -> web.Response:
        return web.json_response(self.fees)


class Tron(Server):
    """A TRON full node's HTTP API: unknown hashes are `{}`, info comes with the block, events in `log` without the 41."""

    def __init__(self) -> None:
        self.height = 60_000_000
        self.transactions: dict[str, dict] = {}
        self.infos: dict[str, dict] = {}
        self.pending: dict[str, dict] = {}
        super().__init__([
            web.post("/wallet/gettransactionbyid", self._from(lambda: self.transactions)),
            web.post("/wallet/gettransactioninfobyid", self._from(lambda: self.infos)),
            web.post("/wallet/gettransactionfrompending", self._from(lambda: self.pending)),
            web.post("/wallet/getnowblock", self._now)])

    def add_token(self, txid: str, contract: str, to: str, amount: int, block: int | None, result: str = "SUCCESS") -> None:
        """A TRC-20 transfer."""
        body = {"txID": txid, "ret": [{"contractRet": result}], "raw_data": {"contract": [{"type": "TriggerSmartContract", "parameter": {
            "type_url": "type.googleapis.com/protocol.TriggerSmartContract",
            "value": {"owner_address": "41" + "11" * 20, "contract_address": hexed(contract), "data": "a9059cbb" + hexed(to)[2:].rjust(64, "0") + f"{amount:064x}"}}}]}}
        if block is None:
            self.pending[txid] = body
            return
        self.transactions[txid] = body
        log = [{"address": hexed(contract)[2:], "topics": ["ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef", "0" * 24 + "11" * 20, "0" * 24 + hexed(to)[2:]], "data": f"{amount:064x}"}]
        self.infos[txid] = {"id": txid, "blockNumber": block, "blockTimeStamp": 1_700_000_000_000, "receipt": {"result": result, "energy_usage_total": 31_895},
                            **({"log": log} if result == "SUCCESS" else {"result": "FAILED", "resMessage": "4f55545f4f465f454e45524759"})}

    def add_coin(self, txid: str, to: str, sun: int, block: int) -> None:
        """A transfer of TRX itself: the receipt of those has no result."""
        self.transactions[txid] = {"txID": txid, "ret": [{"contractRet": "SUCCESS"}], "raw_data": {"contract": [{"type": "TransferContract", "parameter": {
            "type_url": "type.googleapis.com/protocol.TransferContract", "value": {"owner_address": "41" + "11" * 20, "to_address": hexed(to), "amount": sun}}}]}}
        self.infos[txid] = {"id": txid, "blockNumber": block, "receipt": {"net_usage": 268}}

    def _from(self, table: Callable[[], dict]) -> Callable:
        async def answer(request: web.Request) -> web.Response:
            return web.json_response(table().get((await request.json())["value"], {}))
        return answer

    async def _now(self, request: web.Request) -> web.Response:
        return web.json_response({"blockID": "0" * 64, "block_header": {"raw_data": {"number": self.height, "timestamp": 1_700_000_000_000}}})


def hexed(address: str) -> str:
    """41... of a T... address."""
    return base58.decode_check(address).hex()


def tron_address(seed: int) -> str:
    """Some valid TRON address."""
    raw = b"\x41" + sha256(bytes([seed])).digest()[:20]
    return base58.encode(raw + sha256(sha256(raw).digest()).digest()[:4])


class Statuspage(Server):
    """Atlassian Statuspage's public summary."""

    def __init__(self) -> None:
        self.summary: dict = {"page": {"id": "p"}, "status": {"indicator": "none", "description": "All Systems Operational"}, "components": [], "incidents": [], "scheduled_maintenances": []}
        super().__init__([web.get("/api/v2/summary.json", self._summary)])

    async def _summary(self, request: web.Request) -> web.Response:
        return web.json_response(self.summary)


class Bitstamp(Server):
    """The two public calls of Bitstamp's API that a price needs, as ccxt makes them."""

    def __init__(self, last: str, bid: str | None = None, ask: str | None = None, trading: str = "Enabled") -> None:
        self.prices = {"last": last, "bid": bid or last, "ask": ask or last}
        self.trading = trading
        super().__init__([web.get("/api/v2/{path:.*}", self._any)])

    async def _any(self, request: web.Request) -> web.Response:
        path = request.match_info["path"].strip("/")
        if path in ("markets", "trading-pairs-info"):
            return web.json_response([{
                "name": "BTC/USD", "url_symbol": "btcusd", "market_symbol": "btcusd", "base_currency": "BTC", "counter_currency": "USD", "base_decimals": 8, "counter_decimals": 2,
                "minimum_order": "10.0 USD", "minimum_order_value": "10.0", "trading": self.trading, "instant_and_market_orders": "Enabled", "instant_order_counter_decimals": 2,
                "description": "Bitcoin / U.S. dollar", "market_type": "SPOT"}])
        if path.startswith("ticker"):
            return web.json_response({**self.prices, "high": "1", "low": "1", "open": "1", "volume": "1", "vwap": "1", "timestamp": "1700000000", "open_24": "1", "percent_change_24": "0"})
        return web.json_response({"status": "error", "reason": "Not Found", "code": "API0005"}, status=404)


class Kucoin(Server):
    """KuCoin's public list of currencies (GET /api/v3/currencies), which says per chain what is open."""

    def __init__(self, deposit: bool, withdrawal: bool) -> None:
        self.row = {"currency": "BTC", "name": "BTC", "fullName": "Bitcoin", "precision": 8, "confirms": None, "contractAddress": None, "isMarginEnabled": True, "isDebitEnabled": True, "chains": [
            {"chainName": "BTC", "withdrawalMinSize": "0.001", "depositMinSize": None, "withdrawFeeRate": "0", "withdrawalMinFee": "0.0005", "isWithdrawEnabled": withdrawal, "isDepositEnabled": deposit,
             "confirms": 3, "preConfirms": 1, "contractAddress": "", "withdrawPrecision": 8, "maxWithdraw": None, "maxDeposit": None, "needTag": False, "chainId": "btc"}]}
        super().__init__([web.get("/api/v3/currencies", self._currencies)])

    async def _currencies(self, request: web.Request) -> web.Response:
        return web.json_response({"code": "200000", "data": [self.row]})
