"""A local Ethereum chain (npm's ganache) with accounts that hold coins, and a token to send. Real blocks, receipts and logs."""
from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

NODE = Path(__file__).parents[1] / "node" / "node_modules"
GANACHE = NODE / "ganache" / "dist" / "node" / "cli.js"
TOKEN = NODE / "@openzeppelin" / "contracts" / "build" / "contracts" / "ERC20PresetFixedSupply.json"
MISSING = not shutil.which("node") or not GANACHE.is_file() or not TOKEN.is_file()


class Chain:
    """A running chain. Blocks are mined at once unless `mining(False)`."""

    def __init__(self) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = subprocess.Popen(
            ["node", str(GANACHE), "--server.host", "127.0.0.1", "--server.port", str(self.port), "--wallet.deterministic", "--logging.quiet", "--chain.hardfork", "london"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                self.accounts = self.call("eth_accounts")
                break
            except (URLError, ConnectionError):
                time.sleep(0.1)
        self.token = self._deployed()

    def call(self, method: str, *params: object):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        with urlopen(Request(self.url, body, {"Content-Type": "application/json"}), timeout=30) as answer:
            return json.load(answer).get("result")

    def send(self, to: str, amount: int, **more: str) -> str:
        """Coins from the first account; the hash."""
        return self.call("eth_sendTransaction", {"from": self.accounts[0], "to": to, "value": hex(amount), "gas": hex(100_000), **more})

    def send_token(self, to: str, amount: int, source: str | None = None, token: str | None = None) -> str:
        """The token (6 decimals by convention of the tests); the hash, also of a transfer that fails."""
        data = "0xa9059cbb" + _word(int(to, 16)) + _word(amount)
        return self.call("eth_sendTransaction", {"from": source or self.accounts[0], "to": token or self.token, "data": data, "gas": hex(200_000)})

    def mine(self, blocks: int) -> None:
        for _ in range(blocks):
            self.call("evm_mine")

    def mining(self, on: bool) -> None:
        self.call("miner_start" if on else "miner_stop")

    def deploy(self) -> str:
        """Another token that looks the same."""
        return self._deployed()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _deployed(self) -> str:
        code = json.loads(TOKEN.read_text("utf-8"))["bytecode"]
        name, symbol = b"Test Dollar".hex().ljust(64, "0"), b"TUSD".hex().ljust(64, "0")
        arguments = _word(128) + _word(192) + _word(10**15) + _word(int(self.accounts[0], 16)) + _word(11) + name + _word(4) + symbol
        tx = self.call("eth_sendTransaction", {"from": self.accounts[0], "data": code + arguments, "gas": hex(3_000_000)})
        return self.call("eth_getTransactionReceipt", tx)["contractAddress"]


def _word(number: int) -> str:
    return f"{number:064x}"
