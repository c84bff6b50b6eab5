"""Asks an Ethereum-like chain by JSON-RPC. Source: the execution API specification (eth_getTransactionReceipt, eth_getLogs' log format) and ERC-20.

Native coins that a contract passes on leave no log: such a transaction is marked opaque, and no receiver is concluded from it.
"""
from __future__ import annotations

from typing import Any

from bot.facts.asking import Asker, NoAnswer, together
from bot.facts.chain.transaction import ABSENT, FAILED, INCLUDED, PENDING, Transaction, Transfer
from bot.facts.sources import Endpoint

TRANSFER_TOPIC = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
"""keccak256("Transfer(address,address,uint256)")"""


async def look(asker: Asker, endpoint: Endpoint, tx_hash: str) -> Transaction:
    """The transaction of a hash (64 hex digits, with or without 0x). Raises NoAnswer."""
    wanted = "0x" + tx_hash.lower().removeprefix("0x")
    sent, receipt, head = await together(
        _call(asker, endpoint, "eth_getTransactionByHash", wanted), _call(asker, endpoint, "eth_getTransactionReceipt", wanted), _call(asker, endpoint, "eth_getBlockByNumber", "latest", False))
    height = int(head["number"], 16)
    if sent is None and receipt is None:
        return Transaction(ABSENT, height=height)
    if receipt is None or receipt.get("blockNumber") is None:
        return Transaction(PENDING, height=height, transfers=_native(sent), opaque=_is_call(sent), fee=_fee(sent, head))
    block = int(receipt["blockNumber"], 16)
    if int(receipt.get("status", "0x1"), 16) == 0:
        return Transaction(FAILED, block, height)
    tokens = tuple(transfer for log in receipt.get("logs", ()) if (transfer := _token(log)))
    return Transaction(INCLUDED, block, height, _native(sent) + tokens, opaque=_is_call(sent))


async def _call(asker: Asker, endpoint: Endpoint, method: str, *params: object) -> Any:
    answer = await asker.post(endpoint, "", {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    if "result" not in answer:
        raise NoAnswer("error in the answer")
    return answer["result"]


def _native(sent: dict | None) -> tuple[Transfer, ...]:
    if not sent or not sent.get("to"):
        return ()
    amount = int(sent.get("value") or "0x0", 16)
    return (Transfer(sent["to"].lower(), amount),) if amount else ()


def _is_call(sent: dict | None) -> bool:
    return bool(sent) and (sent.get("input") or sent.get("data") or "0x") not in ("0x", "")


def _token(log: dict) -> Transfer | None:
    topics = log["topics"]
    if len(topics) != 3 or topics[0].lower() != TRANSFER_TOPIC or len(log["data"]) != 66:
        return None  # with four topics it is an NFT
    return Transfer("0x" + topics[2][-40:].lower(), int(log["data"], 16), log["address"].lower())


def _fee(sent: dict, head: dict) -> str:
    offered, asked = sent.get("maxFeePerGas") or sent.get("gasPrice"), head.get("baseFeePerGas")
    if not offered or not asked:
        return ""
    return "low" if int(offered, 16) < int(asked, 16) else "normal"
